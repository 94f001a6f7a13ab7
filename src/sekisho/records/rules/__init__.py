"""What records decide: pure, no database, no clock."""

from __future__ import annotations

from sekisho.records.rules.clock import days_at, deadline, destroy_at, destroyed_at, earliest, holds_at
from sekisho.records.rules.consent import applies, consumer_epochs, partner_epochs, touching
from sekisho.records.rules.eligibility import eligible, together
from sekisho.records.rules.terms import CONSUMER_PLANS, terms_of

__all__ = [
    "CONSUMER_PLANS",
    "applies",
    "consumer_epochs",
    "days_at",
    "deadline",
    "destroy_at",
    "destroyed_at",
    "earliest",
    "eligible",
    "holds_at",
    "partner_epochs",
    "terms_of",
    "together",
    "touching",
]
