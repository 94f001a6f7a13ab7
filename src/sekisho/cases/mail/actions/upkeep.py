"""What is kept long enough goes."""

from __future__ import annotations

from datetime import datetime

from sekisho.audit.actions import record
from sekisho.cases.mail.models import Inbound
from sekisho.cases.vault import destroy

AT_ONCE = 500


def forget(at: datetime) -> int:
    """Destroy the keys of mails whose time is over, delete their rows, and return how many those were."""
    due = Inbound.objects.filter(ends_at__lte=at, case=None).order_by("ends_at")
    rows = list(due.values_list("id", "key")[:AT_ONCE])
    destroy([key for _, key in rows], at)
    gone, _ = Inbound.objects.filter(id__in=[id_ for id_, _ in rows]).delete()
    if gone:
        record("system:mail", "mail.forgotten", "mail", mails=gone)
    return gone
