"""Under which terms an account speaks. Pure."""

from __future__ import annotations

from sekisho.accounts.rules import CONSUMER_PLANS
from sekisho.accounts.types import Plan
from sekisho.records.types import Terms

__all__ = ["CONSUMER_PLANS", "plan_of", "terms_of"]

_PLANS = {one.value: one for one in Plan}


def terms_of(plan: Plan) -> Terms:
    """Return the terms under which an account of this plan speaks (R-DATA-001): every plan has exactly
    one."""
    return Terms.CONSUMER if plan in CONSUMER_PLANS else Terms.COMMERCIAL


def plan_of(word: str) -> Plan:
    """Return the plan that a stored word names; for one not known here the strictest: commercial, nobody can allow
    training, and nothing makes it live longer (R-DATA-001)."""
    return _PLANS.get(word, Plan.GOV)
