"""Questions that led nowhere are kept for editors: masked, counted by week, and of nobody (R-SUP-006)."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from sekisho.base.clock import Clock, system_clock
from sekisho.base.text import Lang
from sekisho.support.help.rules.masking import masked
from sekisho.support.search.models import SearchMiss
from sekisho.support.search.rules.tokens import fold

MISS_CHARS = 120


@transaction.atomic
def note_miss(query: str, lang: Lang, category: str = "", *, clock: Clock = system_clock) -> None:
    """Count a question that led nowhere. Of the text, what leads to a person is masked before it is stored; nothing of
    who asked is known. An empty one is not counted."""
    said = masked(fold(query), MISS_CHARS)
    if not said:
        return
    today = clock().date()
    week = today - timedelta(days=today.weekday())
    row = {"week": week, "lang": lang, "category": category[:40], "query": said}
    if not SearchMiss.objects.filter(**row).update(count=F("count") + 1, last=today):
        SearchMiss.objects.bulk_create([SearchMiss(**row, count=0, last=today)], ignore_conflicts=True)
        SearchMiss.objects.filter(**row).update(count=F("count") + 1, last=today)
