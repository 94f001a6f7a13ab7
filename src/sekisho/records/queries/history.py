"""What happened to the data of an account, and the calendar in force. For rooms of records and above, whose own rules
say who may ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import Max, QuerySet

from sekisho.records.models import DataEvent
from sekisho.records.queries.calendars import calendar_at
from sekisho.records.types import Event, Kind, Scope, TurnFacts

__all__ = [
    "calendar_at",
    "event_of",
    "events_by_organisation",
    "events_of",
    "events_of_turns",
    "newest_event",
]

_COLUMNS = (
    "seq", "at", "kind", "organisation", "member", "end_user", "conversation", "turn", "days", "hold"
)  # fmt: skip

NAMED_AT_MOST = 2_000
"""Turns that a query names one by one. SQLite takes some thirty thousand values in a statement, and of so many turns
most events are wanted anyway."""


def events_of(organisation: str) -> tuple[Event, ...]:
    """Return everything that may touch turns of the organisation, in order: its own events, and those of the whole
    installation."""
    return events_by_organisation([organisation])[organisation]


def events_by_organisation(organisations: Collection[str]) -> dict[str, tuple[Event, ...]]:
    """Return `events_of` for each of the organisations: one query, however many they are."""
    return _by_organisation(organisations, DataEvent.objects.filter(organisation__in={"", *organisations}))


def events_of_turns(turns: Collection[TurnFacts]) -> dict[str, tuple[Event, ...]]:
    """Return, by organisation, the events that may touch these turns and nothing else of what happened to its account:
    quick also where ten thousand conversations were deleted one by one."""
    organisations = {one.organisation for one in turns}
    rows = DataEvent.objects.filter(organisation__in={"", *organisations})
    if len(turns) <= NAMED_AT_MOST:
        rows = rows.filter(
            turn__in={"", *(one.id for one in turns)},
            conversation__in={"", *(one.conversation for one in turns)},
            end_user__in={"", *(one.end_user for one in turns)},
            member__in={"", *(one.stamp.member for one in turns)},
        )
    return _by_organisation(organisations, rows)


def newest_event() -> int:
    """Return the number of the last event; 0 before the first. Those that are written later have greater ones."""
    return DataEvent.objects.aggregate(last=Max("seq"))["last"] or 0


def event_of(row: DataEvent) -> Event:
    return _event(*(getattr(row, name) for name in _COLUMNS))


def _by_organisation(
    organisations: Collection[str], rows: QuerySet[DataEvent]
) -> dict[str, tuple[Event, ...]]:
    found: dict[str, list[Event]] = defaultdict(list)
    for values in rows.order_by("seq").values_list(*_COLUMNS):
        event = _event(*values)
        for organisation in [event.scope.organisation] if event.scope.organisation else organisations:
            found[organisation].append(event)
    return {organisation: tuple(found[organisation]) for organisation in organisations}


def _event(
    seq: int,
    at: datetime,
    kind: str,
    organisation: str,
    member: str,
    end_user: str,
    conversation: str,
    turn: str,
    days: int | None,
    hold: str,
) -> Event:
    return Event(seq, at, Kind(kind), Scope(organisation, member, end_user, conversation, turn), days, hold)
