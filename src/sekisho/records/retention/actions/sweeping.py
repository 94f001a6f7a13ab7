"""The sweep: everything that is due is destroyed, and a count right after says whether anything is left
(R-DATA-120)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction

from sekisho.accounts.queries import staff_who
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.notices.actions import tell
from sekisho.notices.types import Person
from sekisho.records.actions.clocks import advance
from sekisho.records.queries import calendar_at
from sekisho.records.queries.clocks import trusted
from sekisho.records.retention import due, tombstones
from sekisho.records.retention.actions.destroying import AT_ONCE, Tally, destroy_due
from sekisho.records.retention.actions.expiring import expire
from sekisho.records.retention.actions.replaying import replay
from sekisho.records.retention.actions.tidying import drop_partitions, forget_empty, tidy
from sekisho.records.retention.models import Guard, Sweep
from sekisho.records.retention.queries import sweep_view
from sekisho.records.retention.rules import guard, result_of
from sekisho.records.retention.types import Go, Halt, Result, Skipped, SweepView
from sekisho.records.retention.words import HALTED, REFUSALS

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Told how many conversations are done, of how many."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one sweep does, so that the next can begin in time."""

    conversations: int = 200_000
    rows: int = 100_000
    """Turns whose rows are removed; their keys are destroyed already."""


def sweep(
    clock: Clock = system_clock,
    *,
    dry_run: bool = False,
    limits: Limits = Limits(),
    progress: Progress = lambda done, of: None,
) -> SweepView:
    """Destroy what is due and return what became of it. May run at any time and in several workers.

    A dry run destroys nothing and says how much is due. Skipped, with its reason, where the clock is not believed, or
    where the database is older than what was destroyed and that cannot be done again.
    """
    began = clock()
    row = Sweep(began_at=began, result=Result.SKIPPED.value)
    if dry_run:
        return _looked_at(row, trusted(began))
    if not _is_whole(began):
        return _skip(row, Skipped.RESTORED)
    match _believed(began):
        case Halt() as halt:
            _halt(halt)
            return _skip(row, Skipped.CLOCK_JUMPED)
        case Go(at=at):
            advance(at)
    tally = _destroy(at, limits, progress)
    if not transaction.get_connection().in_atomic_block:
        tally.partitions = len(drop_partitions(at))
    tally.rows += tidy(at, limits.rows)
    if expired := expire(at, limits.rows):
        tally.rows += expired + forget_empty(at, limits.rows)
    return _finish(row, tally, at, clock())


def confirm_clock(viewer: Viewer, clock: Clock = system_clock) -> None:
    """Believe the time from now on. Raises `NotAllowedError`, or `SekishoError` where destruction is not halted."""
    if not may(viewer, Permission.STAFF_RETENTION_CHANGE):
        raise NotAllowedError(
            "retention_not_allowed",
            REFUSALS["not_allowed"],
            permission=Permission.STAFF_RETENTION_CHANGE.value,
        )
    now = clock()
    with transaction.atomic():
        halted = Guard.objects.filter(id=1, halted_at__isnull=False)
        if not halted.update(
            halted_at=None, seen_at=None, good_at=now, confirmed_at=now, confirmed_by=viewer.id
        ):
            raise SekishoError("clock_not_halted", REFUSALS["clock_not_halted"])
        record(viewer.id, "retention.clock_confirmed", "installation", moment=now)


def _is_whole(now: datetime) -> bool:
    """Whether the databases know all that was destroyed; what they do not know is destroyed again first."""
    if tombstones.is_current():
        return True
    try:
        replay(now)
    except OSError:
        log.error("retention.replay_failed")
    return not tombstones.behind()


def _believed(now: datetime) -> Go | Halt:
    known = Guard.objects.filter(id=1).first()
    good_at = known.good_at if known else None
    return guard(now, trusted(now), good_at, calendar_at(now).largest_step)


@transaction.atomic
def _halt(halt: Halt) -> None:
    """Write down that destruction has halted, once, and tell whoever may confirm the time."""
    if not Guard.objects.filter(id=1, halted_at=None).update(halted_at=halt.seen, seen_at=halt.seen):
        return
    log.error("retention.clock_jumped")
    record("system:retention", "retention.halted", "installation", seen=halt.seen, since=halt.since)
    subject, body = HALTED
    words = body.format(seen=f"{halt.seen:%Y-%m-%d %H:%M}", since=f"{halt.since:%Y-%m-%d %H:%M}")
    for one in staff_who(Permission.STAFF_RETENTION_CHANGE):
        key = f"clock_jumped {halt.since.isoformat()} {one.id}"
        tell(Person(one.id), "retention.clock_jumped", "installation", subject, words, key=key, at=halt.seen)


def _destroy(at: datetime, limits: Limits, progress: Progress) -> Tally:
    names = due.conversations(at, limits.conversations)
    tally = Tally()
    for start in range(0, len(names), AT_ONCE):
        tally.add(destroy_due(names[start : start + AT_ONCE], at))
        progress(min(start + AT_ONCE, len(names)), len(names))
    return tally


def _finish(row: Sweep, tally: Tally, at: datetime, now: datetime) -> SweepView:
    past_due, pinned, _ = due.counts(at)
    row.ended_at, row.past_due, row.pinned = now, past_due, pinned
    row.result = result_of(past_due).value
    for name in ("conversations", "turns", "keys", "cut", "rows", "partitions"):
        setattr(row, name, getattr(tally, name))
    with transaction.atomic():
        Guard.objects.update_or_create(id=1, defaults={"good_at": at, "halted_at": None, "seen_at": None})
        row.save()
        _audit(row)
    log.info("retention.swept", extra={"count": row.turns})
    return sweep_view(row)


def _audit(row: Sweep) -> None:
    counts = {
        name: getattr(row, name) for name in ("conversations", "turns", "keys", "cut", "rows", "partitions")
    }
    if any(counts.values()) or row.result != Result.COMPLETE.value:
        record(
            "system:retention", "retention.swept", row.id, result=row.result, past_due=row.past_due, **counts
        )


def _skip(row: Sweep, why: Skipped) -> SweepView:
    row.reason, row.ended_at = why.value, row.began_at
    if not Sweep.objects.filter(reason=why.value, began_at__gt=row.began_at - timedelta(hours=1)).exists():
        row.save()  # once an hour says as much as twelve times
    return sweep_view(row)


def _looked_at(row: Sweep, at: datetime) -> SweepView:
    row.past_due, row.pinned, _ = due.counts(at)
    sums = due.past_deadline(at).aggregate(every=models.Count("conversation", distinct=True))
    row.reason, row.conversations, row.turns = Skipped.DRY_RUN.value, sums["every"], row.past_due
    return sweep_view(row)
