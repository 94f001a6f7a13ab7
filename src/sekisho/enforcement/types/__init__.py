"""Words of enforcement as plain values. No Django."""

from __future__ import annotations

from sekisho.enforcement.types.decisions import (
    Arrived,
    Count,
    DecisionFilter,
    DecisionRecord,
    Difference,
    Page,
)
from sekisho.enforcement.types.labels import Desk, Found, Given, Label, Withheld
from sekisho.enforcement.types.restrictions import (
    APPEAL,
    COURT,
    NO_WORDS,
    OUT_OF_COURT,
    REDRESS,
    Measure,
    RestrictionView,
    Statement,
)
from sekisho.enforcement.types.standing import (
    Allowed,
    Counted,
    Decider,
    Intent,
    Ladder,
    Refused,
    Rung,
    Standing,
    Strike,
)
from sekisho.enforcement.types.units import Unit, UnitKind

__all__ = [
    "APPEAL",
    "COURT",
    "NO_WORDS",
    "OUT_OF_COURT",
    "REDRESS",
    "Allowed",
    "Arrived",
    "Count",
    "Counted",
    "Decider",
    "DecisionFilter",
    "DecisionRecord",
    "Desk",
    "Difference",
    "Found",
    "Given",
    "Intent",
    "Label",
    "Ladder",
    "Measure",
    "Page",
    "Refused",
    "RestrictionView",
    "Rung",
    "Standing",
    "Statement",
    "Strike",
    "Unit",
    "UnitKind",
    "Withheld",
]
