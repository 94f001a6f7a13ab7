"""Reads of enforcement, viewer first: an organisation's people see what concerns it, staff with the permission
all."""

from __future__ import annotations

from sekisho.enforcement.queries.decisions import (
    EVERYTHING,
    PAGE,
    Bucket,
    as_decision,
    counts_over_time,
    decision,
    decisions,
    decisions_of_turn,
    shadow_differences,
)
from sekisho.enforcement.queries.labels import ROWS_AT_ONCE, label_of, labels
from sekisho.enforcement.queries.restrictions import (
    as_restriction,
    automatic_a_day,
    in_force,
    restrictions,
    restrictions_for_gateway,
    statement,
    statement_by_link,
)
from sekisho.enforcement.queries.seeing import sees

__all__ = [
    "EVERYTHING",
    "PAGE",
    "ROWS_AT_ONCE",
    "Bucket",
    "as_decision",
    "as_restriction",
    "automatic_a_day",
    "counts_over_time",
    "decision",
    "decisions",
    "decisions_of_turn",
    "in_force",
    "label_of",
    "labels",
    "restrictions",
    "restrictions_for_gateway",
    "sees",
    "shadow_differences",
    "statement",
    "statement_by_link",
]
