"""A member's question to who speaks for the organisation, as plain values. No Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """What became of a question. Stored words: they never change."""

    WAITING = "waiting"
    FORWARDED = "forwarded"
    """Passed on to the team, on behalf of the member."""
    ANSWERED = "answered"
    """By the owner."""
    DECLINED = "declined"
    RECOVERY = "recovery"
    """Nobody who speaks for the organisation could be reached; the team looks for somebody who may (R-SUP-057)."""


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question as the member and those who speak for the organisation see it."""

    id: str
    organisation: str
    asker: str
    """`usr_…`; empty once that person's account was erased."""
    state: State
    text: str = field(repr=False)
    transcript: str = field(repr=False)
    """What was said to the bot before; empty unless the member sent it along."""
    asked_at: datetime
    settled_at: datetime | None = None
    answer: str = field(default="", repr=False)
    """The owner's answer, their note to the team, or why they declined."""
    case: str = ""
    """`tkt_…`, where people of the operator got it."""
    reaches_asker: bool = True
    """Whether answers of the team go to the member too. To the owner they always go."""
    is_readable: bool = True
    """False once the key was destroyed."""
