"""Conduct beyond one message: an organisation sees its end users, reviewers see signals. Nothing here decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import Permission, may
from sekisho.base.text import as_lang
from sekisho.console import charts, conduct_words, graphs, words
from sekisho.console.access import staff_viewer, viewer_of
from sekisho.console.customer import crumbs
from sekisho.console.decisions import clause_choices
from sekisho.enforcement.conduct import actions, queries
from sekisho.enforcement.conduct.types import DayCount, EndUserConduct, LabelName, Signal, UnitLabel
from sekisho.enforcement.types import Unit

SPANS = (7, 30, 91)
USUAL = 30
CLEARED_FOR = timedelta(days=90)
"""How long a reviewer's word that something is not so stands."""
UNITS_SHOWN = 3


# --- for an organisation ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Concerned:
    """An end user in the table."""

    seen: EndUserConduct
    clauses: tuple[tuple[str, int], ...]
    """Titles with counts."""


@login_required
def end_users(request: HttpRequest, org: str) -> HttpResponse:
    """Show which pseudonyms the gate acted on, by clause, before anything follows for the organisation (P-063)."""
    viewer, at = viewer_of(request), now()
    organisation = accounts.organisation(viewer, org)
    span = _span(request)
    today = queries.today_of(at)
    since = today - timedelta(days=span - 1)
    titles = dict(clause_choices(as_lang(get_language()), at))
    names = {key.id: key.name for key in accounts.keys(viewer, org)}
    days = queries.days(viewer, org, since, today)
    seen = queries.end_users(viewer, org, since)
    context = {
        "organisation": organisation,
        "span": span,
        "spans": SPANS,
        "told": [_sentence(one, titles, names) for one in queries.told_of(viewer, org, at)],
        "figures": _figures(days),
        "has_any": any(one.turns for one in days),
        "chart": _chart(days),
        "rows": [_concerned(one, titles) for one in seen],
        "crumbs": [*crumbs(organisation), (_("End users' conduct"), "")],
    }
    return render(request, "console/customer/conduct.html", context)


def _span(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked in map(str, SPANS) else USUAL


def _figures(days: Sequence[DayCount]) -> list[tuple[str, int]]:
    return [
        (_("Requests"), sum(one.turns for one in days)),
        (_("Modified, held or blocked"), sum(one.acted for one in days)),
        (_("Only noted"), sum(one.noted for one in days)),
    ]


def _chart(days: Sequence[DayCount]) -> charts.Stacked:
    series = [
        charts.Series(_("Only noted"), "annotate", tuple(one.noted for one in days)),
        charts.Series(_("Modified, held or blocked"), "block", tuple(one.acted for one in days)),
    ]
    spoken = ", ".join(f"{one.label}: {one.total}" for one in series)
    columns = [f"{one.day:%m-%d}" for one in days]
    return charts.stacked("conduct", _("Requests that concerned a standard"), spoken, columns, series)


def _concerned(seen: EndUserConduct, titles: Mapping[str, str]) -> Concerned:
    return Concerned(
        seen, tuple((titles.get(clause, clause), count) for clause, count in seen.clauses.items())
    )


def _sentence(label: UnitLabel, titles: Mapping[str, str], names: Mapping[str, str]) -> tuple[str, str]:
    """Return what the organisation was told of itself, and where it can do something about it."""
    if label.name is LabelName.RISING:
        text = _("In the last days, the gate acted on a clearly larger share of your requests than before.")
        return text, ""
    text = _(
        "Requests of the key %(key)s keep looking like a high-risk domain that it has not declared: %(domain)s."
    )
    fields = {"key": names.get(label.unit.id, label.unit.id), "domain": titles.get(label.about, label.about)}
    return text % fields, reverse("console:declarations", args=[label.unit.organisation])


# --- for reviewers ------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Row:
    """A signal in the list."""

    signal: Signal
    about: str
    tone: str
    units: tuple[Unit, ...]
    more: int
    facts: tuple[tuple[str, str], ...]
    may_clear: bool


@login_required
def signals(request: HttpRequest) -> HttpResponse:
    """List what reviewers should look at, with ids of examples and no text, and how units hang together."""
    viewer, at = staff_viewer(request, Permission.STAFF_CASE_READ), now()
    titles = dict(clause_choices(as_lang(get_language()), at))
    found = queries.signals(viewer, at)
    decides = may(viewer, Permission.STAFF_CASE_DECIDE)
    links = queries.links(viewer, at)
    context = {
        "rows": [_row(one, titles, decides) for one in found],
        "figures": [
            (kind, label, sum(one.kind == kind for one in found))
            for kind, label in conduct_words.SIGNALS.items()
        ],
        "graph": _graph((one.hub, one.unit.id) for one in links) if links else "",
        "crumbs": [(_("Signals"), "")],
    }
    return render(request, "console/staff/conduct_signals.html", context)


@login_required
@require_POST
def clear(request: HttpRequest, signal: str) -> HttpResponse:
    """Write down that a signal is not so, for three months, and go back to the list."""
    viewer, at = staff_viewer(request, Permission.STAFF_CASE_DECIDE), now()
    found = next((one for one in queries.signals(viewer, at) if one.id == signal), None)
    if found is None or found.kind not in list(LabelName):
        raise accounts.not_found("signal_not_found")
    name = LabelName(found.kind)
    actions.set_label(viewer, found.units[0], name, found.about, present=False, until=at + CLEARED_FOR)
    messages.success(request, _("Written down: it is not so. Rules leave it alone for three months."))
    return HttpResponseRedirect(reverse("console:staff-signals"))


def _row(signal: Signal, titles: Mapping[str, str], decides: bool) -> Row:
    return Row(
        signal,
        titles.get(signal.about, words.word(conduct_words.VALUES, signal.about)),
        conduct_words.TONES.get(signal.kind, "quiet"),
        signal.units[:UNITS_SHOWN],
        max(0, len(signal.units) - UNITS_SHOWN),
        tuple(
            (words.word(conduct_words.FACTS, name), _said(value))
            for name, value in signal.facts.items()
            if value
        ),
        decides and signal.kind != "campaign",
    )


def _said(value: object) -> str:
    many = value if isinstance(value, tuple) else (value,)
    return ", ".join(words.word(conduct_words.VALUES, one) for one in many)


def _graph(pairs: Iterable[tuple[str, str]]) -> str:
    drawn = [(_short(hub), _short(unit)) for hub, unit in pairs]
    count = len({pair[1] for pair in drawn})
    spoken = ngettext("%(count)s unit", "%(count)s units", count) % {"count": count}
    return graphs.links("links", _("Units that hang together"), spoken, drawn)


def _short(id: str) -> str:
    """The kind of an id and its last letters: enough to find it in the list."""
    kind, _mark, rest = id.rpartition("_")
    return f"{kind or '…'}_…{rest[-6:]}" if len(rest) > 8 else id
