"""The desk's own numbers: what came, how quickly it was answered, and what waits (R-SUP-150, R-SUP-151)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.cases.desk.rules.numbers import Run, Times, times
from sekisho.cases.models import Case, Clock, Delivery
from sekisho.cases.rules.priority import Lane, starts_at
from sekisho.cases.rules.targets import FIRST_REPLY, NEXT_REPLY
from sekisho.cases.types import Queue

MOST_CLOCKS = 100_000
"""Of a duty in a period that are looked at, the latest."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in one queue at this moment."""

    queue: Queue
    to_do: int
    late_by_law: int
    late: int
    """Promises that have run out."""
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of the period from `since` to `until`, that instant excluded."""

    since: datetime
    until: datetime
    opened: int
    settled: int
    by_kind: Mapping[str, int]
    by_language: Mapping[str, int]
    by_day: Mapping[str, int]
    """Opened, by day in UTC, such as `2026-01-02`; days without any are missing."""
    first_reply: Times
    next_reply: Times
    backlog: tuple[Backlog, ...]
    mail: Mapping[str, int]
    """Mails by how far they came."""


def numbers(viewer: Viewer, since: datetime, until: datetime, at: datetime) -> Numbers:
    """Return the desk's numbers over all queues: counts, never a case. Raises `NotFoundError` for who may not see
    them."""
    if not may(viewer, Permission.STAFF_TICKET_MEASURE):
        raise not_found("page_not_found")
    opened = Case.objects.filter(opened_at__gte=since, opened_at__lt=until)
    facts = list(opened.values_list("kind", "language", "opened_at"))
    sent = Delivery.objects.filter(created_at__gte=since, created_at__lt=until)
    return Numbers(
        since=since,
        until=until,
        opened=len(facts),
        settled=Case.objects.filter(settled_at__gte=since, settled_at__lt=until).count(),
        by_kind=Counter(kind for kind, _, _ in facts),
        by_language=Counter(language for _, language, _ in facts),
        by_day=Counter(f"{moment:%Y-%m-%d}" for _, _, moment in facts),
        first_reply=_times(FIRST_REPLY, since, until, at),
        next_reply=_times(NEXT_REPLY, since, until, at),
        backlog=_backlog(at),
        mail=dict(sent.values_list("status").annotate(n=Count("id")).order_by("status")),
    )


def _times(duty: str, since: datetime, until: datetime, at: datetime) -> Times:
    rows = Clock.objects.filter(duty=duty, starts__gte=since, starts__lt=until).order_by("-starts")
    return times((Run(*one) for one in rows.values_list("starts", "due", "met_at")[:MOST_CLOCKS]), at)


def _backlog(at: datetime) -> tuple[Backlog, ...]:
    waits = Case.objects.filter(place__lt=starts_at(Lane.WAITING))
    rows = waits.values("queue").annotate(
        to_do=Count("id"),
        by_law=Count("id", filter=Q(legal_due__lt=at)),
        late=Count("id", filter=Q(target_due__lt=at)),
        oldest=Min("received_at"),
    )
    found = {one["queue"]: one for one in rows.order_by("queue")}
    return tuple(
        Backlog(queue, one["to_do"], one["by_law"], one["late"], one["oldest"])
        for queue in Queue
        if (one := found.get(queue.value))
    )
