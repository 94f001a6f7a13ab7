"""Take items out of versions that were built before somebody took them back (R-DATA-026, 027, 028, 050).

Every version follows the events from where its build stood, by their numbers: so nothing that happened while it was
built, or while no worker ran, is missed. Numbers become visible in their order (`records.actions.append`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.records.queries.history import newest_event
from sekisho.records.training.models import DatasetItem, DatasetVersion, Recall
from sekisho.records.training.queries import events_after
from sekisho.records.training.rules import RECALLING
from sekisho.records.training.types import State
from sekisho.records.types import Event

EVENTS_A_STEP = 500


def follow(clock: Clock = system_clock) -> int:
    """Recall every version up to the last event, and return how many recalls were written.

    May run at any time and in several workers at once: they take turns, version by version.
    """
    newest = newest_event()
    behind = DatasetVersion.objects.filter(state=State.READY, followed__lt=newest)
    return sum(_catch_up(version, clock) for version in behind.values_list("id", flat=True))


def _catch_up(version: str, clock: Clock) -> int:
    recalls = 0
    while True:
        with transaction.atomic():
            row = _locked(version)
            events = events_after(row.followed, EVENTS_A_STEP)
            recalls += sum(_recalled(row, event, clock()) for event in events)
            if events:
                DatasetVersion.objects.filter(id=version).update(followed=events[-1].seq)
        if len(events) < EVENTS_A_STEP:
            return recalls


def _locked(version: str) -> DatasetVersion:
    """Return the row, locked until the transaction ends: two workers must not both write the same recall."""
    return DatasetVersion.objects.select_for_update().get(id=version)


def _recalled(row: DatasetVersion, event: Event, at: datetime) -> bool:
    if event.kind not in RECALLING:
        return False
    count = _touched_by(row.items.filter(recalled_by=None), event).update(recalled_by=event.seq)
    if not count:
        return False
    Recall.objects.create(
        version=row,
        event=event.seq,
        kind=event.kind.value,
        happened_at=event.at,
        recalled_at=at,
        items=count,
    )
    record("system", "dataset.recalled", row.id, event=event.seq, kind=event.kind, items=count)
    return True


def _touched_by(items: QuerySet[DatasetItem], event: Event) -> QuerySet[DatasetItem]:
    """As `rules.is_recalled_by`, asked of rows."""
    return items.filter(received_at__lte=event.at, **dict(_lookups(event)))


def _lookups(event: Event) -> Iterable[tuple[str, str]]:
    scope = event.scope
    for name in ("organisation", "member", "end_user", "conversation", "turn"):
        if word := getattr(scope, name):
            yield name, word
