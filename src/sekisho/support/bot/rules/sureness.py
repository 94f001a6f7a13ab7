"""Whether an article that was found is shown as an answer, or as one of several that may be meant. Pure.

Scores of words cannot tell "not in the help centre" from "said differently" (spec 4.1), so the line is drawn where
nothing outside the help centre crossed it, and what stays below is not refused: articles and issues are shown, and the
person chooses. `benchmarks/bot.py` prints how many of the benchmark's questions cross it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

TITLE_SHARE = 0.20
"""Share of a question, by the rarity of its words, that stands in the title or keywords of the article in either
language. Source: the benchmark of search, measured on 2026-11-23; the highest of what is outside was 0.156."""
LIKENESS = 0.18
"""Cosine of the question, in the articles' words too, with the article. Measured likewise."""


def share(words: Iterable[str], named: Collection[str], weight: Callable[[str], float]) -> float:
    """Return the share of the question that names of the article hold, from 0 to 1."""
    weighed = [(weight(word), word.rstrip("*") in named) for word in words]
    whole = sum(each for each, _ in weighed)
    return sum(each for each, is_there in weighed if is_there) / whole if whole else 0.0


def is_sure(title_share: float, likeness: float) -> bool:
    return title_share >= TITLE_SHARE and likeness >= LIKENESS
