"""The check that stands between a model's words and a reader (R-SUP-033). Pure.

An answer stands on what it cites: only articles that were found for this reader, and only figures, dates, durations,
limits, entitlements and addresses that stand in one of them, in either language, or in what a rule has worked out. What
does not is not shown. It cannot tell whether the rest is true: that is why sources are linked and people are a way on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from sekisho.support.bot.rules.figures import Claim, claims, supported
from sekisho.support.bot.rules.links import ARTICLES, has_hidden, has_markup, links
from sekisho.support.bot.types import Source


class Doubt(StrEnum):
    """Why an answer is not shown. Counted by this word."""

    UNCITED = "uncited"
    UNKNOWN_SOURCE = "unknown_source"
    """It cites what was not found for this reader."""
    HIDDEN = "hidden"
    MARKUP = "markup"
    LINK = "link"
    CLAIM = "claim"
    """A figure, a date or an entitlement that no cited article states."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What an answer may claim and link to."""

    claims: frozenset[Claim]
    links: frozenset[str]


def ground(cited: Iterable[Source], facts: Iterable[str] = ()) -> Ground:
    """Return what these sources, and these results of rules, support. Of articles only the cited may be linked to."""
    sources = list(cited)
    texts = [*(text for source in sources for text in source.texts), *facts]
    paths = {f"{ARTICLES}{source.slug}" for source in sources}
    linked = frozenset().union(*(_links(text) for text in texts), paths)
    others = {link for link in linked if link.startswith(ARTICLES) and link not in paths}
    return Ground(frozenset().union(*(_claims(text) for text in texts)), linked - others)


def cited(citations: Sequence[str], sources: Mapping[str, Source]) -> tuple[Source, ...] | Doubt:
    """Return the sources that an answer names, each once, in its order; or why it stands on none."""
    if not citations:
        return Doubt.UNCITED
    if any(slug not in sources for slug in citations):
        return Doubt.UNKNOWN_SOURCE
    return tuple(sources[slug] for slug in dict.fromkeys(citations))


def doubt(text: str, on: Ground) -> Doubt | None:
    """Return why a text may not be shown; None when all that it claims stands in its ground."""
    if has_hidden(text):
        return Doubt.HIDDEN
    if has_markup(text):
        return Doubt.MARKUP
    if not links(text) <= on.links:
        return Doubt.LINK
    return None if all(supported(claim, on.claims) for claim in claims(text)) else Doubt.CLAIM


@lru_cache(maxsize=512)
def _claims(text: str) -> frozenset[Claim]:
    return claims(text)


@lru_cache(maxsize=512)
def _links(text: str) -> frozenset[str]:
    return links(text)
