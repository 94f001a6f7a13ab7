"""Words of records as plain values. No Django."""

from __future__ import annotations

from sekisho.records.types.answers import Deadline, Eligible, Explanation, Ineligible, Pinned, TurnFacts
from sekisho.records.types.calendar import Calendar
from sekisho.records.types.content import (
    ContentClass,
    Destroyed,
    GatewaySeen,
    Part,
    Product,
    Readable,
    Stamp,
    StoredBlock,
    Terms,
    TurnRecord,
    TurnView,
    Upstream,
)
from sekisho.records.types.history import Event, Kind, Scope

__all__ = [
    "Calendar", "ContentClass", "Deadline", "Destroyed", "Eligible", "Event", "Explanation", "GatewaySeen",
    "Ineligible", "Kind", "Part", "Pinned", "Product", "Readable", "Scope", "Stamp", "StoredBlock", "Terms",
    "TurnFacts", "TurnRecord", "TurnView", "Upstream",
]  # fmt: skip
