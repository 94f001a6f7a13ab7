"""The queue: in the order in which it is worked, page by page, whatever its length (R-SUP-062).

Each queue that the viewer sees is one stretch of an index, of which a page's worth is read; the stretches are merged.
So a page costs the same with a hundred cases and with a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice

from django.db.models import Q, QuerySet

from sekisho.accounts.queries import not_found
from sekisho.accounts.types import Viewer
from sekisho.cases.models import Case
from sekisho.cases.queries.rows import views
from sekisho.cases.rules.priority import Lane, starts_at
from sekisho.cases.rules.queues import queues_of
from sekisho.cases.types import CaseView, Queue, State

PAGE = 25
MOST = 1000
"""Up to here things are counted: a long queue is read as quickly as a short one."""


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which cases to list. Empty fields do not narrow; without a state, those for which there is something to do."""

    queue: Queue | None = None
    state: State | None = None
    language: str = ""
    holder: str = ""
    """`usr_…`: what they hold."""
    late_at: datetime | None = None
    """Those whose clock of law has run out by this moment."""


EVERYTHING = QueueFilter()


@dataclass(frozen=True, slots=True)
class QueuePage:
    cases: tuple[CaseView, ...]
    next: str
    """Hand it back as `after`; empty on the last page."""


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """Each up to `MOST`."""

    waiting: int
    """With something to do."""
    legal: int
    """With a clock of law that runs."""
    late: int
    """Of these, run out."""
    unanswered: Mapping[Queue, int]
    """With something to do, by queue."""


def queue(
    viewer: Viewer, wanted: QueueFilter = EVERYTHING, *, after: str = "", limit: int = PAGE
) -> QueuePage:
    """Return cases of the queues that the viewer sees, in the order in which they are worked; their details and
    transcripts are left out. Raises `NotFoundError` for who sees none, or not the one that is asked for."""
    ones_own = Q(requester=viewer.id) | Q(organisation__in=list(viewer.roles))
    stretches = [
        rows.exclude(ones_own)
        .filter(place__gt=after)
        .order_by("place")
        .defer("transcript", "details")[: limit + 1]
        for rows in _stretches(viewer, wanted)
    ]
    rows = list(islice(merge(*stretches, key=lambda row: row.place), limit + 1))
    more = len(rows) > limit
    return QueuePage(views(rows[:limit], viewer, brief=True), rows[limit - 1].place if more else "")


def counts(viewer: Viewer, at: datetime) -> QueueCounts:
    """Return how much there is to do."""
    seen = queues_asked(viewer, EVERYTHING)
    by_queue = {one: _counted(Case.objects.filter(_to_do(), queue=one.value)) for one in seen}
    all_of_them = Case.objects.filter(queue__in=[one.value for one in seen])
    return QueueCounts(
        waiting=min(sum(by_queue.values()), MOST),
        legal=_counted(all_of_them.filter(place__lt=starts_at(Lane.SAFETY))),
        late=_counted(all_of_them.filter(_late(at))),
        unanswered=by_queue,
    )


def queues_asked(viewer: Viewer, wanted: QueueFilter) -> tuple[Queue, ...]:
    """Return the queues that are meant, in their order."""
    seen = queues_of(viewer)
    if not seen or (wanted.queue and wanted.queue not in seen):
        raise not_found("queue_not_found")
    return (wanted.queue,) if wanted.queue else tuple(one for one in Queue if one in seen)


def _stretches(viewer: Viewer, wanted: QueueFilter) -> list[QuerySet[Case]]:
    """Return what is asked for as stretches of one index each: what somebody holds is one, else each queue is."""
    rows = Case.objects.filter(state=wanted.state.value) if wanted.state else Case.objects.filter(_to_do())
    rows = rows.filter(language=wanted.language) if wanted.language else rows
    rows = rows.filter(_late(wanted.late_at)) if wanted.late_at else rows
    asked = [one.value for one in queues_asked(viewer, wanted)]
    if wanted.holder:
        return [rows.filter(held_by=wanted.holder, queue__in=asked)]
    return [rows.filter(queue=one) for one in asked]


def _to_do() -> Q:
    return Q(place__lt=starts_at(Lane.WAITING))


def _late(at: datetime) -> Q:
    return Q(place__lt=f"{Lane.LEGAL.value}{int(at.timestamp()):011d}")


def _counted(rows: QuerySet[Case]) -> int:
    return rows.values("id")[:MOST].count()
