"""The place in an article that a question is about, as plain text. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from sekisho.support.search.rules.tokens import asked, tokens

CHARS = 160
_AT_MOST = 24
"""Paragraphs that are looked at: further down, the first one that fits is as good."""


def excerpt(paragraphs: Sequence[str], query: str) -> str:
    """Return the paragraph that has most of the question's words, cut to `CHARS`; the first one where none has any."""
    wanted = {token.rstrip("*") for token in asked(query)}
    best, most = paragraphs[0] if paragraphs else "", 0
    for paragraph in paragraphs[:_AT_MOST]:
        if (found := len(wanted.intersection(tokens(paragraph)))) > most:
            best, most = paragraph, found
    line = " ".join(best.split())
    return line if len(line) <= CHARS else line[: CHARS - 1].rstrip() + "…"
