"""Words of search. Plain values, no Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sekisho.base.text import Lang


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found, in the language in which it is shown."""

    version: str
    """`arv_…`"""
    slug: str
    title: str
    excerpt: str
    """Plain text around the words that were asked for."""
    score: float
    """Larger is better; comparable within one answer alone."""
    lang: Lang
    category: str


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that led nowhere, masked, with how often it was asked."""

    query: str
    lang: Lang
    category: str
    count: int
    last: date
