"""Restrictions with their statements, and how many automation imposed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet

from sekisho.accounts.queries import not_found
from sekisho.accounts.types import Viewer
from sekisho.base.text import Text
from sekisho.enforcement.models import Restriction
from sekisho.enforcement.queries.seeing import sees
from sekisho.enforcement.types import Measure, RestrictionView, Statement, Unit, UnitKind


def restrictions(viewer: Viewer, organisation: str, at: datetime) -> tuple[RestrictionView, ...]:
    """Return the restrictions on the organisation, its keys and end users in force at `at`, newest first."""
    if not sees(viewer, organisation):
        raise not_found("organisation_not_found")
    rows = in_force(at).filter(organisation=organisation).order_by("-since", "-id")
    return tuple(as_restriction(row) for row in rows)


def restrictions_for_gateway(at: datetime) -> Iterable[RestrictionView]:
    """Yield every restriction in force at `at`, mildest first, so that of two on one unit the graver comes
    last.

    For the snapshot, so without a viewer.
    """
    order = list(Measure)
    yield from sorted(
        map(as_restriction, in_force(at)), key=lambda one: (order.index(one.measure), one.since)
    )


def automatic_a_day(at: datetime, days: int) -> tuple[int, ...]:
    """Return how many restrictions automation alone imposed on each of the last `days` days (UTC), oldest first.

    The last is the day of `at`, as far as it has gone. For the brake on automation, so without a viewer.
    """
    today = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    begins = [today - timedelta(days=back) for back in reversed(range(days))]
    rows = Restriction.objects.filter(statement__was_decided_automatically=True)
    return tuple(
        rows.filter(since__gte=begin, since__lt=begin + timedelta(days=1)).count() for begin in begins
    )


def in_force(at: datetime) -> QuerySet[Restriction]:
    living = Restriction.objects.filter(lifted_at=None, since__lte=at).select_related("statement")
    return living.filter(Q(until=None) | Q(until__gt=at))


def as_restriction(row: Restriction) -> RestrictionView:
    told = row.statement
    return RestrictionView(
        id=row.id,
        unit=Unit(UnitKind(row.unit_kind), row.unit_id, row.organisation),
        measure=Measure(row.measure),
        clause=row.clause,
        since=row.since,
        until=row.until,
        requests_per_minute=row.requests_per_minute,
        statement_id=row.statement_id,
        statement=Statement(
            facts=Text(told.facts_en, told.facts_ja),
            is_own_initiative=told.is_own_initiative,
            was_detected_automatically=told.was_detected_automatically,
            was_decided_automatically=told.was_decided_automatically,
            redress=Text(told.redress_en, told.redress_ja),
        ),
        imposed_by=tuple(row.imposed_by),
        lifted_at=row.lifted_at,
    )
