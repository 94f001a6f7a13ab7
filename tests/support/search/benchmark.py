"""Asks the questions of the benchmark and counts (R-SUP-007)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from sekisho.base.text import Lang
from sekisho.support.search.queries import search
from sekisho.support.types import Actor

FILE = Path(__file__).parent / "questions.yaml"
SECOND = Path(__file__).parent / "questions_second.yaml"
"""Written blind: by somebody who had read the titles, and neither the articles nor the thesaurus."""
Search = Callable[[str, Lang, str], list[str]]
"""Query, language, category → slugs, the best first."""


@dataclass(frozen=True)
class Question:
    text: str
    lang: Lang
    answers: frozenset[str]


@dataclass(frozen=True)
class Count:
    """How many of how many questions, and those that were not."""

    hits: int
    of: int
    missed: tuple[str, ...]


def questions(part: str, file: Path = FILE) -> list[Question]:
    rows = yaml.safe_load(file.read_text("utf-8"))[part]
    return [Question(str(text), _lang(str(text)), frozenset(answer.split("|"))) for answer, text in rows]


def _lang(text: str) -> Lang:
    return "en" if text.isascii() else "ja"


def paraphrases(file: Path = FILE) -> list[Question]:
    return [*questions("en", file), *questions("ja", file)]


def ours(query: str, lang: Lang, category: str = "") -> list[str]:
    return [hit.slug for hit in search(query, Actor(), lang, category=category)]


def within(first: int, asked: Iterable[Question], find: Callable[[Question], list[str]]) -> Count:
    """Count the questions whose answer is among the first so many."""
    asked = list(asked)
    missed = tuple(one.text for one in asked if not one.answers & set(find(one)[:first]))
    return Count(len(asked) - len(missed), len(asked), missed)
