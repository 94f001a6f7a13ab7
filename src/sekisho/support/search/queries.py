"""Search: three looks at the same articles, fused by rank."""

from __future__ import annotations

from sekisho.base.text import Lang
from sekisho.support.help.types import HELP_CENTRE, Vantage
from sekisho.support.search.types import Hit
from sekisho.support.types import Actor


def search(
    query: str,
    reader: Actor,
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
    raise NotImplementedError
