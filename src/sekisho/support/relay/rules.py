"""What may be asked of an owner, how often, and who settles it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sekisho.accounts.types import Plan, Role
from sekisho.support.relay.types import State
from sekisho.support.rules.routing import speakers
from sekisho.support.types import SupportPolicy

QUESTION_CHARS = 8_000
"""The longest question, about three pages."""
TRANSCRIPT_CHARS = 100_000
"""The longest transcript; of a longer one the end goes along, as there it came to nothing."""
ANSWER_CHARS = 8_000
MOST_WAITING = 5
"""Questions of one member that wait in one organisation: who asks on should first hear back."""
REMIND_AFTER = timedelta(days=3)
"""When owners are told once more. Our decision: a weekend's absence is no neglect."""
SETTLED = frozenset(State) - {State.WAITING}


@dataclass(frozen=True, slots=True)
class MayAsk:
    pass


@dataclass(frozen=True, slots=True)
class MayNotAsk:
    code: str
    """`question_empty`, `question_too_long` or `questions_waiting`."""


def may_ask(text: str, waiting: int) -> MayAsk | MayNotAsk:
    """Return whether a member with `waiting` open questions may ask this one."""
    if not text.strip():
        return MayNotAsk("question_empty")
    if len(text) > QUESTION_CHARS:
        return MayNotAsk("question_too_long")
    return MayNotAsk("questions_waiting") if waiting >= MOST_WAITING else MayAsk()


def settles(role: Role | None, plan: Plan, policy: SupportPolicy) -> bool:
    """Return whether somebody with this role decides on members' questions: who speaks for the organisation."""
    return role in speakers(plan, policy)
