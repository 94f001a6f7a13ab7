"""The passages of an article that answer a question, word for word and as plain text: answers without a model. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from sekisho.support.search.rules.tokens import asked, tokens

CHARS = 600
"""Of an answer: what fits a messenger's window."""
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_SKIPPED = frozenset({"Related articles", "関連する記事", "If that does not help", "解決しないとき"})
"""Sections that every article ends with: the messenger shows the same by itself."""
Weight = Callable[[str], float]
"""How rare a word is."""


@dataclass(frozen=True, slots=True)
class Section:
    """What stands below one heading."""

    heading: str
    blocks: tuple[str, ...]
    """Paragraphs, items of lists with their marks, and rows of tables, as plain text."""


def best(body: str, question: str, weight: Weight) -> str:
    """Return the article's beginning and the section that has most of the question's words, whole blocks of both, up
    to `CHARS`; empty for an article without text."""
    held = [section for section in sections(body) if section.heading not in _SKIPPED and section.blocks]
    if not held:
        return ""
    first, rest = held[0], held[1:]
    words = [word.rstrip("*") for word in asked(question)]
    chosen = max(rest, key=lambda one: _fit(one, words, weight), default=None)
    blocks = [*first.blocks]
    if chosen and _fit(chosen, words, weight) > 0:
        blocks += chosen.blocks
    return _cut(blocks)


@lru_cache(maxsize=256)
def sections(body: str) -> tuple[Section, ...]:
    """Return the article's sections, in order; the first has no heading."""
    held: list[tuple[str, list[str]]] = [("", [])]
    parsed = _MARKDOWN.parse(body)
    marks: list[int | None] = []
    row: list[str] | None = None
    for at, token in enumerate(parsed):
        match token.type:
            case "bullet_list_open":
                marks.append(None)
            case "ordered_list_open":
                marks.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                marks.pop()
            case "tr_open":
                row = []
            case "tr_close":
                if row and parsed[at - 1].type == "td_close":
                    held[-1][1].append("- " + ": ".join(row[:2]) + "".join(f" ({each})" for each in row[2:]))
                row = None
            case "inline" if row is not None:
                row.append(_said(token))
            case "inline" if parsed[at - 1].type == "heading_open":
                held.append((_said(token), []))
            case "inline":
                held[-1][1].append(_marked(_said(token), parsed[at - 2].type == "list_item_open", marks))
            case "fence" | "code_block":
                held[-1][1].append(token.content.rstrip())
    return tuple(Section(heading, tuple(blocks)) for heading, blocks in held)


def _marked(text: str, is_item: bool, marks: list[int | None]) -> str:
    if not is_item or not marks:
        return text
    number = marks[-1]
    if number is None:
        return f"- {text}"
    marks[-1] = number + 1
    return f"{number}. {text}"


def _said(token: Token) -> str:
    parts = (
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in token.children or ()
        if child.type in ("text", "code_inline", "softbreak", "hardbreak")
    )
    return "".join(parts).strip()


def _fit(section: Section, words: Sequence[str], weight: Weight) -> float:
    has = set(tokens("\n".join([section.heading, *section.blocks])))
    return sum(weight(word) for word in words if word in has)


def _cut(blocks: Iterable[str]) -> str:
    kept: list[str] = []
    for block in blocks:
        if kept and sum(map(len, kept)) + len(block) > CHARS:
            break
        kept.append(block)
    return "\n".join(kept)
