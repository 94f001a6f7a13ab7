"""An article's text as HTML that runs nothing: CommonMark without raw HTML, then a list of what may remain. No Django.

Two walls, since editors are many and their accounts can be taken: the parser shows markup of its own as text, and the
sanitiser drops whatever is not on the list.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Heading:
    anchor: str
    title: str
    level: int


@dataclass(frozen=True, slots=True)
class Rendered:
    html: str
    """Safe to be shown as it is."""
    headings: tuple[Heading, ...]
    """In order; each can be linked to by `#anchor`."""


TAGS = frozenset(
    {
        "a",
        "p",
        "h2",
        "h3",
        "h4",
        "ul",
        "ol",
        "li",
        "strong",
        "em",
        "code",
        "pre",
        "blockquote",
        "hr",
        "br",
        "div",
    }
    | {"table", "thead", "tbody", "tr", "th", "td"}
)
_ATTRIBUTES = {
    "a": {"href"}, "h2": {"id"}, "h3": {"id"}, "h4": {"id"}, "ol": {"start"}, "div": {"class", "tabindex"},
    "pre": {"tabindex"},
}  # fmt: skip
SCHEMES = frozenset({"http", "https", "mailto"})
_SPACES = re.compile(r"[\s　]+")
_OWN_PAGE = re.compile(
    r"/(?:help|contact|policy|privacy|transparency|report|connectors|withdraw|appeals/decision)(?:/[a-z0-9-]+)*"
)
"""Pages for everybody, which articles name by their addresses."""
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_MARKDOWN.disable("image")  # a picture would be fetched from somewhere, and tell who reads


@lru_cache(maxsize=512)
def render(body: str) -> Rendered:
    """Return the text as HTML, with its headings. Headings begin at the second level, whatever the text begins with."""
    tokens = _MARKDOWN.parse(body)
    lift = 2 - min((int(one.tag[1]) for one in tokens if one.type == "heading_open"), default=2)
    headings: list[Heading] = []
    for at, token in enumerate(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(4, max(2, int(token.tag[1]) + lift))}"
        if token.type == "heading_open":
            headings.append(_heading(token, tokens[at + 1], headings))
        elif token.type == "fence":
            token.info = ""
        elif token.children:
            token.children = list(_linked(token.children))
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return Rendered(_clean(_scrolling(html)), tuple(headings))


def anchor_of(title: str) -> str:
    """Return a heading's address: its letters and digits of any script, with hyphens for the rest."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    kept = "".join(letter if letter.isalnum() else " " for letter in folded)
    return "-".join(kept.split()) or "section"


def _linked(children: Iterable[Token]) -> Iterator[Token]:
    """Let an address of one of our pages, set as code, lead there, unless it stands in a link already."""
    depth = 0
    for child in children:
        depth += child.nesting if child.type in ("link_open", "link_close") else 0
        if child.type == "code_inline" and not depth and _OWN_PAGE.fullmatch(child.content):
            yield Token("link_open", "a", 1, attrs={"href": child.content})
            yield child
            yield Token("link_close", "a", -1)
        else:
            yield child


def _heading(token: Token, inline: Token, before: list[Heading]) -> Heading:
    title = _SPACES.sub(" ", "".join(child.content for child in inline.children or ())).strip()
    taken = {one.anchor for one in before}
    anchor = first = anchor_of(title)
    number = 2
    while anchor in taken:
        anchor, number = f"{first}-{number}", number + 1
    token.attrSet("id", anchor)
    return Heading(anchor, title, int(token.tag[1]))


def _scrolling(html: str) -> str:
    """Let what is too wide scroll by itself, also by keyboard, instead of moving the page."""
    html = html.replace("<table>", '<div class="wide" tabindex="0"><table>').replace(
        "</table>", "</table></div>"
    )
    return html.replace("<pre>", '<pre tabindex="0">')


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes=_ATTRIBUTES,
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
    )
