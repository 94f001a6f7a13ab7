"""Between rows and plain values: for the queries and actions of this room alone."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from sekisho.enforcement.conduct import models
from sekisho.enforcement.conduct.sketches import Sketcher
from sekisho.enforcement.conduct.types import Concern, LabelName, Signal, Trace, UnitLabel, speaker_of
from sekisho.enforcement.types import Unit, UnitKind


@lru_cache(maxsize=2)
def sketcher(secret: str = "") -> Sketcher:
    """Return what makes sketches on this installation. Another `SECRET_KEY` makes others: older ones match nothing."""
    return Sketcher((secret or str(settings.SECRET_KEY)).encode())


def unit_fields(unit: Unit) -> dict[str, str]:
    return {"organisation": unit.organisation, "unit_kind": unit.kind.value, "unit_id": unit.id}


def unit_of(row: Any) -> Unit:
    return Unit(UnitKind(row.unit_kind), row.unit_id, row.organisation)


def unit_written(unit: Unit) -> list[str]:
    return [unit.kind.value, unit.id, unit.organisation]


def unit_read(written: list[str]) -> Unit:
    kind, id, organisation = written
    return Unit(UnitKind(kind), id, organisation)


def trace(row: models.Trace) -> Trace:
    return Trace(
        turn=row.turn,
        unit=speaker_of(row.organisation, row.key, row.end_user),
        key=row.key,
        conversation=row.conversation,
        at=row.at,
        until=row.until,
        pattern=row.pattern,
        sketch=bytes(row.sketch),
        clause=row.clause,
        decision=row.decision,
    )


def concern(row: models.Concern) -> Concern:
    return Concern(row.decision, row.clause, unit_of(row), row.conversation, row.at, row.milli, row.acted)


def label(row: models.ConductLabel) -> UnitLabel:
    facts = {name: tuple(value) if isinstance(value, list) else value for name, value in row.facts.items()}
    return UnitLabel(
        row.id,
        unit_of(row),
        LabelName(row.name),
        row.about,
        row.present,
        row.set_by,
        row.since,
        row.until,
        facts,
    )


def labels(rows: QuerySet[models.ConductLabel]) -> list[UnitLabel]:
    return [label(row) for row in rows]


def of_units(units: Iterable[Unit]) -> Q:
    """Return what chooses the rows of these units; none for no unit."""
    chosen = Q(pk__in=[])
    for unit in units:
        chosen |= Q(**unit_fields(unit))
    return chosen


def campaign_signal(row: models.Campaign) -> Signal:
    units = tuple(map(unit_read, row.units))
    facts = {"kind": row.kind, "turns": row.turns, "units": len(units)}
    return Signal(
        row.id, "campaign", row.clause, units, row.first_at, row.last_at, tuple(row.decisions), facts
    )


def label_signal(one: UnitLabel) -> Signal:
    decisions = one.facts.get("decisions", ())
    shown = decisions if isinstance(decisions, tuple) else ()
    facts = {name: value for name, value in one.facts.items() if name != "decisions"}
    return Signal(one.id, one.name.value, one.about, (one.unit,), one.since, one.since, shown, facts)
