"""Every current article, held in memory as long as nothing changes: a page asks the database for one mark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from sekisho.base.text import LANGS, Lang, as_lang
from sekisho.support.help.models import ArticleVersion, Edition
from sekisho.support.help.rules.audience import unpacked
from sekisho.support.help.rules.plain import summary_of
from sekisho.support.help.types import ArticleView, Audience


@dataclass(frozen=True, slots=True)
class Shelf:
    """The articles of one edition, on their shelves' order."""

    mark: str
    """New whenever something changed that readers can see; empty before the first article."""
    articles: Mapping[str, Mapping[Lang, ArticleView]]
    """By slug, then by language; none is empty, and none is withdrawn."""
    audiences: Mapping[Audience, frozenset[str]]
    """The slugs of each audience that there is: few, so that who may read what is asked few times."""

    @property
    def versions(self) -> Iterable[ArticleView]:
        return (view for pair in self.articles.values() for view in pair.values())


def shelf() -> Shelf:
    """Return the articles as they are now."""
    mark = Edition.objects.values_list("mark", flat=True).first() or ""
    return _of(mark)


@lru_cache(maxsize=2)
def _of(mark: str) -> Shelf:
    """Read the edition. What changes while it is read makes a new mark, and is read again for that."""
    rows = ArticleVersion.objects.filter(is_current=True, article__withdrawn_at=None)
    pairs: dict[str, dict[Lang, ArticleView]] = {}
    for row in rows.select_related("article").order_by("article__position", "article_id"):
        view = view_of(row)
        pairs.setdefault(view.slug, {})[view.lang] = view
    audiences: dict[Audience, set[str]] = {}
    for slug, pair in pairs.items():
        audiences.setdefault(next(iter(pair.values())).audience, set()).add(slug)
    return Shelf(
        mark,
        MappingProxyType({slug: _paired(pair) for slug, pair in pairs.items()}),
        MappingProxyType({audience: frozenset(slugs) for audience, slugs in audiences.items()}),
    )


def _paired(pair: Mapping[Lang, ArticleView]) -> Mapping[Lang, ArticleView]:
    langs = tuple(lang for lang in LANGS if lang in pair)
    return MappingProxyType({lang: replace(pair[lang], langs=langs) for lang in langs})


def view_of(row: ArticleVersion) -> ArticleView:
    article = row.article
    return ArticleView(
        slug=article.slug, version=row.id, number=row.number, lang=as_lang(row.lang), title=row.title,
        summary=summary_of(row.body), body=row.body, category=article.category, keywords=tuple(row.keywords),
        audience=unpacked(article.audience), owner=article.owner, updated_at=row.updated_at,
        reviewed_on=row.reviewed_on, langs=(as_lang(row.lang),), position=article.position,
        is_edited=row.made_by.startswith("usr_"), is_current=row.is_current,
        is_withdrawn=article.withdrawn_at is not None,
    )  # fmt: skip
