"""Clocks that run, of many cases at once: for dashboards and duties."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sekisho.cases.models import Clock
from sekisho.cases.queries.rows import clock_view
from sekisho.cases.types import ClockView, Kind

MOST = 2000
"""Clocks that are listed at once, the next to run out first."""


def running(kinds: Collection[Kind], *, until: datetime | None = None) -> tuple[tuple[str, ClockView], ...]:
    """Return the clocks of cases of these kinds that nobody has met, each with its case's reference, in the order in
    which they run out; those due before `until`. No viewer: references and times, and nothing of what was said."""
    rows = Clock.objects.filter(met_at=None, case__kind__in=[one.value for one in kinds])
    if until is not None:
        rows = rows.filter(due__lt=until)
    each = rows.select_related("case").order_by("due", "id")[:MOST]
    return tuple((row.case.reference, clock_view(row)) for row in each)
