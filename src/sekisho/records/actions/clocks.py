"""Persist the latest moment that was trusted."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.records.models import Mark
from sekisho.records.queries.clocks import TIME


@transaction.atomic
def advance(now: datetime) -> datetime:
    """Move the latest trusted moment on to `now`, never back, and return it.

    Call it only for a moment that is believed: after a jump forward, a person confirms first (R-DATA-119), as what
    expires by a wrong clock stays expired.
    """
    Mark.objects.bulk_create([Mark(name=TIME, at=now)], ignore_conflicts=True)
    Mark.objects.filter(name=TIME, at__lt=now).update(at=now)
    latest = Mark.objects.values_list("at", flat=True).get(name=TIME)
    assert latest is not None  # made with one
    return latest
