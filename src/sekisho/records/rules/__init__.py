"""What records decide: pure, no database, no clock."""

from __future__ import annotations

from sekisho.records.rules.clock import (
    MOVES_DEADLINES,
    days_at,
    deadline,
    destroy_at,
    destroyed_at,
    earliest,
    holds_at,
    is_of_an_epoch,
)
from sekisho.records.rules.consent import (
    applies,
    consumer_epochs,
    partner_epochs,
    touching,
    zero_retention_at,
)
from sekisho.records.rules.eligibility import eligible, together
from sekisho.records.rules.explain import explain, moment, span
from sekisho.records.rules.history import History
from sekisho.records.rules.reasons import ENDS, REASONS
from sekisho.records.rules.terms import CONSUMER_PLANS, plan_of, terms_of
from sekisho.records.rules.versions import (
    NUMBERS,
    changed,
    in_force,
    lineage,
    loosened,
    strictest,
    versions_of,
)

__all__ = [
    "CONSUMER_PLANS",
    "ENDS",
    "MOVES_DEADLINES",
    "NUMBERS",
    "REASONS",
    "History",
    "applies",
    "changed",
    "consumer_epochs",
    "days_at",
    "deadline",
    "destroy_at",
    "destroyed_at",
    "earliest",
    "eligible",
    "explain",
    "holds_at",
    "in_force",
    "is_of_an_epoch",
    "lineage",
    "loosened",
    "moment",
    "partner_epochs",
    "plan_of",
    "span",
    "strictest",
    "terms_of",
    "together",
    "touching",
    "versions_of",
    "zero_retention_at",
]
