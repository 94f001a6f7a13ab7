"""Tell an account of its first automatic deletion before it comes (R-DATA-125).

The deadline stands whatever happens: content is never kept because a mail failed. So the notice goes out a week before
the first deadline, or as soon as something is stored that lives shorter. Where even that was missed, because no worker
ran, it is written in the transaction that destroys, and stands where people look.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Min

from sekisho.notices.actions import tell
from sekisho.notices.types import Organisation
from sekisho.records.models import Turn
from sekisho.records.retention.models import Announcement
from sekisho.records.retention.rules import ANNOUNCED_BEFORE
from sekisho.records.retention.words import FIRST_DELETION

LINK = "/privacy"
ACCOUNTS_AT_ONCE = 200


def announce(at: datetime) -> int:
    """Tell those accounts whose first deletion comes within a week and who have not been told; return how many."""
    told = 0
    for organisation in _untold(at):
        with transaction.atomic():
            told += _tell(organisation, at)
    return told


def announce_late(organisations: Collection[str], at: datetime) -> int:
    """Tell those of the accounts that have not been told, in the transaction that is about to destroy."""
    known = set(
        Announcement.objects.filter(organisation__in=organisations).values_list("organisation", flat=True)
    )
    return sum(_tell(one, at) for one in sorted(set(organisations) - known))


def _untold(at: datetime) -> list[str]:
    told = Announcement.objects.values("organisation")
    soon = Turn.objects.filter(has_content=True, deadline_at__lte=at + ANNOUNCED_BEFORE)
    rows = soon.exclude(organisation__in=told).values_list("organisation", flat=True)
    return list(rows.distinct().order_by("organisation")[:ACCOUNTS_AT_ONCE])


def _tell(organisation: str, at: datetime) -> int:
    stored = Turn.objects.filter(organisation=organisation, has_content=True)
    sums = stored.aggregate(number=Count("id"), first=Min("deadline_at"))
    first = sums["first"] or at
    row = Announcement(organisation=organisation, at=at, first_due_at=first, turns=sums["number"])
    Announcement.objects.bulk_create([row], ignore_conflicts=True)
    subject, body = FIRST_DELETION
    words = body.format(day=f"{first:%Y-%m-%d %H:%M}", turns=str(sums["number"]))
    key = f"first_deletion {organisation}"
    tell(
        Organisation(organisation),
        "data.first_deletion",
        organisation,
        subject,
        words,
        key=key,
        at=at,
        link=LINK,
    )
    return 1
