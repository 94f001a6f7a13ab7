"""What came with the release is taken in: at the first start, and whenever a release brings something new."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml
from django.db import transaction

from sekisho.accounts.types import system
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.text import LANGS
from sekisho.support.help.actions.publishing import show, take_turn, write_article, write_version
from sekisho.support.help.models import Article, ArticleVersion
from sekisho.support.help.rules.sources import digest_of, read
from sekisho.support.help.types import Draft

FOLDER = Path(__file__).parent.parent / "articles"
LOADER = system("articles")


def load_articles(folder: Path = FOLDER, *, clock: Clock = system_clock) -> int:
    """Take in the articles of a folder, and return how many texts were new. Idempotent; for several workers.

    A text that an editor has written stays as it is, with its category and audience, whatever the release brings; so
    does a withdrawn article. Raises `ArticleError` for a file that is no article.
    """
    drafts = tuple(shipped(folder))
    if not _new(drafts):
        return 0
    with transaction.atomic():
        take_turn()
        fresh = _new(drafts)
        for draft in fresh:
            write_article(draft)
            write_version(draft, LOADER.id, clock())
        _put_in_order(drafts)
        if fresh:
            record(LOADER.id, "articles.loaded", "help", texts=len(fresh))
        show()
    return len(fresh)


def shipped(folder: Path = FOLDER) -> Iterator[Draft]:
    """Return every article of a folder, in the order of its `index.yaml`; a language without a file is left out."""
    index = yaml.safe_load((folder / "index.yaml").read_text("utf-8"))
    slugs = [entry["slug"] for entries in index.values() for entry in entries]
    for position, slug in enumerate(slugs):
        for lang in LANGS:
            path = folder / f"{slug}.{lang}.md"
            if path.is_file():
                yield read(path.read_text("utf-8"), slug, lang, position)


def _new(drafts: tuple[Draft, ...]) -> list[Draft]:
    """Return those whose text is not the last one that the release brought, where no editor has written since."""
    known = {
        (row.article_id, row.lang): row
        for row in ArticleVersion.objects.filter(is_current=True).only(
            "article_id", "lang", "digest", "made_by"
        )
    }
    edited = {slug for (slug, _), row in known.items() if row.made_by != LOADER.id}
    return [
        draft
        for draft in drafts
        if draft.slug not in edited
        and ((row := known.get((draft.slug, draft.lang))) is None or row.digest != digest_of(draft))
    ]


def _put_in_order(drafts: tuple[Draft, ...]) -> None:
    """A place on the shelf is the release's to give."""
    places = {draft.slug: draft.position for draft in drafts}
    rows = [row for row in Article.objects.all() if places.get(row.slug, row.position) != row.position]
    for row in rows:
        row.position = places[row.slug]
    Article.objects.bulk_update(rows, ["position"])
