"""What happened to the data of an account, and the calendar in force. For rooms of records and above, whose own rules
say who may ask."""

from __future__ import annotations

from datetime import datetime

from sekisho.records.calendar import shipped
from sekisho.records.models import DataEvent
from sekisho.records.types import Calendar, Event, Kind, Scope


def events_of(organisation: str) -> tuple[Event, ...]:
    """Return everything that may touch turns of the organisation, in order: its own events, and those of the whole
    installation."""
    rows = DataEvent.objects.filter(organisation__in=("", organisation)).order_by("seq")
    return tuple(map(event_of, rows))


def calendar_at(at: datetime) -> Calendar:
    """Return the version of the calendar that is in force at the moment `at`."""
    return shipped()


def event_of(row: DataEvent) -> Event:
    scope = Scope(row.organisation, row.member, row.end_user, row.conversation, row.turn)
    return Event(row.seq, row.at, Kind(row.kind), scope, row.days, row.hold)
