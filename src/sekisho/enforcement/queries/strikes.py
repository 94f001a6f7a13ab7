"""Strikes, as units, their organisations and staff see them, and as the ladder reckons them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.enforcement.models import Bearer, Strike
from sekisho.enforcement.queries.ladders import ladder_in_force
from sekisho.enforcement.types import Intent, Ladder, StrikeView, Unit, UnitKind
from sekisho.enforcement.types import Strike as Reckoned
from sekisho.policy.types import Severity

PAGE = 50
AT_ONCE = 50
"""Strikes read at a time, until those read add up to the last rung."""


def strikes(viewer: Viewer, unit: Unit, *, limit: int = PAGE, before: str = "") -> tuple[StrikeView, ...]:
    """Return the unit's strikes, newest first, voided and excepted ones included; `before` is an id to go on from.

    For who may see the unit's standing; raises `NotFoundError` for others.
    """
    see_standing(viewer, unit.organisation)
    rows = Strike.objects.filter(bearer__in=bearers_of(unit)).select_related("bearer").order_by("-at", "-id")
    if before and (last := rows.filter(id=before).first()):
        rows = rows.filter(Q(at__lt=last.at) | Q(at=last.at, id__lt=last.id))
    window = timedelta(days=ladder_in_force().ladder.window_days)
    return tuple(as_strike(row, window) for row in rows[:limit])


def strike_of(viewer: Viewer, decision_id: str) -> StrikeView | None:
    """Return the strike that rests on a decision, the one that counts before a voided one; None for none."""
    rows = Strike.objects.filter(decision=decision_id).select_related("bearer").order_by("-voided_at")
    row = next((one for one in rows if one.voided_at is None), None) or rows.first()
    if row is None:
        return None
    see_standing(viewer, row.bearer.organisation)
    return as_strike(row, timedelta(days=ladder_in_force().ladder.window_days))


def see_standing(viewer: Viewer, organisation: str) -> None:
    """Raise `NotFoundError` unless the viewer may see how the organisation and its units stand."""
    is_own = may(viewer, Permission.ORG_STANDING_READ, organisation)
    if not (is_own or may(viewer, Permission.STAFF_STANDING_READ)):
        raise not_found("unit_not_found")


def bearers_of(unit: Unit) -> QuerySet[Bearer]:
    return Bearer.objects.filter(organisation=unit.organisation, unit_kind=unit.kind.value, unit_id=unit.id)


def as_unit(row: Bearer) -> Unit:
    return Unit(UnitKind(row.unit_kind), row.unit_id, row.organisation)


def living(bearer: Bearer) -> QuerySet[Strike]:
    """Return the strikes from which the standing is reckoned: not voided, not excepted."""
    return bearer.strikes.filter(voided_at=None, exception="")


def that_matter(bearer: Bearer, at: datetime, ladder: Ladder) -> tuple[Reckoned, ...]:
    """Return the strikes that decide the standing at `at`, newest first: no more than add up to the last rung.

    What is older changes neither the rung nor the hour at which it falls: it ends before these do. So an account
    with ten thousand strikes is reckoned from a few dozen (`benchmarks/ladder.py`). Hard ones of the last day are
    always among them.
    """
    counting = bearer.strikes.filter(voided_at=None, points__gt=0, last_at__lte=at)
    current = counting.filter(last_at__gt=at - timedelta(days=ladder.window_days))
    found: list[_Row] = []
    points = 0
    for row in _newest_first(current):
        found.append(row)
        points += row[1]
        if points >= ladder.termination:
            day_before = at - timedelta(hours=ladder.automatic_suspension_hours)
            found += _plain(current.filter(hard=True, last_at__gt=day_before).order_by("-last_at")[:1])
            break
    return tuple(_reckoned(row) for row in dict.fromkeys(found))


_Row = tuple[str, int, datetime, str, int, float, int, int, bool, str, datetime]
_COLUMNS = (
    *("id", "points", "at", "clause", "severity", "confidence"),
    *("weight", "intent", "hard", "text", "last_at"),
)


def _newest_first(rows: QuerySet[Strike]) -> Iterator[_Row]:
    ordered, begin = rows.order_by("-last_at"), 0
    while True:
        page = _plain(ordered[begin : begin + AT_ONCE])
        yield from page
        if len(page) < AT_ONCE:
            return
        begin += AT_ONCE


def _plain(rows: QuerySet[Strike]) -> list[_Row]:
    """Columns alone: objects would take most of the time."""
    return list(rows.values_list(*_COLUMNS))


def _reckoned(row: _Row) -> Reckoned:
    id, _, at, clause, severity, confidence, weight, intent, hard, text, last_at = row
    last = last_at if last_at > at else None
    return Reckoned(id, at, clause, Severity(severity), confidence, weight, Intent(intent), hard, text, last)


def as_reckoned(row: Strike) -> Reckoned:
    return Reckoned(
        id=row.id,
        at=row.at,
        clause=row.clause,
        severity=Severity(row.severity),
        confidence=row.confidence,
        weight=row.weight,
        intent=Intent(row.intent),
        hard=row.hard,
        text=row.text,
        last_at=row.last_at if row.last_at > row.at else None,
    )


def as_strike(row: Strike, window: timedelta) -> StrikeView:
    return StrikeView(
        id=row.id,
        decision=row.decision,
        unit=as_unit(row.bearer),
        key=row.key,
        at=row.at,
        until=row.last_at + window,
        clause=row.clause,
        severity=Severity(row.severity),
        confidence=row.confidence,
        intent=Intent(row.intent),
        hard=row.hard,
        points=row.points,
        by=row.by,
        exception=row.exception,
        voided_at=row.voided_at,
    )
