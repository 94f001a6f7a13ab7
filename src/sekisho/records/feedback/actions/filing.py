"""Issues that people asked for, filed one by one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from sekisho.audit.actions import record
from sekisho.records.feedback import vault
from sekisho.records.feedback.models import Report
from sekisho.records.feedback.rules.sending import issue_of, unpacked
from sekisho.records.feedback.tracker import Filed, NotFiled, file
from sekisho.records.feedback.types import Draft, IssueState, Kind

BATCH, MOST_TRIES = 20, 5


def file_waiting(at: datetime) -> int:
    """File the issues that wait, and return how many were. May be called at any time, by several workers.

    A public issue is never filed twice: a row is marked as failed before its issue goes out, and a crash in between
    leaves it so. What was surely not filed waits again, up to five times.
    """
    waiting = Report.objects.filter(issue=IssueState.WAITING.value, is_staged=False, expires_at__gt=at)
    return sum(_filed(row) for row in waiting.order_by("received_at")[:BATCH])


def _filed(row: Report) -> bool:
    mine = Report.objects.filter(id=row.id, issue=IssueState.WAITING.value)
    if not mine.update(issue=IssueState.FAILED.value, issue_tries=F("issue_tries") + 1):
        return False
    plain = vault.open_(row.key, row.id, bytes(row.content))
    if plain is None:
        return False
    draft = Draft(Kind(row.kind), unpacked(plain)[0], version=row.version, os=row.os)
    match file(issue_of(draft)):
        case Filed(url):
            with transaction.atomic():
                Report.objects.filter(id=row.id).update(issue=IssueState.FILED.value, issue_url=url)
                record("system:feedback", "feedback.filed", row.id, organisation=row.organisation)
            return True
        case NotFiled(may_try_again=True) if row.issue_tries + 1 < MOST_TRIES:
            Report.objects.filter(id=row.id).update(issue=IssueState.WAITING.value)
    return False
