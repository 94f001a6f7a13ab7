"""Addresses in a text, however they are written, and what no plain text needs. Pure."""

from __future__ import annotations

import re
import unicodedata

from sekisho.support.bot.rules.figures import folded

_LINK = re.compile(
    r"[a-z][a-z0-9+.-]{1,20}://[^\s「」、。()<>\"'`]+"
    r"|\b(?:javascript|vbscript|data|blob|file|mailto|tel|sms|about|intent):[^\s「」、。()<>\"'`]+"
    r"|[^\s「」、。()<>\"'`@]+@[^\s「」、。()<>\"'`]+"
    r"|(?<![\w/.])/(?:[a-z0-9_~%-]+[/.]?)+"
    r"|(?<![\w.-])(?:[^\W_][\w-]*[.。])+[^\W\d_\u3040-\u30ff\u3400-\u9fff]{2,}(?![\w-])(?:[/:?#][^\s「」、。()<>\"'`]*)?"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b"
)
_MARKUP = re.compile(r"<\s*[a-z/!?]|\]\s*[(\[:]|!\[|```|&(?:#|[a-z]+;)", re.IGNORECASE)
_ORNAMENT = re.compile(r"\*\*|__(?=\S)|(?<=\S)__|`|(?m:^#{1,6}\s+)")
ARTICLES = "/help/articles/"
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})


def links(text: str) -> frozenset[str]:
    """Return every address of a page, site or mailbox, and every path of ours, as folded text."""
    found = (each[0].rstrip(".,;:!?*/") for each in _LINK.finditer(folded(text)))
    return frozenset(link for link in found if any(sign in link for sign in ".:/@"))


def has_markup(text: str) -> bool:
    """Return whether it holds tags, links of Markdown, or entities: an answer is plain text, and is shown as such."""
    return bool(_MARKUP.search(unicodedata.normalize("NFKC", text)))


def has_hidden(text: str) -> bool:
    """Return whether it holds characters that nobody sees, or that turn the order of reading around."""
    return any(unicodedata.category(char) in _HIDDEN for char in text if char not in "\n\t")


def unadorned(text: str) -> str:
    """Return the text without emphasis, code marks and headings, which models like and plain text has no use for."""
    return _ORNAMENT.sub("", text)
