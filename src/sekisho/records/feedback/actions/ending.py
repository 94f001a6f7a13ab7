"""Reports end: at their date, or an hour after a sending that was broken off."""

from __future__ import annotations

from datetime import datetime, timedelta

from sekisho.records.feedback.actions.sending import destroy
from sekisho.records.feedback.models import Report

STAGED_FOR = timedelta(hours=1)
"""How long a sending that was broken off leaves anything. Source: R-DATA-074."""
BATCH = 500


def destroy_expired(at: datetime) -> int:
    """Destroy the reports whose time is over, and return how many. May be called at any time, by several workers."""
    due = list(Report.objects.filter(expires_at__lte=at).order_by("expires_at")[:BATCH])
    return destroy(due, at, by="system:feedback") if due else 0


def sweep_staged(at: datetime) -> int:
    """Delete what broken sendings left. It holds no content: that comes with the step that ends the staging."""
    rows = Report.objects.filter(is_staged=True, received_at__lte=at - STAGED_FOR)
    count, _ = rows.delete()
    return count
