"""Restrictions with their statements, and how many automation imposed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDay

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.text import Text
from sekisho.enforcement.models import Restriction
from sekisho.enforcement.queries.seeing import sees
from sekisho.enforcement.types import Measure, RestrictionView, Statement, Unit, UnitKind
from sekisho.notices import links


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


def statement(viewer: Viewer, statement_id: str) -> RestrictionView:
    """Return a restriction by its statement of reasons, for the organisation's people and for staff who see standing.

    Raises `NotFoundError` for what the viewer may not see.
    """
    found = _by_statement(statement_id)
    is_theirs = may(viewer, Permission.ORG_STANDING_READ, found.unit.organisation)
    if not (is_theirs or may(viewer, Permission.STAFF_STANDING_READ)):
        raise not_found("statement_not_found")
    return found


def statement_by_link(token: str, at: datetime) -> RestrictionView:
    """Return what the token of a page `/statements/<token>` opens at `at`, for whoever holds it.

    Raises `SekishoError`: `link_forged` or `link_expired`.
    """
    return _by_statement(links.opened(links.Purpose.STATEMENT, token, at))


def _by_statement(statement_id: str) -> RestrictionView:
    row = Restriction.objects.filter(statement=statement_id).select_related("statement").first()
    if row is None:
        raise not_found("statement_not_found")
    return as_restriction(row)


def automatic_a_day(at: datetime, days: int) -> tuple[int, ...]:
    """Return how many restrictions automation alone imposed on each of the last `days` days (UTC), oldest first.

    The last is the day of `at`, as far as it has gone. For the brake on automation, so without a viewer.
    """
    today = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    begins = [today - timedelta(days=back) for back in reversed(range(days))]
    rows = Restriction.objects.filter(statement__was_decided_automatically=True, since__gte=begins[0])
    rows = rows.filter(since__lt=today + timedelta(days=1)).annotate(day=TruncDay("since", tzinfo=UTC))
    counted = dict(rows.values_list("day").annotate(count=Count("id")).order_by())
    return tuple(counted.get(begin, 0) for begin in begins)


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
            explanation=Text(told.explanation_en, told.explanation_ja),
            law=told.law,
            territory=tuple(told.territory.split()),
            policy=told.policy,
        ),
        imposed_by=tuple(row.imposed_by),
        lifted_at=row.lifted_at,
        models=tuple(row.models_left or ()),
        tools_off=row.tools_off,
        strikes=tuple(row.strikes or ()),
        reversed_at=row.reversed_at,
    )
