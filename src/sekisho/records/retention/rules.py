"""What retention decides: pure, no database, no clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sekisho.records.retention.types import Go, Halt, HoldState, Result
from sekisho.records.rules import destroy_at, holds_at, touching
from sekisho.records.types import Deadline, Event, Scope, TurnFacts

ANNOUNCED_BEFORE = timedelta(days=7)
"""How long before an account's first automatic deletion its people are told, where it lives that long.

Source: R-DATA-125 demands that it comes before; a week, so that a person on holiday finds time to take a copy.
"""
QUIET = timedelta(hours=1)
"""How long nothing may have been received in a conversation before its whole key falls: an answer that is on its way
into the database must find the key under which it was encrypted. Until then single turns are cut from it."""
REMIND_BEFORE = timedelta(days=14)
"""How long before a legal hold has to be reviewed somebody is reminded. Our decision."""


def guard(now: datetime, trusted: datetime, good_at: datetime | None, largest_step: timedelta) -> Go | Halt:
    """Return whether the time is believed (R-DATA-119).

    `trusted` is the latest moment that was ever believed, or `now`: after the clock has gone back it still counts, so
    that what was expired stays expired. Further forward than `largest_step` since the last good sweep, nothing is
    destroyed until a person has confirmed the time. Before the first sweep there is nothing to compare with.
    """
    if good_at is not None and now - good_at > largest_step:
        return Halt(now, good_at)
    return Go(max(now, trusted))


def result_of(past_due: int) -> Result:
    """Return how a sweep ended: `complete` only where a count right after it found nothing past due (R-DATA-120)."""
    return Result.IN_PROGRESS if past_due else Result.COMPLETE


def is_pinned(turn: TurnFacts, end: datetime, events: Iterable[Event], at: datetime) -> bool:
    """Return whether a legal hold that was placed in time still keeps a turn with this deadline at the moment `at`
    (R-DATA-117, R-DATA-118)."""
    pinned = destroy_at(Deadline(end, "R-DATA-113"), touching(turn, events))
    return pinned.at is None or pinned.at > at


def overlap(one: Scope, other: Scope) -> bool:
    """Return whether there can be a turn to which both scopes apply."""
    pairs = (
        (one.organisation, other.organisation),
        (one.member, other.member),
        (one.end_user, other.end_user),
        (one.conversation, other.conversation),
        (one.turn, other.turn),
    )
    return all(not mine or not theirs or mine == theirs for mine, theirs in pairs)


def holds_over(scope: Scope, events: Collection[Event], at: datetime) -> tuple[str, ...]:
    """Return the ids of the legal holds in force at `at` that may touch something within the scope."""
    return holds_at((event for event in events if overlap(event.scope, scope)), at)


def hold_state(
    approved_at: datetime | None,
    refused_at: datetime | None,
    review_by: datetime | None,
    released_at: datetime | None,
    at: datetime,
) -> HoldState:
    """Return where a legal hold stands at the moment `at`."""
    if released_at is not None:
        return HoldState.RELEASED
    if refused_at is not None:
        return HoldState.REFUSED
    if approved_at is None:
        return HoldState.PROPOSED
    return HoldState.OVERDUE if review_by is not None and at > review_by else HoldState.IN_FORCE


def announce_from(first_deadline: datetime) -> datetime:
    """Return from when on the first automatic deletion of an account is announced. What lives shorter than that is
    announced as soon as it is there."""
    return first_deadline - ANNOUNCED_BEFORE
