"""The retention clock: when a turn becomes unreadable, as a pure function of its stamp and of what happened
(R-DATA-100…R-DATA-119).

    deadline = f(stamp, ordered events, calendar)        destroyed = pin(deadline, legal holds)

One law holds over everything: nothing but a legal hold ever moves the end of a turn later, neither an event nor a new
version of the calendar (R-DATA-111, R-DATA-124). Each step below can only bring it nearer, so their order does not
matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sekisho.accounts.types import Plan
from sekisho.records.rules.calendar_time import years_after
from sekisho.records.rules.consent import consumer_epochs, touching, zero_retention_at
from sekisho.records.rules.terms import terms_of
from sekisho.records.rules.versions import versions_of
from sekisho.records.types import Calendar, Deadline, Event, Kind, Pinned, Stamp, Terms, TurnFacts

MOVES_DEADLINES = frozenset(
    {Kind.DENIED, Kind.MOVED, Kind.DELETED, Kind.RETENTION_SET, Kind.ZERO_RETENTION_ON}
)
"""What may bring the end of a turn nearer that was received before it happened."""


def deadline(turn: TurnFacts, events: Iterable[Event], calendar: Calendar) -> Deadline:
    """Return when the turn becomes unreadable, and by which rule: under the version of the calendar in force at its
    receipt, or under a later one that is stricter, but then no earlier than that came into force."""
    own = touching(turn, events)
    first, *later = versions_of(calendar, turn.stamp.received_at)
    found = _under(first, turn, own)
    for version in later:
        end = _under(version, turn, own)
        found = _nearer(found, max(end.at, version.effective_at), "R-DATA-124", end.sealed_at)
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
    """Return when the turn is really destroyed. Under zero retention there is nothing that a hold could keep
    (R-DATA-138)."""
    end = deadline(turn, events, calendar)
    return Pinned(end.at) if turn.stamp.zero_retention else destroy_at(end, touching(turn, events))


def earliest(ends: Iterable[Deadline]) -> Deadline:
    """Return the deadline of what was made out of several turns: the nearest of theirs, sealed as soon as one of them
    is (R-DATA-033). Raises `ValueError` for none."""
    found = list(ends)
    nearest = min(found, key=lambda end: end.at)
    return Deadline(nearest.at, nearest.rule, _first_of(end.sealed_at for end in found))


def days_at(events: Iterable[Event], at: datetime, calendar: Calendar) -> timedelta:
    """Return how long turns received at the moment `at` live by themselves: the calendar's time, or the organisation's
    own choice in force then (R-DATA-116)."""
    chosen = calendar.standard
    for event in events:
        if event.kind is Kind.RETENTION_SET and event.at <= at:
            chosen = _chosen(event, calendar)
    return chosen


def is_of_an_epoch(turn: TurnFacts, own: Sequence[Event], calendar: Calendar) -> bool:
    """Return whether the person behind a consumer account allowed training all the while from receipt to completion,
    for a turn that may be allowed at all (R-DATA-011, R-DATA-024, R-DATA-030, R-DATA-031, R-DATA-051)."""
    stamp = turn.stamp
    return (
        terms_of(stamp.plan) is Terms.CONSUMER
        and bool(stamp.member)
        and not (stamp.incognito or stamp.minors or stamp.consent_epoch == 0)
        and stamp.received_at >= calendar.programme_start
        and any(epoch.covers(stamp.received_at, turn.completed_at) for epoch in consumer_epochs(own))
    )


def holds_at(events: Iterable[Event], at: datetime) -> tuple[str, ...]:
    """Return the ids of the legal holds in force at the moment `at`."""
    return tuple(
        name
        for placed, released, name in _holds(events)
        if placed <= at and (released is None or at < released)
    )


def _under(calendar: Calendar, turn: TurnFacts, own: Sequence[Event]) -> Deadline:
    """The deadline under one version of the calendar."""
    received = turn.stamp.received_at
    if turn.stamp.zero_retention or zero_retention_at(own, received):
        return Deadline(received, "R-DATA-104", received)
    allowed = is_of_an_epoch(turn, own, calendar)
    found = _at_receipt(turn, own, calendar, allowed)
    for event in own:
        if event.at >= received:
            found = _after(event, found, turn, calendar, allowed)
    return found


def _at_receipt(turn: TurnFacts, own: Sequence[Event], calendar: Calendar, allowed: bool) -> Deadline:
    """The deadline, were nothing to happen any more."""
    stamp, received = turn.stamp, turn.stamp.received_at
    chosen = days_at(own, received, calendar)
    if _may_only_shorten(stamp):
        chosen = min(chosen, calendar.standard)
    if chosen != calendar.standard:
        return Deadline(received + chosen, "R-DATA-116")
    if allowed:
        years = years_after(received, calendar.allowed_years)
        return Deadline(max(received + chosen, years), "R-DATA-100")
    rule = "R-DATA-101" if terms_of(stamp.plan) is Terms.CONSUMER else "R-DATA-103"
    return Deadline(received + chosen, rule)


def _may_only_shorten(stamp: Stamp) -> bool:
    """Whether the account may not keep its turns for longer than the calendar says: people, who have their own choice,
    governments (R-DATA-007), and what was to stay out of histories (R-DATA-031)."""
    return terms_of(stamp.plan) is Terms.CONSUMER or stamp.plan is Plan.GOV or stamp.incognito


def _after(event: Event, held: Deadline, turn: TurnFacts, calendar: Calendar, allowed: bool) -> Deadline:
    """The deadline after the event: the same, or a nearer one."""
    received, at = turn.stamp.received_at, event.at
    grace = max(received + calendar.standard, at + calendar.grace)
    match event.kind:
        case Kind.DELETED:
            return _nearer(held, at, "R-DATA-123", at)
        case Kind.DENIED if allowed:
            return _nearer(held, grace, "R-DATA-109", at)
        case Kind.MOVED if terms_of(turn.stamp.plan) is Terms.CONSUMER:
            return _nearer(held, grace, "R-DATA-114", None)
        case Kind.RETENTION_SET if _shortens(event, calendar, allowed):
            return _nearer(held, max(received + _chosen(event, calendar), at), "R-DATA-116", None)
        case Kind.ZERO_RETENTION_ON:
            in_flight = at <= turn.completed_at  # then the stricter of start and end holds
            return _nearer(held, at if in_flight else at + calendar.backlog, "R-DATA-139", at)
    return held


def _shortens(event: Event, calendar: Calendar, allowed: bool) -> bool:
    """Whether an organisation's choice of days bears on the turn: the ordinary time ends no five years that the person
    has allowed; less than the ordinary does."""
    return not allowed or _chosen(event, calendar) < calendar.standard


def _chosen(event: Event, calendar: Calendar) -> timedelta:
    """The days that the organisation chose; without a number it went back to the calendar's."""
    return calendar.standard if event.days is None else timedelta(days=event.days)


def _nearer(held: Deadline, at: datetime, rule: str, sealed_at: datetime | None) -> Deadline:
    sealed = _first_of((held.sealed_at, sealed_at))
    return Deadline(at, rule, sealed) if at < held.at else Deadline(held.at, held.rule, sealed)


def _first_of(moments: Iterable[datetime | None]) -> datetime | None:
    return min((one for one in moments if one is not None), default=None)


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
