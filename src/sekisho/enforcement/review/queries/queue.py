"""The queue as a list: in the order in which it is worked, page by page, whatever its length."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from sekisho.accounts.queries import not_found
from sekisho.accounts.types import Viewer
from sekisho.enforcement.review.models import Case
from sekisho.enforcement.review.queries.rows import row_of, see
from sekisho.enforcement.review.types import CaseRow, Gravity

PAGE = 25
MOST = 1000
"""Up to here things are counted."""
FIELDS = ("due", "gravity", "received_at", "id")
"""The order of work: by deadline, of two that are due together the graver first, then the older (P-065)."""


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which open cases to list. Empty fields do not narrow."""

    source: str = ""
    clause: str = ""
    state: str = ""


EVERYTHING = QueueFilter()


@dataclass(frozen=True, slots=True)
class QueuePage:
    cases: tuple[CaseRow, ...]
    next: str
    """Hand it back as `after`; empty on the last page."""


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """Each up to `MOST`; what is more is not counted, so that a long queue is read as quickly as a short one."""

    open: int
    overdue: int
    at_once: int
    """How many are due at once."""


def queue(
    viewer: Viewer, wanted: QueueFilter = EVERYTHING, *, after: str = "", limit: int = PAGE
) -> QueuePage:
    """Return open cases in the order in which they are worked. Raises `NotFoundError` for who reads no cases."""
    see(viewer)
    rows = _chosen(wanted).order_by(*FIELDS)
    if after:
        rows = rows.filter(_beyond(after))
    found = list(rows[: limit + 1])
    more = len(found) > limit
    return QueuePage(tuple(map(row_of, found[:limit])), _mark(found[limit - 1]) if more else "")


def counts(viewer: Viewer, at: datetime) -> QueueCounts:
    """Return how much waits, how much of it too long, and how much is due at once."""
    see(viewer)
    rows = Case.objects.filter(closed_at=None)
    at_once = rows.filter(gravity=Gravity.AT_ONCE)
    return QueueCounts(*(each[:MOST].count() for each in (rows, rows.filter(due__lt=at), at_once)))


def held(viewer: Viewer, at: datetime) -> CaseRow | None:
    """Return the case that the viewer holds at the moment `at`."""
    see(viewer)
    held = Case.objects.filter(claimed_by=viewer.id, claimed_until__gt=at, closed_at=None)
    row = held.order_by("claimed_until").first()
    return row_of(row) if row else None


def _chosen(wanted: QueueFilter) -> QuerySet[Case]:
    exact = {"source": wanted.source, "clause": wanted.clause, "state": wanted.state}
    return Case.objects.filter(closed_at=None, **{name: value for name, value in exact.items() if value})


def _beyond(after: str) -> Q:
    """What comes later in the order than the mark. The first condition alone lets the index begin there."""
    due, gravity, received, last = _read(after)
    return Q(due__gte=due) & (
        Q(due__gt=due)
        | Q(gravity__gt=gravity)
        | Q(gravity=gravity, received_at__gt=received)
        | Q(gravity=gravity, received_at=received, id__gt=last)
    )


def _mark(row: Case) -> str:
    return "~".join((row.due.isoformat(), str(row.gravity), row.received_at.isoformat(), row.id))


def _read(mark: str) -> tuple[datetime, int, datetime, str]:
    try:
        due, gravity, received, last = mark.split("~")
        moments = datetime.fromisoformat(due), datetime.fromisoformat(received)
        if any(moment.tzinfo is None for moment in moments):
            raise ValueError(mark)
        return moments[0], int(gravity), moments[1], last
    except ValueError:
        raise not_found("page_not_found") from None
