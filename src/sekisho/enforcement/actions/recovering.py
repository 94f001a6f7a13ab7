"""What time does by itself: standings fall at the hour that was told, and new numbers reach every unit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from sekisho.audit.actions import record
from sekisho.enforcement.actions.bearers import locked
from sekisho.enforcement.actions.reckoning import reckon_all
from sekisho.enforcement.actions.sanctions import weigh
from sekisho.enforcement.models import Bearer, LadderVersion
from sekisho.enforcement.queries.ladders import ladder_in_force
from sekisho.enforcement.queries.strikes import as_unit
from sekisho.enforcement.types import LadderView, Unit, UnitKind

AT_ONCE = 200


def recover_due(at: datetime) -> int:
    """Let every standing fall whose hour has come, each unit in a transaction of its own; return how many fell."""
    numbers = ladder_in_force()
    due = Bearer.objects.filter(recovers_at__lte=at).order_by("recovers_at", "id")
    units = [as_unit(row) for row in due[:AT_ONCE]]
    for unit in units:
        _weigh(unit, numbers, at, anew=False)
    return len(units)


def apply_new_numbers(at: datetime) -> int:
    """Reckon every unit by numbers that came into force since the last time; return how many units there were.

    Standings may fall, and nobody climbs: that takes a strike.
    """
    waiting = LadderVersion.objects.filter(in_force_at__lte=at, applied_at=None)
    numbers = ladder_in_force()
    if not waiting.exists():
        return 0
    count = 0
    for unit in _every_unit():
        _weigh(unit, numbers, at, anew=True)
        count += 1
    with transaction.atomic():
        if waiting.update(applied_at=at):
            record("system:ladder", "ladder.applied", numbers.id, units=count, version=numbers.version)
    return count


@transaction.atomic
def _weigh(unit: Unit, numbers: LadderView, at: datetime, *, anew: bool) -> None:
    bearers = locked([unit], at)
    if anew:
        reckon_all(bearers[unit], numbers.ladder)
    weigh(bearers[unit], at, numbers, rises=False)
    if unit.kind is not UnitKind.ORGANISATION:
        whole = Unit(UnitKind.ORGANISATION, unit.organisation, unit.organisation)
        weigh(bearers[whole], at, numbers, rises=False)


def _every_unit() -> Iterator[Unit]:
    last = 0
    while rows := list(Bearer.objects.filter(id__gt=last).order_by("id")[:AT_ONCE]):
        yield from map(as_unit, rows)
        last = rows[-1].id
