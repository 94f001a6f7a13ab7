"""The staff's page of the model in force: its card, how well it does, and where it must not be trusted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sekisho.accounts.rules import Permission
from sekisho.base.text import as_lang
from sekisho.console import words
from sekisho.console.access import staff_viewer
from sekisho.detection.card import Card, Headline, Metric, ModelError, SecondStep, read_card
from sekisho.detection.detectors import scorer
from sekisho.detection.evaluation import words as measured_words
from sekisho.detection.evaluation.words import named
from sekisho.policy import queries as policy

UNSEEN = "unseen sources"
"""What a card calls its honest measurement: each source judged by a model that never saw it."""

WORST = 5
"""So many sources of a language are shown at once, those that it does worst on; the others fold."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a card says of some clauses, on one set of texts."""

    on: str
    lines: tuple[tuple[str, str, Metric], ...]
    """Clause and language in the reader's words, and what was measured."""


@dataclass(frozen=True, slots=True)
class Told:
    """How well it is told whether anything is violated, on one set of texts."""

    on: str
    lines: tuple[tuple[str, Headline], ...]
    """Language in the reader's words, and what was measured."""


@dataclass(frozen=True, slots=True)
class BySource:
    """How well violations of single sources are told in one language, the worst first."""

    language: str
    """In the reader's words."""
    worst: tuple[Headline, ...]
    others: tuple[Headline, ...]


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """What the second step is given in one language, as shares of a hundred."""

    language: str
    """In the reader's words."""
    again: float
    """Of ordinary harmless texts, those that are read again."""
    lost: float
    """Of violating texts, those that the quick step clears."""


@login_required
def page(request: HttpRequest) -> HttpResponse:
    staff_viewer(request, Permission.STAFF_POLICY_READ)
    card = card_in_force()
    context = {"card": card, "crumbs": [(_("Model"), "")], **(_shown(card) if card else {})}
    return render(request, "console/staff/model.html", context)


def card_in_force() -> Card | None:
    """Return the card of the model that gateways of this installation load; None when it cannot be read."""
    try:
        return read_card(scorer.SHIPPED)
    except ModelError:
        return None


def _shown(card: Card) -> dict[str, object]:
    titles = _titles()
    return {
        "measures": measured_words.MEASURES,
        "meanings": measured_words.MEANINGS,
        "headlines": tuple(_told(card.headlines)),
        "by_source": tuple(_by_source(card.headlines)),
        "blocked": [(line, _language(line.language)) for line in card.blocked],
        "measured": [Measured(name, tuple(_lines(card, name, titles))) for name in _sets(card)],
        "languages": ", ".join(map(_language, card.languages)),
        "made_with": ", ".join(f"{name} {version}" for name, version in card.made_with.items()),
        "sources": sorted(card.sources, key=lambda source: (-source.rows, source.name)),
        "texts": sum(source.rows for source in card.sources),
        "calibrated_by": words.word(words.CARD, card.calibrated_by),
        "limits": [words.word(words.CARD, limit) for limit in card.limits],
        **(_second(card.second) if card.second else {}),
    }


def _sets(card: Card) -> list[str]:
    """The sets of texts that clauses were measured on, the honest one first."""
    return sorted(dict.fromkeys(line.measured_on for line in card.metrics), key=lambda name: name != UNSEEN)


def _told(headlines: Iterable[Headline]) -> Iterator[Told]:
    lines = [line for line in headlines if line.source == "*"]
    for name in dict.fromkeys(line.measured_on for line in lines):
        yield Told(
            name, tuple((_language(line.language), line) for line in lines if line.measured_on == name)
        )


def _by_source(headlines: Iterable[Headline]) -> Iterator[BySource]:
    lines = sorted((line for line in headlines if line.source != "*"), key=lambda line: line.auroc.value)
    for code in sorted({line.language for line in lines}):
        own = tuple(line for line in lines if line.language == code)
        yield BySource(_language(code), own[:WORST], own[WORST:])


def _second(second: SecondStep) -> dict[str, object]:
    return {
        "weighed_by": words.word(words.CARD, second.calibrated_by),
        "read_again": [
            ReadAgain(_language(code), 100 * again, 100 * second.lost[code])
            for code, again in second.read_again.items()
        ],
    }


def _lines(card: Card, on: str, titles: Mapping[str, str]) -> Iterable[tuple[str, str, Metric]]:
    chosen = (line for line in card.metrics if line.measured_on == on)
    return ((titles.get(line.clause, line.clause), _language(line.language), line) for line in chosen)


def _titles() -> dict[str, str]:
    """The titles of the clauses in force, in the reader's language; none before there is a policy."""
    pack = policy.version_at(now())
    lang = as_lang(get_language())
    return {clause.id: clause.title.in_(lang) for clause in pack.clauses} if pack else {}


def _language(code: str) -> str:
    if code == "*":
        return _("Other languages")
    return named(measured_words.LANGUAGES, code).in_(as_lang(get_language()))
