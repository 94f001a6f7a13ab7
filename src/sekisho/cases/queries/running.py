"""Clocks that run, of many cases at once: for dashboards and duties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sekisho.cases.models import Clock
from sekisho.cases.queries.rows import clock_view
from sekisho.cases.rules.targets import TARGETS
from sekisho.cases.types import ClockView, Kind, State

MOST = 2000
"""Clocks that are listed at once, the next to run out first."""
AT_ONCE = 500
"""Cases that one question to the database names."""
_OURS = (State.NEW, State.OPEN, State.WAITING_INTERNAL)


def running(kinds: Collection[Kind], *, until: datetime | None = None) -> tuple[tuple[str, ClockView], ...]:
    """Return the clocks of cases of these kinds that nobody has met, each with its case's reference, in the order in
    which they run out; those due before `until`. No viewer: references and times, and nothing of what was said."""
    rows = Clock.objects.filter(met_at=None, case__kind__in=[one.value for one in kinds])
    if until is not None:
        rows = rows.filter(due__lt=until)
    each = rows.select_related("case").order_by("due", "id")[:MOST]
    return tuple((row.case.reference, clock_view(row)) for row in each)


def clocks_of_cases(cases: Collection[str]) -> Mapping[str, tuple[ClockView, ...]]:
    """Return the clocks of many cases, met or not, each in the order in which they run out: for reports, no viewer."""
    found: dict[str, list[ClockView]] = defaultdict(list)
    ids = sorted(cases)
    for begin in range(0, len(ids), AT_ONCE):
        rows = Clock.objects.filter(case_id__in=ids[begin : begin + AT_ONCE]).order_by("due", "id")
        for row in rows:
            found[row.case_id].append(clock_view(row))
    return {case: tuple(each) for case, each in found.items()}


def owed(cases: Collection[str]) -> frozenset[str]:
    """Return those of the cases in which whoever asked waits for our answer: what we promised runs, and the case is
    neither settled nor theirs to go on with. For counting: no viewer."""
    found: set[str] = set()
    ids = sorted(cases)
    for begin in range(0, len(ids), AT_ONCE):
        rows = Clock.objects.filter(case_id__in=ids[begin : begin + AT_ONCE], duty__in=TARGETS, met_at=None)
        found |= set(rows.filter(case__state__in=_OURS).values_list("case", flat=True))
    return frozenset(found)
