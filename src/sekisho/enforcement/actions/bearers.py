"""Those who bear strikes: one row each, locked while their standing changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sekisho.enforcement.models import Bearer
from sekisho.enforcement.queries.strikes import as_unit
from sekisho.enforcement.types import Unit, UnitKind


def locked(units: Iterable[Unit], at: datetime) -> dict[Unit, Bearer]:
    """Return the bearers of these units and of their organisations, made where there are none, and locked.

    Always in the order of their ids, so that two workers never wait for each other.
    """
    wanted = set(units)
    wanted |= {Unit(UnitKind.ORGANISATION, unit.organisation, unit.organisation) for unit in wanted}
    rows = [
        Bearer(organisation=unit.organisation, unit_kind=unit.kind.value, unit_id=unit.id, changed_at=at)
        for unit in sorted(wanted, key=lambda unit: (unit.organisation, unit.kind, unit.id))
    ]
    Bearer.objects.bulk_create(rows, ignore_conflicts=True)
    named = {
        "organisation__in": {row.organisation for row in rows},
        "unit_id__in": {row.unit_id for row in rows},
    }
    found = Bearer.objects.select_for_update().filter(**named).order_by("id")
    return {unit: row for row in found if (unit := as_unit(row)) in wanted}
