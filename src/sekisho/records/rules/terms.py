"""Under which terms an account speaks. Pure."""

from __future__ import annotations

from sekisho.accounts.types import Plan
from sekisho.records.types import Terms

CONSUMER_PLANS = frozenset({Plan.FREE, Plan.PRO, Plan.MAX})


def terms_of(plan: Plan) -> Terms:
    """Return the terms under which an account of this plan speaks (R-DATA-001): every plan has exactly
    one."""
    return Terms.CONSUMER if plan in CONSUMER_PLANS else Terms.COMMERCIAL
