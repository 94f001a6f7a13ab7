"""What an export gives and leaves out, and what takes an item back. Pure.

A turn that is eligible was received under consent; what it *carries* was not always: a client sends the history with
every request. So its blocks are asked where they come from.

    system …                  sent with this turn: given
    history …                 said earlier: given only as what it repeats, and only where that turn is eligible
    the last thing the        …
    assistant said
    what is new               given
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sekisho.records.rules import History, applies, eligible, together
from sekisho.records.rules.calendar_time import years_after
from sekisho.records.training.types import Message, Unfit, Withheld
from sekisho.records.types import (
    Calendar,
    Eligible,
    Event,
    Ineligible,
    Kind,
    Stamp,
    StoredBlock,
    TurnFacts,
)

ASSISTANT, SYSTEM = "assistant", "system"
RECALLING: Mapping[Kind, str] = {
    Kind.DENIED: "R-DATA-026",
    Kind.PARTNER_LEFT: "R-DATA-050",
    Kind.MEMBER_OBJECTED: "R-DATA-047",
    Kind.ZERO_RETENTION_ON: "R-DATA-049",
    Kind.DELETED: "R-DATA-027",
    Kind.MOVED: "R-DATA-114",
    Kind.FLAGGED: "R-DATA-032",
}
"""Events that take items out of versions which were built before, with the requirement. A legal hold does not: it keeps
a turn out of new versions as long as it stands, and says nothing against what was given rightly."""


def answers(
    conversation: Sequence[TurnFacts], history: History, calendar: Calendar, at: datetime
) -> list[Eligible | Ineligible]:
    """Return for each turn of one conversation whether it may be given at the moment `at`.

    Where several people made it together, each turn is asked as if it were each one's: all of them must allow
    (R-DATA-029).
    """
    people = sorted({(one.stamp.member, one.end_user) for one in conversation})
    return [
        together([_answer(_as_of(turn, person), history, calendar, at) for person in people])
        for turn in conversation
    ]


def _answer(turn: TurnFacts, history: History, calendar: Calendar, at: datetime) -> Eligible | Ineligible:
    return eligible(turn, history.touching(turn), calendar, at)


def _as_of(turn: TurnFacts, person: tuple[str, str]) -> TurnFacts:
    member, end_user = person
    if (turn.stamp.member, turn.end_user) == person:
        return turn
    stamp: Stamp = replace(turn.stamp, member=member)
    return replace(turn, stamp=stamp, end_user=end_user)


def prompt_given(
    blocks: Sequence[StoredBlock], eligible_turns: Collection[str], said: Collection[str]
) -> Iterator[Message]:
    """Yield what of an eligible turn's prompt is given.

    `eligible_turns` are the eligible turns of this conversation so far; `said` what the assistant answered in them.
    """
    last = max((at for at, block in enumerate(blocks) if block.role == ASSISTANT), default=-1)
    for at, block in enumerate(blocks):
        if block.first_turn:
            yield _repeating(block, block.first_turn in eligible_turns)
        elif at > last or block.role == SYSTEM:
            yield Message(block.role, block.kind, block.text)
        elif block.role == ASSISTANT and block.text in said:
            yield _repeating(block, True)
        else:
            yield Message(block.role, block.kind, withheld=Withheld.UNKNOWN_ORIGIN)


def _repeating(block: StoredBlock, is_given: bool) -> Message:
    if is_given:
        return Message(block.role, block.kind, repeats=True)
    return Message(block.role, block.kind, withheld=Withheld.EARLIER_TURN)


def gathered(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Return the messages with neighbouring markers of one kind as one: of a hundred resent blocks one line is left."""
    found: list[Message] = []
    for one in messages:
        before = found[-1] if found else None
        if before is not None and one.text is None and _alike(before, one):
            found[-1] = Message("", "", None, before.withheld, before.repeats, before.blocks + one.blocks)
        else:
            found.append(one)
    return tuple(found)


def _alike(one: Message, other: Message) -> bool:
    return one.text is None and (one.withheld, one.repeats) == (other.withheld, other.repeats)


def expires_at(as_of: datetime, calendar: Calendar) -> datetime:
    """Return until when copies of a version built as of this moment may exist (R-DATA-050)."""
    return years_after(as_of, calendar.exported_copies_years)


def is_recalled_by(event: Event, turn: TurnFacts) -> bool:
    """Return whether the event takes the turn out of every version that was built before it."""
    return event.kind in RECALLING and applies(event.scope, turn) and event.at >= turn.stamp.received_at


def unfit(
    is_ready: bool, recalled_items: int, expires: datetime, at: datetime, *, is_whole: bool = True
) -> Unfit | None:
    """Return why a version may not be used for a new run at the moment `at`; None where it may. The last instant before
    it expires is within it."""
    if not is_ready:
        return Unfit.UNFINISHED
    if not is_whole:
        return Unfit.ALTERED
    if recalled_items:
        return Unfit.RECALLED
    return Unfit.EXPIRED if at >= expires else None
