"""The place in an article that a question is about, as plain text. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from sekisho.support.search.rules.tokens import fold

CHARS = 160
_AT_MOST = 12
"""Paragraphs that are looked at: further down, the first one that fits is as good."""


def excerpt(paragraphs: Sequence[str], wanted: Sequence[str]) -> str:
    """Return the paragraph that has most of what the question is about (`tokens.clues`), cut to `CHARS`; the first one
    where none has any."""
    best, most = paragraphs[0] if paragraphs else "", 0
    for paragraph in paragraphs[:_AT_MOST]:
        folded = fold(paragraph)
        if (found := sum(clue in folded for clue in wanted)) > most:
            best, most = paragraph, found
    line = " ".join(best.split())
    return line if len(line) <= CHARS else line[: CHARS - 1].rstrip() + "…"
