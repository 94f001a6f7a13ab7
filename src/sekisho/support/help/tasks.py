"""Timed work of the help centre. Each may be called at any time and by several workers."""

from __future__ import annotations

from sekisho.base.clock import Clock, system_clock
from sekisho.records.keystore.actions import destroy_purpose_keys
from sekisho.support.help.actions import load_articles
from sekisho.support.help.models import ArticleRemark

EVERY_S = 3600.0
AT_ONCE = 500


def tend(clock: Clock = system_clock) -> int:
    """Take in what a release brought, and destroy remarks that were kept long enough; return how many those were."""
    load_articles(clock=clock)
    rows = list(ArticleRemark.objects.filter(expires_at__lte=clock()).order_by("expires_at")[:AT_ONCE])
    destroy_purpose_keys([row.key for row in rows], clock())
    ArticleRemark.objects.filter(id__in=[row.id for row in rows]).delete()
    return len(rows)
