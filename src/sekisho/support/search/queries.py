"""Search: two or three looks at the same articles, made one by their ranks.

A question is asked in its own words and in those that articles use for the same (`rules/sayings.py`); who may not read
an article never has it looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from django.db.models import Max, Sum

from sekisho.accounts.types import Viewer
from sekisho.base.text import Lang, as_lang
from sekisho.support.help.queries import readable, require_editor
from sekisho.support.help.rules.audience import Reader
from sekisho.support.help.rules.plain import paragraphs
from sekisho.support.help.types import HELP_CENTRE, Vantage
from sekisho.support.search import meaning
from sekisho.support.search.index import Among, Index, index
from sekisho.support.search.models import SearchMiss
from sekisho.support.search.rules.excerpts import excerpt
from sekisho.support.search.rules.fusion import fused
from sekisho.support.search.rules.language import language_of
from sekisho.support.search.rules.sayings import told
from sekisho.support.search.rules.tokens import asked, clues
from sekisho.support.search.types import Hit, Miss
from sekisho.support.search.words import ranked

QUERY_CHARS = 300
"""So much of a question is looked at."""
DEPTH = 40
"""So many of each look are fused."""
LEAST = 0.04
"""The smallest cosine that counts as found: below it, two texts share no more than any two do."""
SHARE = 0.5
"""The smallest share of the best cosine that counts as found beside it."""


def search(
    query: str,
    reader: Reader,
    lang: Lang,
    *,
    category: str = "",
    limit: int = 10,
    vantage: Vantage = HELP_CENTRE,
) -> tuple[Hit, ...]:
    """Return the articles that the reader may read and that answer the query best, the best first; each at most once.

    Japanese, English or both, from one character (R-SUP-006). `lang` is that of the page: articles are shown in the
    query's own language where its script tells, else in `lang`. With `category`, only those on that shelf. Empty when
    nothing fits: call `search.actions.note_miss` then.
    """
    now, short = index(), query[:QUERY_CHARS]
    among = now.among(readable(now.shelf, reader, vantage), category)
    whole = f"{short} {told(short)}"
    rankings = (
        _by_words(now, whole, among),
        _by_pieces(now, whole, among),
        meaning.ranked(short, among.views, DEPTH),
    )
    found = fused(_distinct(now, ranking) for ranking in rankings)
    shown, wanted = language_of(short, [lang]), clues(short)
    return tuple(_hit(now, slug, score, wanted, shown) for slug, score in found[:limit])


def misses(viewer: Viewer, since: date, until: date, limit: int = 100) -> tuple[Miss, ...]:
    """Return the questions that led nowhere in days from `since` to `until`, that day excluded, the most frequent
    first. For editors; raises `NotAllowedError`."""
    require_editor(viewer)
    rows = SearchMiss.objects.filter(last__gte=since, last__lt=until).values("query", "lang", "category")
    counted = rows.annotate(times=Sum("count"), latest=Max("last")).order_by("-times", "-latest", "query")
    return tuple(
        Miss(row["query"], as_lang(row["lang"]), row["category"], row["times"], row["latest"])
        for row in counted[:limit]
    )


def _by_words(now: Index, query: str, among: Among) -> list[str]:
    words = now.telling(asked(query))
    return ranked(words, now.likely(words, among), DEPTH)


def _by_pieces(now: Index, query: str, among: Among) -> list[str]:
    scores = now.grams.scores(query)
    best = among.places[np.argsort(-scores[among.places], kind="stable")][:DEPTH]
    least = max(LEAST, SHARE * float(scores[best[0]])) if len(best) else LEAST
    return [now.views[place].version for place in best if scores[place] >= least]


def _distinct(now: Index, versions: Iterable[str]) -> list[str]:
    """Return the articles of a ranking, each where its better language stands."""
    return list(dict.fromkeys(now.views[now.at[version]].slug for version in versions if version in now.at))


def _hit(now: Index, slug: str, score: float, wanted: Sequence[str], lang: Lang) -> Hit:
    pair = now.shelf.articles[slug]
    view = pair.get(lang) or next(iter(pair.values()))
    said = excerpt(paragraphs(view.body), wanted)
    return Hit(view.version, slug, view.title, said, score, view.lang, view.category)
