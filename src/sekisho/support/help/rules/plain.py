"""An article as plain words: for excerpts, for the index, and for what machines read. No Django."""

from __future__ import annotations

from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

SUMMARY_CHARS = 200
_BLOCKS = frozenset({"inline", "fence", "code_block"})
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@lru_cache(maxsize=4096)
def paragraphs(body: str) -> tuple[str, ...]:
    """Return the text of each paragraph, heading, list item, cell and block of code, without marks, in order."""
    return tuple(text for token in _MARKDOWN.parse(body) if (text := _said(token)))


def plain(body: str) -> str:
    return "\n".join(paragraphs(body))


def summary_of(body: str) -> str:
    """Return the first paragraph that is no heading, cut at `SUMMARY_CHARS`."""
    tokens = _MARKDOWN.parse(body)
    opened = ""
    for token in tokens:
        if token.type == "inline" and opened != "heading_open":
            said = _said(token)
            return said if len(said) <= SUMMARY_CHARS else said[: SUMMARY_CHARS - 1].rstrip() + "…"
        opened = token.type
    return ""


def _said(token: Token) -> str:
    if token.type not in _BLOCKS:
        return ""
    if token.children is None:
        return token.content.strip()
    return "".join(_piece(child) for child in token.children).strip()


def _piece(child: Token) -> str:
    if child.type in ("softbreak", "hardbreak"):
        return " "
    return child.content if child.type in ("text", "code_inline") else ""
