"""The retention clock: when a turn becomes unreadable, as a pure function of its stamp and of what happened
(R-DATA-100…R-DATA-119).

    deadline = f(stamp, ordered events, calendar)        destroyed = pin(deadline, legal holds)

One law holds over everything: no event but a legal hold ever moves the end of a turn later (R-DATA-111). Each step
below can only bring it nearer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sekisho.records.rules.calendar_time import years_after
from sekisho.records.rules.consent import consumer_epochs, touching
from sekisho.records.rules.terms import terms_of
from sekisho.records.types import Calendar, Deadline, Event, Kind, Pinned, Terms, TurnFacts


def deadline(turn: TurnFacts, events: Iterable[Event], calendar: Calendar) -> Deadline:
    """Return when the turn becomes unreadable, and by which rule."""
    own = touching(turn, events)
    if turn.stamp.zero_retention:
        return Deadline(turn.stamp.received_at, "R-DATA-104", turn.stamp.received_at)
    found = _first(turn, own, calendar)
    for event in own:
        found = _nearer(found, event, turn, calendar)
    return found


def destroy_at(end: Deadline, events: Iterable[Event]) -> Pinned:
    """Return when a turn with this deadline is really destroyed: holds that were placed in time pin it (R-DATA-117);
    one that comes too late cannot bring it back (R-DATA-118). `events` are those that apply to the turn."""
    at: datetime | None = end.at
    hold = ""
    for placed, released, name in _holds(events):
        if at is None or placed >= at:
            continue
        if released is None or released > at:
            at, hold = released, name
    return Pinned(at, hold)


def destroyed_at(turn: TurnFacts, events: Sequence[Event], calendar: Calendar) -> Pinned:
    """Return when the turn is really destroyed."""
    return destroy_at(deadline(turn, events, calendar), touching(turn, events))


def earliest(ends: Iterable[Deadline]) -> Deadline:
    """Return the deadline of what was made out of several turns: the nearest of theirs (R-DATA-033). Raises
    `ValueError` for none."""
    return min(ends, key=lambda end: end.at)


def days_at(events: Iterable[Event], at: datetime, calendar: Calendar) -> timedelta:
    """Return how long turns received at the moment `at` live by themselves: the calendar's time, or the organisation's
    own choice in force then (R-DATA-116)."""
    chosen = calendar.standard
    for event in events:
        if event.kind is Kind.RETENTION_SET and event.at <= at and event.days is not None:
            chosen = timedelta(days=event.days)
    return chosen


def _first(turn: TurnFacts, own: Sequence[Event], calendar: Calendar) -> Deadline:
    """The deadline at receipt, were nothing to happen any more."""
    received = turn.stamp.received_at
    standard = received + days_at(own, received, calendar)
    if terms_of(turn.stamp.plan) is not Terms.CONSUMER:
        return Deadline(standard, "R-DATA-103")
    if is_of_an_epoch(turn, own, calendar):
        return Deadline(max(standard, years_after(received, calendar.allowed_years)), "R-DATA-100")
    return Deadline(standard, "R-DATA-101")


def is_of_an_epoch(turn: TurnFacts, own: Sequence[Event], calendar: Calendar) -> bool:
    """Return whether training was allowed all the while from receipt to completion, for a turn that may be allowed at
    all (R-DATA-011, R-DATA-024, R-DATA-031)."""
    stamp = turn.stamp
    if (
        stamp.received_at < calendar.programme_start
        or stamp.incognito
        or stamp.minors
        or stamp.consent_epoch == 0
    ):
        return False
    return any(epoch.covers(stamp.received_at, turn.completed_at) for epoch in consumer_epochs(own))


def _nearer(held: Deadline, event: Event, turn: TurnFacts, calendar: Calendar) -> Deadline:
    """The deadline after the event: the same, or a nearer one."""
    received, at = turn.stamp.received_at, event.at
    if at < received:
        return held
    standard = received + calendar.standard
    match event.kind:
        case Kind.DELETED:
            return _shorter(held, at, "R-DATA-123", at)
        case Kind.DENIED if held.at > (end := max(standard, at + calendar.grace)):
            return _shorter(held, end, "R-DATA-109", at)
        case Kind.MOVED if terms_of(turn.stamp.plan) is Terms.CONSUMER:
            return _shorter(held, max(standard, at + calendar.grace), "R-DATA-114", None)
        case Kind.RETENTION_SET if event.days is not None:
            return _shorter(held, max(received + timedelta(days=event.days), at), "R-DATA-116", None)
        case Kind.ZERO_RETENTION_ON:
            return _shorter(held, at + calendar.backlog, "R-DATA-139", at)
    return held


def _shorter(held: Deadline, at: datetime, rule: str, sealed_at: datetime | None) -> Deadline:
    sealed = min((one for one in (held.sealed_at, sealed_at) if one is not None), default=None)
    return Deadline(at, rule, sealed) if at < held.at else Deadline(held.at, held.rule, sealed)


def _holds(events: Iterable[Event]) -> list[tuple[datetime, datetime | None, str]]:
    """The legal holds in the order in which they were placed: from, until, id."""
    found: dict[str, tuple[datetime, datetime | None, str]] = {}
    for event in events:
        if event.kind is Kind.HOLD_PLACED:
            found.setdefault(event.hold, (event.at, None, event.hold))
        elif event.kind is Kind.HOLD_RELEASED and event.hold in found:
            placed, released, name = found[event.hold]
            found[event.hold] = (placed, released or event.at, name)
    return sorted(found.values(), key=lambda hold: hold[0])


def holds_at(events: Iterable[Event], at: datetime) -> tuple[str, ...]:
    """Return the ids of the legal holds in force at the moment `at`."""
    return tuple(
        name
        for placed, released, name in _holds(events)
        if placed <= at and (released is None or at < released)
    )
