"""Reads of the help centre. Each takes the reader first and hides what is not for them as if it were not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotAllowedError, NotFoundError
from sekisho.base.text import LANGS, Lang, Text
from sekisho.support.help.categories import BY_ID, CATEGORIES
from sekisho.support.help.models import ArticleVersion
from sekisho.support.help.rules.audience import VISITOR, Reader, may_read
from sekisho.support.help.shelf import Shelf, shelf, view_of
from sekisho.support.help.types import HELP_CENTRE, ArticleView, Category, Vantage

ARTICLE_NOT_FOUND = Text(
    "There is no such article. Search the help centre, or look through its categories.",
    "この記事はありません。ヘルプセンターで検索するか、カテゴリーからお探しください。",
)


def articles(
    reader: Reader, lang: Lang, *, category: str = "", vantage: Vantage = HELP_CENTRE
) -> tuple[ArticleView, ...]:
    """Return what the reader may read, in the order of the shelves: each in `lang`, or else in the other language
    (R-SUP-001)."""
    now = shelf()
    found = readable(now, reader, vantage)
    order = {each.id: at for at, each in enumerate(CATEGORIES)}
    views = (_in(pair, lang) for slug, pair in now.articles.items() if slug in found)
    kept = [view for view in views if not category or view.category == category]
    return tuple(sorted(kept, key=lambda view: (order.get(view.category, len(order)), view.position)))


def article(reader: Reader, slug: str, lang: Lang, *, vantage: Vantage = HELP_CENTRE) -> ArticleView:
    """Return one article in `lang`, or else in the other language. Raises `NotFoundError` also for one that the reader
    may not read: the two look the same."""
    now = shelf()
    if slug not in readable(now, reader, vantage):
        raise NotFoundError("article_not_found", ARTICLE_NOT_FOUND)
    return _in(now.articles[slug], lang)


def related(
    reader: Reader, view: ArticleView, *, limit: int = 4, vantage: Vantage = HELP_CENTRE
) -> tuple[ArticleView, ...]:
    """Return neighbours of an article: those on its shelf, the nearest first."""
    near = articles(reader, view.lang, category=view.category, vantage=vantage)
    others = [one for one in near if one.slug != view.slug]
    return tuple(sorted(others, key=lambda one: abs(one.position - view.position))[:limit])


def version(version_id: str) -> ArticleView:
    """Return one version, current or old, whoever may read it: for staff, and for what was shown before (R-SUP-004).

    Raises `NotFoundError`. Before it is shown to somebody else, ask `may_read(view.audience, reader)`.
    """
    row = ArticleVersion.objects.select_related("article").filter(id=version_id).first()
    if row is None:
        raise NotFoundError("article_not_found", ARTICLE_NOT_FOUND)
    return view_of(row)


def cited(versions: Sequence[str], lang: Lang) -> Mapping[str, ArticleView]:
    """Return, for each of these versions that is known, its article as it stands now in `lang`, or else as it was
    cited, whoever may read it: for staff, as `version` is (R-SUP-004)."""
    now = shelf().articles
    rows = ArticleVersion.objects.select_related("article").filter(id__in=versions)
    found = {row.id: view_of(row) for row in rows}
    return {one: now.get(view.slug, {}).get(lang, view) for one, view in found.items()}


def categories() -> tuple[Category, ...]:
    """Return the shelves, in order, each with its words in both languages."""
    return CATEGORIES


def category(category_id: str) -> Category:
    """Return one shelf. Raises `NotFoundError`."""
    if category_id not in BY_ID:
        raise NotFoundError("category_not_found", ARTICLE_NOT_FOUND)
    return BY_ID[category_id]


def public(lang: Lang, vantage: Vantage = HELP_CENTRE) -> tuple[ArticleView, ...]:
    """Return what anybody may read, as sitemap and `llms.txt` list it; only those written in `lang` (R-SUP-010)."""
    return tuple(view for view in articles(VISITOR, lang, vantage=vantage) if view.lang == lang)


def readable(of: Shelf, reader: Reader, vantage: Vantage = HELP_CENTRE) -> frozenset[str]:
    """Return the slugs of the articles on a shelf that the reader may read. Search asks it before it ranks."""
    groups = [slugs for audience, slugs in of.audiences.items() if may_read(audience, reader, vantage)]
    return groups[0] if len(groups) == 1 else frozenset().union(*groups)


def every(viewer: Viewer, lang: Lang) -> tuple[ArticleView, ...]:
    """Return every article for its editors, whatever its audience, withdrawn ones too, in `lang` or else the other
    language. Raises `NotAllowedError`."""
    require_editor(viewer)
    pairs: dict[str, dict[str, ArticleView]] = {}
    rows = ArticleVersion.objects.filter(is_current=True).select_related("article")
    for row in rows.order_by("article__position", "article_id", "lang"):
        pairs.setdefault(row.article_id, {})[row.lang] = view_of(row)
    return tuple(
        replace(pair.get(lang) or next(iter(pair.values())), langs=tuple(one for one in LANGS if one in pair))
        for pair in pairs.values()
    )


def history(viewer: Viewer, slug: str) -> tuple[ArticleView, ...]:
    """Return every version of an article in both languages, the newest first. For editors; raises `NotAllowedError`."""
    require_editor(viewer)
    rows = ArticleVersion.objects.select_related("article").filter(article_id=slug)
    return tuple(view_of(row) for row in rows.order_by("-made_at", "-id"))


def require_editor(viewer: Viewer) -> None:
    """Raise `NotAllowedError` unless the viewer writes articles."""
    if not may(viewer, Permission.STAFF_ARTICLE_WRITE):
        raise NotAllowedError("not_an_editor", NOT_AN_EDITOR, permission=Permission.STAFF_ARTICLE_WRITE)


ABOUT = Text(
    "Sekisho is a gate between AI products and model providers. It enforces a published usage policy, keeps data "
    "only as long as people chose, and explains and hears appeals against what it decides.",
    "Sekisho は AI 製品とモデル提供者のあいだに立つゲートウェイです。公開された利用ポリシーを守らせ、"
    "データを選ばれた期間だけ保管し、"
    "判断の理由を説明して異議申立てを受け付けます。",
)
NOT_AN_EDITOR = Text(
    "Only editors of the help centre may do this. An operator can give you the role.",
    "この操作はヘルプセンターの編集者だけが行えます。役割は運用者が付与できます。",
)


def _in(pair: Mapping[Lang, ArticleView], lang: Lang) -> ArticleView:
    return pair.get(lang) or next(iter(pair.values()))
