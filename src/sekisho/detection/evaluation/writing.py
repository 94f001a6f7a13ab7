"""The small parts that sections of a report are written with, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from sekisho.base.text import Lang, Text
from sekisho.detection.card import Interval
from sekisho.detection.evaluation import words
from sekisho.detection.evaluation.results import NEEDS, Line

RATES: Final = frozenset({"precision", "recall", "recall_at_1_percent", "recall_at_0_1_percent", "stopped"})
"""Measures that are written as percentages."""


@dataclass(frozen=True)
class Writer:
    """Writes HTML in one language. Everything that it is given as text, it escapes."""

    lang: Lang
    titles: Mapping[str, Text]
    """Of clauses, by id."""

    def say(self, text: Text) -> str:
        return escape(text.in_(self.lang))

    def note(self, text: str) -> str:
        return f'<p class="soft">{escape(text)}</p>'

    def title(self, question: str) -> Text:
        """The words for a question, or for a group of texts."""
        return (
            words.TEXTS.get(question) or self.titles.get(question) or words.named(words.QUESTIONS, question)
        )

    def language(self, code: str) -> str:
        """The name of a language; plain text."""
        return words.named(words.LANGUAGES, code).in_(self.lang)

    def listed(self, texts: Iterable[Text]) -> str:
        return ("、" if self.lang == "ja" else ", ").join(text.in_(self.lang) for text in texts)

    def section(self, name: str, title: Text, body: str) -> str:
        """A section under its heading; nothing where there is no body."""
        id = f"{self.lang}-{name}"
        heading = f'<h2 id="{id}">{self.say(title)}</h2>'
        return f'<section aria-labelledby="{id}">{heading}{body}</section>' if body else ""

    def measured(self, line: Line, measure: str) -> str:
        """A measure of a line with its interval, or why there is none."""
        needs = NEEDS[measure]
        is_enough = line.concerned >= needs.concerned and line.others >= needs.others
        return self.value(
            line.measures[measure], measure, words.NOTHING_FIRED if is_enough else words.TOO_FEW
        )

    def value(self, told: Interval | None, measure: str, without: Text = words.TOO_FEW) -> str:
        if told is None:
            return f'<span class="soft">{self.say(without)}</span>'
        return f"<span>{number(told.value, measure)} <small>{between(told, measure)}</small></span>"

    def figure(self, name: str, told: Interval | None, measure: str) -> str:
        """One of the figures at a glance; nothing where it is not known."""
        if told is None:
            return ""
        value = f"{number(told.value, measure)}<small>{between(told, measure)}</small>"
        return f'<div class="figure"><dt>{escape(name)}</dt><dd>{value}</dd></div>'

    def table(self, caption: Text, heads: Sequence[Text], rows: Iterable[Sequence[str]]) -> str:
        """A table of cells that are HTML already; the first of a row names it."""
        top = "".join(f'<th scope="col">{self.say(head)}</th>' for head in heads)
        body = "".join(f"<tr>{self.cells(heads, row)}</tr>" for row in rows)
        return (
            f'<table class="table"><caption>{self.say(caption)}</caption><thead><tr>{top}</tr></thead>'
            f"<tbody>{body}</tbody></table>"
        )

    def cells(self, heads: Sequence[Text], row: Sequence[str]) -> str:
        first, *others = zip(heads, row, strict=True)
        head = f'<th scope="row">{first[1]}</th>'
        return head + "".join(f'<td data-label="{self.say(name)}">{value}</td>' for name, value in others)

    def legend(self, items: Iterable[tuple[str, str]]) -> str:
        """Samples with their words."""
        shown = "".join(f"<li>{sample}{escape(label)}</li>" for sample, label in items)
        return f'<ul class="legend">{shown}</ul>'


def number(value: float, measure: str) -> str:
    """Return a value as people write it: rates as percentages, the rest with three decimals."""
    return f"{100 * value:.1f} %" if measure in RATES else f"{value:.3f}"


def between(told: Interval, measure: str) -> str:
    low, high = (number(each, measure).removesuffix(" %") for each in (told.low, told.high))
    return f"{low}–{high}"


def signed(value: float, measure: str) -> str:
    """Return a change, with its sign."""
    return f"{100 * value:+.1f} %" if measure in RATES else f"{value:+.3f}"
