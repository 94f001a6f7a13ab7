"""Reads of enforcement, viewer first: an organisation's people see what concerns it, staff with the permission
all."""

from __future__ import annotations

from sekisho.enforcement.queries.calls import proposals, waiting, waiting_for_people
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
from sekisho.enforcement.queries.ladders import ladder, ladder_in_force, ladders
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
from sekisho.enforcement.queries.standing import (
    conduct_over_time,
    credits_of,
    find_units,
    standing,
    units_of,
)
from sekisho.enforcement.queries.strikes import strike_of, strikes

__all__ = [
    "EVERYTHING",
    "PAGE",
    "ROWS_AT_ONCE",
    "Bucket",
    "as_decision",
    "as_restriction",
    "automatic_a_day",
    "conduct_over_time",
    "counts_over_time",
    "credits_of",
    "decision",
    "decisions",
    "decisions_of_turn",
    "find_units",
    "in_force",
    "label_of",
    "labels",
    "ladder",
    "ladder_in_force",
    "ladders",
    "proposals",
    "restrictions",
    "restrictions_for_gateway",
    "sees",
    "shadow_differences",
    "standing",
    "statement",
    "statement_by_link",
    "strike_of",
    "strikes",
    "units_of",
    "waiting",
    "waiting_for_people",
]
