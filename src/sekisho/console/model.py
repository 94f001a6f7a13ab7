"""The staff's page of the model in force: its card, how well it does, and where it must not be trusted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from sekisho.console.staff import staff_viewer
from sekisho.detection.card import Card, Metric, ModelError, read_card
from sekisho.detection.detectors import scorer
from sekisho.detection.evaluation import words as measured_words
from sekisho.detection.evaluation.words import named
from sekisho.policy import queries as policy

UNSEEN = "unseen sources"
"""What a card calls its honest measurement: each source judged by a model that never saw it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a card says of some clauses, on one set of texts."""

    on: str
    lines: tuple[tuple[str, str, Metric], ...]
    """Clause and language in the reader's words, and what was measured."""


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
    sets = sorted({line.measured_on for line in card.metrics}, key=lambda name: (name != UNSEEN, name))
    return {
        "figures": _figures(card),
        "measures": measured_words.MEASURES,
        "blocked": [(line, _language(line.language)) for line in card.blocked],
        "measured": [Measured(name, tuple(_lines(card, name, titles))) for name in sets],
        "languages": ", ".join(map(_language, card.languages)),
        "made_with": ", ".join(f"{name} {version}" for name, version in card.made_with.items()),
        "sources": sorted(card.sources, key=lambda source: (-source.rows, source.name)),
        "calibrated_by": words.word(words.CARD, card.calibrated_by),
        "limits": [words.word(words.CARD, limit) for limit in card.limits],
    }


def _figures(card: Card) -> list[dict[str, object]]:
    return [
        {"label": _("Training texts"), "value": f"{sum(source.rows for source in card.sources):,}"},
        {"label": _("Sources"), "value": len(card.sources)},
        {"label": _("Languages measured"), "value": len(card.languages)},
        {"label": _("Canaries"), "value": len(card.canaries)},
    ]


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
