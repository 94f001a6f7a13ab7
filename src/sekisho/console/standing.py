"""Pages of standing: for staff a search and one unit with what can be done; for an organisation its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.text import Lang, Text, as_lang
from sekisho.console.access import staff_viewer, viewer_of
from sekisho.console.charts import Series, Stacked, stacked
from sekisho.console.customer import crumbs
from sekisho.enforcement import actions, queries
from sekisho.enforcement.rules.wording import RUNGS
from sekisho.enforcement.types import (
    Measure,
    RestrictionView,
    Rung,
    Settled,
    Standing,
    Statement,
    StrikeView,
    Unit,
    UnitKind,
    UnitView,
    Waiting,
    Why,
)
from sekisho.policy import queries as policy
from sekisho.policy.types import Part

TONES = {
    Rung.GOOD: "allow",
    Rung.NOTICE: "annotate",
    Rung.WARNING: "modify",
    Rung.THROTTLE: "hold",
    Rung.SUSPENSION: "block",
    Rung.TERMINATION: "block",
}
MOST_UNITS = 10
CLAUSES_DRAWN = 4
DRAWN_TONES = ("block", "hold", "modify", "annotate", "quiet")
CHART_DAYS = 91


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit in a list."""

    unit: UnitView
    kind: str
    rung: Text
    tone: str
    calls_for: Text | None
    clauses: tuple[tuple[str, int], ...]
    href: str


@dataclass(frozen=True, slots=True)
class WaitingRow:
    waiting: Waiting
    kind: str
    rung: Text
    why: str
    is_late: bool
    href: str


class MeasureForm(forms.Form):
    """A measure against one unit, with the facts that its statement tells."""

    measure = forms.ChoiceField(
        label=gettext_lazy("Measure"),
        widget=forms.RadioSelect,
        choices=[
            (Measure.THROTTLED.value, gettext_lazy("Limit requests")),
            (Measure.SUSPENDED.value, gettext_lazy("Suspend")),
            (Measure.TERMINATED.value, gettext_lazy("Terminate: a second person has to confirm")),
        ],
    )
    days = forms.IntegerField(
        label=gettext_lazy("For how many days?"),
        min_value=1,
        max_value=366,
        required=False,
        help_text=gettext_lazy("A suspension needs an end. A termination has none."),
    )
    clause = forms.ChoiceField(label=gettext_lazy("Clause"))
    facts_en = forms.CharField(
        label=gettext_lazy("What happened, in English"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=gettext_lazy("As the person will read it. Never quote what was said."),
    )
    facts_ja = forms.CharField(
        label=gettext_lazy("What happened, in Japanese"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )

    def __init__(self, *args: Any, clauses: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"].choices = clauses  # type: ignore[attr-defined]

    def until(self, at: datetime) -> datetime | None:
        days = self.cleaned_data["days"]
        return at + timedelta(days=days) if days else None


# --- staff --------------------------------------------------------------------------------------------------------
@login_required
@never_cache
def search(request: HttpRequest) -> HttpResponse:
    """Show what waits for people, and units by how their ids begin."""
    viewer, at = staff_viewer(request, Permission.STAFF_STANDING_READ), now()
    wanted = request.GET.get("q", "").strip()[:80]
    waiting = queries.waiting_for_people(viewer, at) if may(viewer, Permission.STAFF_CASE_READ) else ()
    context = {
        "q": wanted,
        "rows": [_row(one) for one in queries.find_units(viewer, wanted, at)],
        "waiting": [_waiting(one, at) for one in waiting],
        "proposals": [(one, _kind(one.unit), unit_page(one.unit)) for one in queries.proposals(viewer)],
        "crumbs": [(_("Standing"), "")],
    }
    return render(request, "console/staff/standing_search.html", context)


@login_required
@never_cache
def unit(request: HttpRequest, org: str, kind: str, unit: str) -> HttpResponse:
    """Show how one unit stands and why, and let those who may do something about it."""
    viewer, at = staff_viewer(request, Permission.STAFF_STANDING_READ), now()
    if kind not in set(UnitKind):
        raise accounts.not_found("unit_not_found")
    about = Unit(UnitKind(kind), unit, org)
    decides = may(viewer, Permission.STAFF_CASE_DECIDE) or may(viewer, Permission.STAFF_APPEAL_DECIDE)
    posted = request.POST if request.method == "POST" and "measure" in request.POST else None
    form = MeasureForm(posted, clauses=_clauses(at)) if decides else None
    refusal = ""
    if request.method == "POST" and decides:
        try:
            done = _act(request, viewer, about, form, at)
        except NotFoundError:
            raise
        except SekishoError as problem:
            refusal = problem.told(_lang())
        else:
            if done:
                messages.success(request, done)
                return HttpResponseRedirect(unit_page(about))
    context = {
        **_standing(viewer, about, at),
        "unit": about,
        "kind": _kind(about),
        "strikes": _strikes(viewer, about, at),
        "restrictions": [
            _restricted(one, reverse("console:staff-statement", args=[one.statement_id]))
            for one in queries.restrictions(viewer, org, at)
            if one.unit == about
        ],
        "waiting": [
            _waiting(one, at)
            for one in (
                queries.waiting_for_people(viewer, at) if may(viewer, Permission.STAFF_CASE_READ) else ()
            )
            if one.unit == about
        ],
        "proposals": [
            (one, str(_MEASURES[one.measure]), one.proposed_by == viewer.id)
            for one in queries.proposals(viewer, about)
        ],
        "decides": decides,
        "form": form,
        "refusal": refusal,
        "crumbs": [(_("Standing"), reverse("console:staff-standing")), (unit, "")],
    }
    status = 422 if form is not None and form.errors else 409 if refusal else 200
    return render(request, "console/staff/standing_unit.html", context, status=status)


def _act(request: HttpRequest, viewer: Viewer, about: Unit, form: MeasureForm | None, at: datetime) -> str:
    """Do what the button says, and return what to tell; nothing where the form has to be corrected."""
    said = request.POST
    for name, do, told in _BUTTONS:
        if name in said:
            do(viewer, said[name])
            return str(told)
    if form is not None and form.is_valid():
        return _measure(viewer, about, form, at)
    return ""


def _lift(viewer: Viewer, restriction: str) -> None:
    actions.lift(viewer, restriction)


def _confirm(viewer: Viewer, proposal: str) -> None:
    actions.confirm(viewer, proposal)


def _turn_down(viewer: Viewer, proposal: str) -> None:
    actions.turn_down(viewer, proposal)


def _settle(viewer: Viewer, call: str) -> None:
    actions.settle(viewer, call, Settled.LEFT)


_BUTTONS: tuple[tuple[str, Callable[[Viewer, str], None], Any], ...] = (
    ("lift", _lift, gettext_lazy("The restriction was lifted. Gateways know.")),
    ("confirm", _confirm, gettext_lazy("Confirmed. Gateways know, and those concerned are told.")),
    ("turn_down", _turn_down, gettext_lazy("The proposal was turned down.")),
    ("settle", _settle, gettext_lazy("Noted: nothing more is needed.")),
)


def _measure(viewer: Viewer, about: Unit, form: MeasureForm, at: datetime) -> str:
    data = form.cleaned_data
    measure, until = Measure(data["measure"]), form.until(at)
    facts = Text(data["facts_en"], data["facts_ja"])
    if measure is Measure.TERMINATED:
        actions.propose(viewer, about, measure, data["clause"], None, facts)
        return _("Proposed. It takes effect when a second person confirms it.")
    ladder = queries.ladder_in_force().ladder
    statement = Statement(facts, was_detected_automatically=False)
    rate = ladder.throttled_requests_per_minute if measure is Measure.THROTTLED else None
    actions.impose(viewer, about, measure, data["clause"], until, statement, requests_per_minute=rate)
    return _("Imposed. Gateways know, and those concerned are told.")


# --- the organisation ---------------------------------------------------------------------------------------------
@login_required
def own(request: HttpRequest, org: str) -> HttpResponse:
    """Show an organisation how it stands, whose conduct it is, and what is restricted (P-063)."""
    viewer, at = viewer_of(request), now()
    organisation = accounts.organisation(viewer, org)
    about = Unit(UnitKind.ORGANISATION, org, org)
    units = queries.units_of(viewer, org, at, after=request.GET.get("after", ""), limit=MOST_UNITS + 1)
    more = len(units) > MOST_UNITS
    shown = units[:MOST_UNITS]
    chart = _chart(viewer, org, at)
    context = {
        **_standing(viewer, about, at),
        "organisation": organisation,
        "rows": [_row(one) for one in shown],
        "after": shown[-1].unit.id if more else "",
        "newest": bool(request.GET.get("after")),
        "chart": chart,
        "chart_caption": _("Last %(days)d days") % {"days": CHART_DAYS},
        "restrictions": [
            _restricted(one, reverse("console:org-appeal-new", args=[org, "restriction", one.statement_id]))
            for one in queries.restrictions(viewer, org, at)
        ],
        "credits": queries.credits_of(viewer, org),
        "may_appeal": may(viewer, Permission.ORG_APPEAL_MAKE, org),
        "crumbs": [*crumbs(organisation), (_("Standing"), "")],
    }
    return render(request, "console/customer/standing.html", context)


def _chart(viewer: Viewer, org: str, at: datetime) -> Stacked | None:
    """Violations of end users and keys a week, by clause: the most frequent by name, the others together."""
    begin = (at - timedelta(days=CHART_DAYS - 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    counted = queries.conduct_over_time(viewer, org, begin, at)
    if not counted:
        return None
    titles, weeks = _titles(at), -(-CHART_DAYS // 7)
    by_clause: dict[str, list[int]] = {}
    for day, clause, count in counted:
        by_clause.setdefault(clause, [0] * weeks)[(day - begin).days // 7] += count
    order = sorted(by_clause, key=lambda clause: -sum(by_clause[clause]))
    drawn = [(titles.get(clause, clause), by_clause[clause]) for clause in order[:CLAUSES_DRAWN]]
    if rest := order[CLAUSES_DRAWN:]:
        drawn.append((_("Other clauses"), [sum(by_clause[one][at] for one in rest) for at in range(weeks)]))
    columns = [f"{begin + timedelta(days=7 * week):%Y-%m-%d}" for week in range(weeks)]
    series = [
        Series(title, tone, tuple(values)) for (title, values), tone in zip(drawn, DRAWN_TONES, strict=False)
    ]
    title = _("Violations by week and clause")
    return stacked("conduct", title, _("Each column is a week."), columns, series)


# --- shared -------------------------------------------------------------------------------------------------------
def unit_page(about: Unit) -> str:
    """Return the address of a unit's page for staff."""
    return reverse("console:staff-standing-unit", args=[about.organisation, about.kind.value, about.id])


def _standing(viewer: Viewer, about: Unit, at: datetime) -> dict[str, Any]:
    found: Standing = queries.standing(viewer, about, at)
    return {
        "standing": found,
        "rung": RUNGS[found.rung],
        "tone": TONES[found.rung],
        "calls_for": RUNGS[found.calls_for] if found.calls_for > found.rung else None,
    }


def _row(one: UnitView) -> UnitRow:
    titles = _titles(now())
    return UnitRow(
        unit=one,
        kind=_kind(one.unit),
        rung=RUNGS[one.rung],
        tone=TONES[one.rung],
        calls_for=RUNGS[one.calls_for] if one.calls_for > one.rung else None,
        clauses=tuple((titles.get(clause, clause), count) for clause, count in one.clauses),
        href=unit_page(one.unit),
    )


def _waiting(one: Waiting, at: datetime) -> WaitingRow:
    is_late = one.due_at is not None and one.due_at <= at
    return WaitingRow(one, _kind(one.unit), RUNGS[one.rung], str(_WHY[one.why]), is_late, unit_page(one.unit))


def _strikes(viewer: Viewer, about: Unit, at: datetime) -> list[dict[str, Any]]:
    titles = _titles(at)
    return [
        {
            "strike": one,
            "title": titles.get(one.clause, one.clause),
            "state": _strike_state(one, at),
            "href": reverse("console:staff-decision", args=[one.decision]),
        }
        for one in queries.strikes(viewer, about)
    ]


def _strike_state(one: StrikeView, at: datetime) -> str:
    if one.voided_at:
        return _("Overturned")
    if one.exception:
        return _("Excepted by contract")
    if not one.points:
        return _("Repeats another within the hour")
    return _("Counts") if one.counts(at) else _("Counts no more")


def _restricted(one: RestrictionView, href: str) -> dict[str, Any]:
    return {
        "view": one,
        "kind": _kind(one.unit),
        "measure": str(_MEASURES[one.measure]),
        "facts": one.statement.facts,
        "href": href,
    }


def _kind(about: Unit) -> str:
    return str(_KINDS[about.kind])


def _titles(at: datetime) -> Mapping[str, str]:
    pack = policy.version_at(at)
    return {clause.id: clause.title.in_(_lang()) for clause in pack.clauses} if pack else {}


def _clauses(at: datetime) -> list[tuple[str, str]]:
    pack = policy.version_at(at)
    clauses = pack.clauses if pack else ()
    return [(one.id, one.title.in_(_lang())) for one in clauses if one.part is Part.STANDARD]


def _lang() -> Lang:
    return as_lang(get_language())


_MEASURES = {
    Measure.THROTTLED: gettext_lazy("Requests limited"),
    Measure.SUSPENDED: gettext_lazy("Suspended"),
    Measure.TERMINATED: gettext_lazy("Terminated"),
}
_KINDS = {
    UnitKind.END_USER: gettext_lazy("End user"),
    UnitKind.KEY: gettext_lazy("Key"),
    UnitKind.ORGANISATION: gettext_lazy("Organisation"),
}
_WHY = {
    Why.ABOVE_AUTOMATION: gettext_lazy("The violations call for more than automation may do"),
    Why.HARD_CLAUSE: gettext_lazy("Suspended at once under a hard clause: a person has to look"),
    Why.AUTOMATION_STOPPED: gettext_lazy("Automation has stopped for today"),
}
