"""What goes by itself: evidence with its key, counts, and claims that nobody went on with."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from sekisho.audit.actions import record
from sekisho.support.recovery import vault
from sekisho.support.recovery.models import Claim, Evidence
from sekisho.support.recovery.types import ClaimState

ASKED_LIVES = timedelta(days=1)
"""How long what was typed is kept for which no code was ever entered. Source: our policy."""


def erase_evidence(at: datetime) -> int:
    """Destroy the evidence whose time is over, and its keys first; return how many files (R-SUP-103)."""
    over = list(Evidence.objects.filter(erase_at__lte=at).values_list("id", "claim_id")[:500])
    claims = {claim for _, claim in over}
    kept = set(
        Evidence.objects.filter(claim_id__in=claims, erase_at__gt=at).values_list("claim_id", flat=True)
    )
    vault.destroy(claims - kept, at)
    with transaction.atomic():
        gone, _ = Evidence.objects.filter(id__in=[one for one, _ in over]).delete()
        if over:
            record("system:recovery", "recovery.evidence_erased", "evidence", count=len(over))
    return gone


def forget_typed(at: datetime) -> int:
    """Forget what was typed in claims that nobody went on with; return how many there were."""
    old = Claim.objects.filter(state=ClaimState.ASKED.value, made_at__lte=at - ASKED_LIVES)
    held = old.exclude(sealed="", contact_sealed="", code_digest="")
    return held.update(sealed="", contact_sealed="", code_digest="", due_at=None)
