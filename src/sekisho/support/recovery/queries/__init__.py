"""Reads of recovery."""

from __future__ import annotations

from sekisho.support.recovery.queries.claims import (
    agreed,
    claim,
    claim_for_staff,
    has_account,
    has_paid,
    is_own,
    organisation_of,
    queue,
    votes,
)
from sekisho.support.recovery.queries.evidence import EvidenceView, evidence, evidence_count
from sekisho.support.recovery.queries.payments import (
    cancellations,
    refund_law,
    refunds,
    refunds_for_staff,
    sign_in_hint,
)
from sekisho.support.recovery.queries.withdrawals import withdrawal

__all__ = [
    "EvidenceView",
    "agreed",
    "cancellations",
    "claim",
    "claim_for_staff",
    "evidence",
    "evidence_count",
    "has_account",
    "has_paid",
    "is_own",
    "organisation_of",
    "queue",
    "refund_law",
    "refunds",
    "refunds_for_staff",
    "sign_in_hint",
    "votes",
    "withdrawal",
]
