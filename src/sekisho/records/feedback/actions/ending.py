"""What a sending that was broken off leaves, ends within the hour. The sweeper ends the others at their date."""

from __future__ import annotations

from datetime import datetime, timedelta

from sekisho.records.feedback.models import Report

STAGED_FOR = timedelta(hours=1)
"""How long a sending that was broken off leaves anything. Source: R-DATA-074."""


def sweep_staged(at: datetime) -> int:
    """Delete what broken sendings left, and return how many there were. It holds no content: that comes with the step
    that ends the staging."""
    rows = Report.objects.filter(is_staged=True, received_at__lte=at - STAGED_FOR)
    count, _ = rows.delete()
    return count
