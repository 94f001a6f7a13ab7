"""HTML of strangers: shown from a small allow-list, or read as words. Nothing in it runs or loads (R-SUP-081)."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

import nh3

LARGEST: Final = 100_000
"""Characters of HTML that are looked at; the mail itself is kept whole. Tags within tags cost quadratic time: half a
second at most."""
TAGS: Final = frozenset(
    (
        *(
            "a",
            "b",
            "blockquote",
            "br",
            "code",
            "del",
            "div",
            "em",
            "h1",
            "h2",
            "h3",
            "h4",
            "hr",
            "i",
            "li",
            "ol",
            "p",
        ),
        *("pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
    )
)
"""No pictures at all, so none is fetched from afar; no forms, frames, styles or scripts."""
_BREAKS = frozenset(
    {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "blockquote", "hr", "table", "pre"}
)
_BLANKS = re.compile(r"[ \t\r\f\v]+")


def shown(html: str) -> str:
    """Return HTML that is safe to stand in a staff page: a few tags, links to the web alone, no attributes else."""
    return nh3.clean(
        html[:LARGEST],
        tags=set(TAGS),
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        clean_content_tags={"script", "style", "title"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )


def words(html: str) -> str:
    """Return what a reader of the HTML would see, as text; what is quoted is marked with `> `, as in plain mails.

    It is made harmless first: on what is not well-formed Python's own parser takes quadratic time.
    """
    reader = _Words()
    reader.feed(shown(html))
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in reader.lines())).strip()


class _Words(HTMLParser):
    """Collects lines, and how deep in quotations each stands."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[tuple[int, list[str]]] = [(0, [])]
        self._deep = 0

    def lines(self) -> list[str]:
        said = ((deep, "".join(words).strip()) for deep, words in self._lines)
        return ["> " * deep + line if line else "" for deep, line in said]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._deep = min(self._deep + (tag == "blockquote"), 20)
        if tag in _BREAKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        self._deep -= tag == "blockquote" and self._deep > 0
        if tag in _BREAKS - {"br"}:
            self._break()

    def handle_data(self, data: str) -> None:
        self._lines[-1][1].append(_BLANKS.sub(" ", data.replace("\n", " ")))

    def _break(self) -> None:
        self._lines.append((self._deep, []))
