"""Materialise what the clock says: `deadline_at` and `sealed_at` of turns, at ingest and after events.

Reading never waits for it: it asks the events (`queries.clocks.closed`). The columns are how the sweeper finds what is
due, and how pages count. They only ever come nearer; what would have to move later is a fault, and stays.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.expressions import Combinable

from sekisho.base.clock import Clock, system_clock
from sekisho.records.models import DataEvent, Mark, Restamping, Turn
from sekisho.records.queries.calendars import is_sound
from sekisho.records.queries.clocks import COLUMNS, facts_of
from sekisho.records.queries.history import calendar_at, event_of, events_of_turns, newest_event
from sekisho.records.rules import MOVES_DEADLINES, History, deadline, lineage
from sekisho.records.rules.batch import NEVER, Fates, fates, moment_of, ticks
from sekisho.records.types import Deadline, Scope, TurnFacts

EVENTS, CALENDARS = "events", "calendars"
PIECE = 2_000
"""Turns that are re-stamped in one transaction: a few hundredths of a second."""
EVENTS_AT_ONCE = 1_000


def stamps_of(turns: Sequence[TurnFacts]) -> dict[str, Deadline]:
    """Return the deadlines of turns that are about to be stored, by id: three queries, however many they are.

    Call it in the transaction that stores them. What is written to the history of their accounts in between is caught
    up with right after the commit; whatever is written later finds them stored.
    """
    if not turns:
        return {}
    seen, at = newest_event(), max(one.completed_at for one in turns)
    histories = {one: History(events) for one, events in events_of_turns(turns).items()}
    calendar = calendar_at(at)
    transaction.on_commit(lambda: _catch_up([one.id for one in turns], seen, at))
    return {one.id: deadline(one, histories[one.organisation].touching(one), calendar) for one in turns}


def restamp(organisation: str, limit: int = PIECE, clock: Clock = system_clock) -> int:
    """Reckon again, now, what the organisation's living turns come to, and return how many turns that were; `limit` is
    how many a transaction."""
    at = clock()
    job, _ = Restamping.objects.get_or_create(
        cause=f"asked {organisation}", defaults={"at": at, "organisation": organisation}
    )
    total, left = 0, Restamping.objects.filter(id=job.id)
    while (found := left.first()) is not None:
        total += _piece(found, at, limit)
    return total


def take_events(at: datetime) -> int:
    """Hand on to re-stamping what was written to histories since the last call, and return how many events that were.

    Events become visible in the order of their numbers (`actions.append`), so none is passed over. A crash loses
    nothing: the mark and the work it leads to are one transaction.
    """
    with transaction.atomic():
        mark, _ = Mark.objects.get_or_create(name=EVENTS)
        rows = list(DataEvent.objects.filter(seq__gt=mark.seq).order_by("seq")[:EVENTS_AT_ONCE])
        if not rows or not Mark.objects.filter(name=EVENTS, seq=mark.seq).update(seq=rows[-1].seq, at=at):
            return 0
        last = {one.scope: one for one in map(event_of, rows) if one.kind in MOVES_DEADLINES}
        wanted = [_work(f"event {one.seq}", one.at, scope) for scope, one in last.items()]
        Restamping.objects.bulk_create(wanted, ignore_conflicts=True)
    return len(rows)


def take_calendars(at: datetime) -> int:
    """Hand on to re-stamping that versions of the calendar have come into force since the last call, and return how
    many that were."""
    with transaction.atomic():
        mark, _ = Mark.objects.get_or_create(name=CALENDARS)
        came = [one for one in lineage(calendar_at(at))[1:] if mark.at is None or one.effective_at > mark.at]
        if not came or not Mark.objects.filter(name=CALENDARS, at=mark.at).update(at=at):
            return 0
        wanted = [_work(f"calendar {one.version}", one.effective_at, Scope()) for one in came]
        Restamping.objects.bulk_create(wanted, ignore_conflicts=True)
    return len(came)


def work_on(at: datetime, limit: int = PIECE) -> int | None:
    """Re-stamp the next piece of what waits longest, and return how many turns were reckoned; None when nothing waits,
    other workers are at all of it, or the calendar is in doubt (`calendars.is_sound`): then it goes on waiting."""
    if not (Restamping.objects.exists() and is_sound()):
        return None
    with transaction.atomic():
        job = Restamping.objects.select_for_update(skip_locked=True).order_by("id").first()
        return None if job is None else _piece(job, at, limit)


def waiting() -> bool:
    """Return whether any turn may still wait to be re-stamped."""
    mark = Mark.objects.filter(name=EVENTS).values_list("seq", flat=True).first() or 0
    return Restamping.objects.exists() or DataEvent.objects.filter(seq__gt=mark).exists()


def _work(cause: str, at: datetime, scope: Scope) -> Restamping:
    return Restamping(cause=cause, at=at, **asdict(scope))


def _catch_up(turns: Collection[str], seen: int, at: datetime) -> None:
    if newest_event() > seen:
        with transaction.atomic():
            stamp(list(Turn.objects.filter(id__in=turns, has_content=True).values_list(*ROW)), at)


@transaction.atomic
def _piece(job: Restamping, at: datetime, limit: int) -> int:
    """Reckon the next turns of the work; when none is left, it is done and gone."""
    rows = list(_next(job, at)[:limit])
    stamp(rows, at)
    if len(rows) < limit:
        job.delete()
    else:
        job.reached_at, job.reached = rows[-1][COLUMNS.index("received_at")], rows[-1][0]
        job.save(update_fields=["reached_at", "reached"])
    return len(rows)


ROW = (*COLUMNS, "deadline_at", "sealed_at")


def _next(job: Restamping, at: datetime) -> QuerySet[Turn, tuple[Any, ...]]:
    """The turns that the work is about and that are still to be reckoned, by receipt: only those that live, as what is
    over never changes."""
    named = {"organisation": job.organisation, "member": job.member, "end_user": job.end_user}
    named |= {"conversation": job.conversation, "id": job.turn}
    rows = living(at).filter(**{name: word for name, word in named.items() if word})
    return beyond(rows, job.reached_at, job.reached)


def living(at: datetime) -> QuerySet[Turn, Turn]:
    """Return the turns with content that has not ended at the moment `at`, as last reckoned."""
    return Turn.objects.filter(Q(deadline_at=None) | Q(deadline_at__gt=at), has_content=True)


def beyond(
    rows: QuerySet[Turn, Turn], reached_at: datetime | None, reached: str
) -> QuerySet[Turn, tuple[Any, ...]]:
    """Return the rows that come after that one, in the order of their receipt, with the columns `ROW`."""
    if reached_at is not None:
        rows = rows.filter(
            Q(received_at__gt=reached_at) | Q(received_at=reached_at, id__gt=reached),
            received_at__gte=reached_at,
        )
    return rows.order_by("received_at", "id").values_list(*ROW)


@dataclass(frozen=True, slots=True)
class Fate:
    """What is written to turns that share it: one statement for all of them."""

    at: datetime | None
    """The same moment for all, or None: so long after receipt each."""
    after: timedelta
    sealed_at: datetime | None


def stamp(rows: Sequence[tuple[Any, ...]], at: datetime) -> None:
    """Reckon the turns of these rows (`ROW`) again, and write what has come nearer."""
    known = [facts_of(row[: len(COLUMNS)]) for row in rows]
    events, calendar = events_of_turns(known), calendar_at(at)
    held = {row[0]: row[len(COLUMNS) :] for row in rows}
    for organisation, turns in _by_organisation(known).items():
        tighten(turns, fates(turns, events[organisation], calendar), held)


def tighten(
    turns: Sequence[TurnFacts], found: Fates, held: Mapping[str, tuple[datetime | None, datetime | None]]
) -> None:
    """Write those of the deadlines and seals that are nearer than those `held`, by the id of the turn."""
    for fate, ids in _shared(turns, found, held).items():
        _write(fate, ids)


def _by_organisation(turns: Iterable[TurnFacts]) -> dict[str, list[TurnFacts]]:
    found: dict[str, list[TurnFacts]] = defaultdict(list)
    for one in turns:
        found[one.organisation].append(one)
    return found


def _shared(
    turns: Sequence[TurnFacts], found: Fates, held: Mapping[str, tuple[datetime | None, datetime | None]]
) -> dict[Fate, list[str]]:
    """The turns whose deadline or seal comes nearer, by what they share: a moment, or a time since receipt."""
    ends = np.array([_ticks_or_never(held[one.id][0]) for one in turns], np.int64)
    seals = np.array([_ticks_or_never(held[one.id][1]) for one in turns], np.int64)
    nearer = np.flatnonzero((found.ends < ends) | (found.sealed < seals))
    together = Counter(found.ends[nearer].tolist())
    groups: dict[Fate, list[str]] = defaultdict(list)
    for place in nearer.tolist():
        end, sealed, turn = int(found.ends[place]), int(found.sealed[place]), turns[place]
        seal = None if sealed == NEVER else moment_of(sealed)
        if together[end] > 1:
            fate = Fate(moment_of(end), timedelta(0), seal)
        else:
            fate = Fate(None, moment_of(end) - turn.stamp.received_at, seal)
        groups[fate].append(turn.id)
    return groups


def _ticks_or_never(at: datetime | None) -> int:
    return NEVER if at is None else ticks(at)


def _write(fate: Fate, ids: Collection[str]) -> None:
    """Bring deadlines and seals nearer, never further: somebody else may have been here first."""
    rows = Turn.objects.filter(id__in=ids)
    end: Combinable = Value(fate.at) if fate.at else _since_receipt(fate.after)
    rows.filter(Q(deadline_at=None) | Q(deadline_at__gt=end)).update(deadline_at=end)
    if fate.sealed_at is not None:
        unsealed = Q(sealed_at=None) | Q(sealed_at__gt=fate.sealed_at)
        rows.filter(unsealed).update(sealed_at=fate.sealed_at)


def _since_receipt(after: timedelta) -> Combinable:
    return ExpressionWrapper(
        F("received_at") + Value(after, output_field=DurationField()), output_field=DateTimeField()
    )
