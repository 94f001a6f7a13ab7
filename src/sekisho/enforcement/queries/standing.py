"""How units stand, and what waits for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.enforcement.models import Bearer, Credit, Strike
from sekisho.enforcement.queries.ladders import ladder_in_force
from sekisho.enforcement.queries.restrictions import in_force
from sekisho.enforcement.queries.strikes import as_unit, bearers_of, see_standing, that_matter
from sekisho.enforcement.rules.ladder import organisation_after, standing_after
from sekisho.enforcement.types import (
    CreditView,
    Ladder,
    Measure,
    Rung,
    Standing,
    Unit,
    UnitKind,
    UnitView,
)

PAGE = 50


def standing(viewer: Viewer, unit: Unit, at: datetime) -> Standing:
    """Return how the unit stands at `at`, now or later, by the ladder in force.

    For the organisation's people who may see it, and for staff; raises `NotFoundError` for others. A unit of which
    nothing is known is in good standing.
    """
    see_standing(viewer, unit.organisation)
    ladder = ladder_in_force().ladder
    bearer = bearers_of(unit).first()
    if bearer is not None:
        return standing_of(bearer, at, ladder)
    if unit.kind is UnitKind.ORGANISATION:
        return organisation_after((), _bad_until(unit.organisation, at, ladder), at, ladder)
    return standing_after((), at, ladder)


def standing_of(bearer: Bearer, at: datetime, ladder: Ladder) -> Standing:
    """Return how it stands, from its few strikes that matter. For actions: no viewer.

    Points beyond the last rung are not counted: they change nothing, and to add up ten thousand takes longer than
    everything else.
    """
    counted = that_matter(bearer, at, ladder)
    if bearer.unit_kind == UnitKind.ORGANISATION:
        return organisation_after(counted, _bad_until(bearer.organisation, at, ladder), at, ladder)
    found = standing_after(counted, at, ladder)
    return replace(found, points=min(found.points, ladder.termination))


def units_of(
    viewer: Viewer, organisation: str, at: datetime, *, after: str = "", limit: int = PAGE
) -> tuple[UnitView, ...]:
    """Return the organisation's end users and keys that have strikes, the worst first, with their conduct.

    So an organisation sees what its people do before it is itself sanctioned (P-063). `after` is the `unit.id` of
    the last one of the page before. Raises `NotFoundError` for who may not see its standing.
    """
    see_standing(viewer, organisation)
    rows = Bearer.objects.filter(organisation=organisation).exclude(unit_kind=UnitKind.ORGANISATION.value)
    rows = rows.order_by("-points", "unit_id", "id")
    if after and (last := rows.filter(unit_id=after).first()):
        rows = rows.filter(
            Q(points__lt=last.points)
            | Q(points=last.points, unit_id__gt=last.unit_id)
            | Q(points=last.points, unit_id=last.unit_id, id__gt=last.id)
        )
    return _views(rows[:limit], at)


def find_units(viewer: Viewer, words: str, at: datetime, limit: int = PAGE) -> tuple[UnitView, ...]:
    """Return units with strikes whose id, or whose organisation's, begins with `words`; the worst first, for staff.

    Without words, the worst of all. Raises `NotFoundError` for others.
    """
    if not may(viewer, Permission.STAFF_STANDING_READ):
        raise not_found("unit_not_found")
    rows = Bearer.objects.order_by("-rung", "-points", "id")
    if words:
        rows = rows.filter(Q(unit_id__startswith=words) | Q(organisation__startswith=words))
    return _views(rows[:limit], at)


def conduct_over_time(
    viewer: Viewer, organisation: str, since: datetime, at: datetime
) -> tuple[tuple[datetime, str, int], ...]:
    """Return how many violations the organisation's end users and keys made each day (UTC), by clause, oldest first."""
    see_standing(viewer, organisation)
    rows = Strike.objects.filter(
        bearer__organisation=organisation, voided_at=None, at__gte=since, at__lte=at
    ).values_list("at", "clause")
    counted: dict[tuple[datetime, str], int] = defaultdict(int)
    for moment, clause in rows.iterator():
        counted[moment.replace(hour=0, minute=0, second=0, microsecond=0), clause] += 1
    return tuple((day, clause, count) for (day, clause), count in sorted(counted.items()))


def credits_of(viewer: Viewer, organisation: str) -> tuple[CreditView, ...]:
    """Return the paid time that was given back to the organisation, newest first."""
    see_standing(viewer, organisation)
    rows = Credit.objects.filter(organisation=organisation).order_by("-written_at", "-id")
    return tuple(CreditView(row.restriction_id, row.days, row.since, row.until) for row in rows)


def _bad_until(organisation: str, at: datetime, ladder: Ladder) -> list[datetime]:
    """Until when its units stand at a warning or worse: those that stand so the longest, and no more of them than
    are spared or add up to the last rung."""
    enough = ladder.spared_units + -(-ladder.termination // max(1, ladder.unit_points))
    rows = Bearer.objects.filter(organisation=organisation, warned_until__gt=at)
    rows = rows.exclude(unit_kind=UnitKind.ORGANISATION.value).order_by("-warned_until")
    return [until for until in rows.values_list("warned_until", flat=True)[:enough] if until is not None]


def _views(rows: QuerySet[Bearer], at: datetime) -> tuple[UnitView, ...]:
    found, ladder = list(rows), ladder_in_force().ladder
    conduct = _conduct([row.id for row in found], at - timedelta(days=ladder.window_days))
    measures = _measures(found, at)
    return tuple(_view(row, conduct[row.id], measures.get(as_unit(row)), at, ladder) for row in found)


def _view(
    row: Bearer, conduct: Sequence[tuple[str, int]], restricted: Measure | None, at: datetime, ladder: Ladder
) -> UnitView:
    """What the row says is so until something of it ends; then it is reckoned."""
    rung, calls_for, points, recovers = Rung(row.rung), Rung(row.calls_for), row.points, row.recovers_at
    if recovers is not None and recovers <= at:
        now = standing_of(row, at, ladder)
        rung, calls_for, points, recovers = now.rung, now.calls_for, now.points, now.recovers_at
    return UnitView(
        unit=as_unit(row),
        rung=rung,
        calls_for=calls_for,
        points=points,
        recovers_at=recovers,
        strikes=sum(count for _, count in conduct),
        clauses=tuple(sorted(conduct, key=lambda one: (-one[1], one[0]))),
        restricted=restricted,
    )


def _conduct(bearers: Collection[int], since: datetime) -> dict[int, list[tuple[str, int]]]:
    rows = Strike.objects.filter(bearer__in=bearers, voided_at=None, at__gt=since)
    conduct: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for row in rows.values("bearer", "clause").annotate(count=Count("id")):
        conduct[row["bearer"]].append((row["clause"], row["count"]))
    return conduct


def _measures(bearers: Iterable[Bearer], at: datetime) -> dict[Unit, Measure]:
    """The gravest measure in force against each of them."""
    units = {as_unit(row) for row in bearers}
    order = list(Measure)
    rows = in_force(at).filter(unit_id__in=[unit.id for unit in units])
    found = [
        (Unit(UnitKind(row.unit_kind), row.unit_id, row.organisation), Measure(row.measure)) for row in rows
    ]
    return dict(sorted(found, key=lambda one: order.index(one[1])))
