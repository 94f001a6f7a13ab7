"""Decisions and restrictions of a time, for reports (P-072). The system itself counts, so without a viewer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db.models import Case, Count, Q, QuerySet, Value, When

from sekisho.base.facts import Fact
from sekisho.enforcement.models import Decision, Restriction
from sekisho.enforcement.types import UnitKind

DECISION = ("action", "clause", "language", "unit")
"""What decisions are counted by. `unit` is the smallest that was named: end user or key."""


def decisions(since: datetime, until: datetime) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield how many decisions there were of each combination of `DECISION`. Drafts in the shadow are left out.

    Counted by the database: there may be millions.
    """
    rows = _decisions(since, until).values_list(*DECISION).annotate(count=Count("id")).order_by(*DECISION)
    for *values, count in rows:
        yield tuple(values), count


def decision_ids(
    since: datetime, until: datetime, wanted: Mapping[str, str], after: str, limit: int
) -> tuple[str, ...]:
    """Return the ids of the decisions with these values, in their order, those after one id."""
    rows = _decisions(since, until).filter(**wanted, id__gt=after).order_by("id")
    return tuple(rows.values_list("id", flat=True)[:limit])


def sanctions(since: datetime, until: datetime) -> Iterator[Fact]:
    """Yield every restriction imposed in the time: measure, clause, who decided and what became of it, unit.

    Its id is that of its statement of reasons, by which notices are told apart too.
    """
    rows = Restriction.objects.filter(since__gte=since, since__lt=until).select_related("statement")
    for row in rows.order_by("since", "id").iterator():
        by = "automation" if row.statement.was_decided_automatically else "people"
        decided = f"{by}_reversed" if row.reversed_at else by
        yield Fact(row.statement_id, (row.measure, row.clause, decided, row.unit_kind))


def _decisions(since: datetime, until: datetime) -> QuerySet[Decision]:
    unit = Case(When(~Q(end_user=""), then=Value(UnitKind.END_USER.value)), default=Value(UnitKind.KEY.value))
    return Decision.objects.filter(shadow=False, at__gte=since, at__lt=until).annotate(unit=unit)
