"""What editors see of how articles are used: sums by article, and remarks that are nobody's (R-SUP-151)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time

from django.db.models import Sum

from sekisho.accounts.types import Viewer
from sekisho.base.text import Lang, as_lang
from sekisho.support.help import vault
from sekisho.support.help.models import ArticleCount, ArticleRemark, ArticleVersion
from sekisho.support.help.queries.articles import require_editor
from sekisho.support.help.rules.freshness import is_due
from sekisho.support.help.shelf import shelf
from sekisho.support.help.types import ArticleView, Count, Remark, Usage

REMARKS = 100


def usage(viewer: Viewer, since: date, until: date, lang: Lang = "en") -> tuple[Usage, ...]:
    """Return what was counted of each article in days from `since` to `until`, that day excluded; the most read first,
    with those that nobody read at the end. Titles are in `lang` where there are."""
    require_editor(viewer)
    counted = Counter[tuple[str, str]]()
    rows = ArticleCount.objects.filter(day__gte=since, day__lt=until).values_list("version", "what")
    slugs = dict(ArticleVersion.objects.values_list("id", "article_id"))
    for version, what, count in rows.annotate(sum=Sum("count")):
        counted[slugs.get(version, ""), what] += count
    made = [
        _usage(pair.get(lang) or next(iter(pair.values())), counted) for pair in shelf().articles.values()
    ]
    return tuple(sorted(made, key=lambda one: (-one.views, one.slug)))


def remarks(viewer: Viewer, slug: str = "") -> tuple[Remark, ...]:
    """Return what people wrote below articles in the last 90 days, the newest first; at most `REMARKS`."""
    require_editor(viewer)
    versions = ArticleVersion.objects.filter(**({"article_id": slug} if slug else {}))
    known = {id: (article, lang) for id, article, lang in versions.values_list("id", "article_id", "lang")}
    rows = list(ArticleRemark.objects.filter(version__in=known).order_by("-day", "-id")[:REMARKS])
    texts = vault.opened({row.id: (row.key, bytes(row.content)) for row in rows})
    return tuple(
        Remark(
            row.id,
            known[row.version][0],
            as_lang(known[row.version][1]),
            row.version,
            row.day,
            row.was_helpful,
            texts[row.id],
        )
        for row in rows
        if row.id in texts
    )


def due_for_review(viewer: Viewer, at: datetime, lang: Lang = "en") -> tuple[ArticleView, ...]:
    """Return the articles that nobody has read through for half a year, the longest first."""
    require_editor(viewer)
    views = (pair.get(lang) or next(iter(pair.values())) for pair in shelf().articles.values())
    due = [view for view in views if is_due(datetime.combine(view.reviewed_on, time(), UTC), at)]
    return tuple(sorted(due, key=lambda view: view.reviewed_on))


def _usage(view: ArticleView, counted: Counter[tuple[str, str]]) -> Usage:
    views, yes, no, cited, returns = (counted[view.slug, what.value] for what in Count)
    return Usage(view.slug, view.title, views, yes, no, cited, returns)
