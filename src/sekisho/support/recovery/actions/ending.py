"""The end of a claim about an address: what was typed is forgotten, and what was given as evidence has its last day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sekisho.support.recovery.models import Claim, Evidence
from sekisho.support.recovery.types import ClaimState

KEPT_AFTER = timedelta(days=30)
"""How long evidence is kept after the decision. Source: R-SUP-103."""


def ended(row: Claim, state: ClaimState, at: datetime) -> None:
    """End a claim whose row the caller holds."""
    row.state, row.ended_at, row.decided_at = state.value, at, row.decided_at or at
    row.contact_sealed = row.sealed = ""
    row.due_at = None
    row.save()
    end_evidence(row, at)


def end_evidence(row: Claim, at: datetime) -> None:
    Evidence.objects.filter(claim=row, erase_at__gt=at + KEPT_AFTER).update(erase_at=at + KEPT_AFTER)
