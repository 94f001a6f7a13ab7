"""How often, never who: views, votes, citations, returns; and what people write below an article (R-SUP-003, 151)."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotFoundError
from sekisho.base.ids import new_id
from sekisho.base.lengths import whole
from sekisho.support.help import vault
from sekisho.support.help.models import ArticleCount, ArticleRemark
from sekisho.support.help.queries import ARTICLE_NOT_FOUND, version
from sekisho.support.help.rules.audience import Reader, may_read
from sekisho.support.help.rules.masking import masked
from sekisho.support.help.types import HELP_CENTRE, Count, Vantage

REMARK_CHARS = 500
"""Longest remark. Enough to say what is missing, too short to tell a story: who needs an answer writes to support."""
REMARKS_LIVE = timedelta(days=90)


def count(version_id: str, what: Count, *, clock: Clock = system_clock) -> None:
    """Count one more of this version today. Nothing is known of whom: call it for a page that was shown, for a source
    that the bot cited, for somebody who came back."""
    row = {"version": version_id, "day": clock().date(), "what": what.value}
    if not ArticleCount.objects.filter(**row).update(count=F("count") + 1):
        ArticleCount.objects.bulk_create([ArticleCount(**row, count=0)], ignore_conflicts=True)
        ArticleCount.objects.filter(**row).update(count=F("count") + 1)


@transaction.atomic
def vote(
    reader: Reader,
    version_id: str,
    was_helpful: bool,
    text: str = "",
    *,
    vantage: Vantage = HELP_CENTRE,
    clock: Clock = system_clock,
) -> None:
    """Count an answer to "Did this answer your question?", and keep what was written: masked, short, encrypted, for 90
    days, with a day and nobody's name. Raises `NotFoundError` for what the reader may not read, and `SekishoError`
    `text_too_long`: then nothing is counted either."""
    view = version(version_id)
    if not may_read(view.audience, reader, vantage) or view.is_withdrawn:
        raise NotFoundError("article_not_found", ARTICLE_NOT_FOUND)
    whole(text.strip(), REMARK_CHARS)
    count(version_id, Count.YES if was_helpful else Count.NO, clock=clock)
    said = masked(text, REMARK_CHARS)
    if said:
        _keep(version_id, was_helpful, said, clock)


def _keep(version_id: str, was_helpful: bool, said: str, clock: Clock) -> None:
    at, id = clock(), new_id("arr")
    key = vault.new_key(id, at)
    ArticleRemark.objects.create(
        id=id, version=version_id, day=at.date(), was_helpful=was_helpful, key=key.id,
        content=vault.shut(key, id, said), expires_at=at + REMARKS_LIVE,
    )  # fmt: skip
