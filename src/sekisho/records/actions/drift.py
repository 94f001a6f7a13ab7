"""Once a day, every living turn is reckoned from scratch by the plain rule, one by one, and compared with what was
materialised (design 6.2). A difference is a fault of ours: what would live too long is set right at once, what would
end too early is left so, and people are told."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from sekisho.audit.actions import record
from sekisho.records.actions.restamp import PIECE, beyond, living, tighten, waiting
from sekisho.records.models import DriftCheck, Mark
from sekisho.records.queries.calendars import is_sound, missing
from sekisho.records.queries.clocks import COLUMNS, facts_of
from sekisho.records.queries.history import calendar_at, events_of_turns
from sekisho.records.rules import History, deadline
from sekisho.records.rules.batch import Fates
from sekisho.records.types import Deadline

log = logging.getLogger(__name__)

EVERY = timedelta(days=1)
DOUBT = "doubt"
Held = tuple[datetime | None, datetime | None]
"""A turn's deadline and seal, as materialised."""


def look_for_drift(at: datetime, limit: int = PIECE) -> int | None:
    """Compare the next piece of living turns, and return how many; None while there is nothing to do: today's walk is
    over, or what waits to be re-stamped goes first."""
    if waiting():
        return None
    with transaction.atomic():
        walk = DriftCheck.objects.select_for_update(skip_locked=True).order_by("-begun_at").first()
        if walk is None or (walk.ended_at and walk.begun_at + EVERY <= at):
            walk = DriftCheck.objects.create(begun_at=at)
        return None if walk.ended_at else _piece(walk, at, limit)


def report_doubt(at: datetime) -> bool:
    """Return whether a version of the calendar does not verify or is gone; while that is so, raise an alarm once a day.

    The last version's row is remembered by the audit log alone.
    """
    if is_sound():
        return False
    with transaction.atomic():
        _, is_new = Mark.objects.get_or_create(name=DOUBT, defaults={"at": at})
        again = Mark.objects.filter(name=DOUBT, at__lte=at - EVERY).update(at=at)
        if is_new or again:
            log.error("calendar.refused")
            record("system:clock", "calendar.doubted", "calendar", missing=missing())
    return True


def _piece(walk: DriftCheck, at: datetime, limit: int) -> int:
    rows = list(beyond(living(at), walk.reached_at, walk.reached)[:limit])
    late, early = _set_right(rows, at)
    DriftCheck.objects.filter(id=walk.id).update(
        turns=F("turns") + len(rows), tightened=F("tightened") + late, early=F("early") + early
    )
    if len(rows) == limit:
        place = {"reached_at": rows[-1][COLUMNS.index("received_at")], "reached": rows[-1][0]}
        DriftCheck.objects.filter(id=walk.id).update(**place)
    else:
        _end(walk, at)
    return len(rows)


def _set_right(rows: Sequence[tuple[Any, ...]], at: datetime) -> tuple[int, int]:
    """Bring nearer what would live, or stay open, too long. Return how many turns that were, and how many would end too
    early."""
    turns = [facts_of(row[: len(COLUMNS)]) for row in rows]
    histories = {one: History(events) for one, events in events_of_turns(turns).items()}
    calendar = calendar_at(at)
    ends = [deadline(one, histories[one.organisation].touching(one), calendar) for one in turns]
    held: dict[str, Held] = {row[0]: row[len(COLUMNS) :] for row in rows}
    tighten(turns, Fates.of(ends), held)
    late = sum(_is_nearer(end, held[turn.id]) for turn, end in zip(turns, ends, strict=True))
    early = sum(
        (stored := held[turn.id][0]) is not None and stored < end.at
        for turn, end in zip(turns, ends, strict=True)
    )
    return late, early


def _is_nearer(end: Deadline, held: Held) -> bool:
    """Whether what is held would let the turn live, or stay open, too long. One that was never stamped, from before
    there were clocks, is no fault."""
    at, sealed = held
    unsealed = end.sealed_at is not None and (sealed is None or end.sealed_at < sealed)
    return at is not None and (end.at < at or unsealed)


def _end(walk: DriftCheck, at: datetime) -> None:
    walk.refresh_from_db()
    walk.ended_at = at
    walk.save(update_fields=["ended_at"])
    if walk.tightened or walk.early:
        log.error("clock.drifted", extra={"count": walk.tightened + walk.early})
        record(
            "system:clock",
            "clock.drifted",
            "turns",
            turns=walk.turns,
            tightened=walk.tightened,
            early=walk.early,
        )
