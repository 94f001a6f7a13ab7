"""Pages of standing for staff: what waits, a search, and one unit with what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.text import Text
from sekisho.console.access import staff_viewer
from sekisho.console.standing_parts import (
    MEASURES,
    clause_choices,
    kind_of,
    lang,
    restriction_row,
    standing_words,
    strike_rows,
    titles_at,
    unit_page,
    unit_row,
    waiting_row,
)
from sekisho.enforcement import actions, queries
from sekisho.enforcement.types import (
    Measure,
    Settled,
    Statement,
    Unit,
    UnitKind,
)


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
    wanted, titles = request.GET.get("q", "").strip(), titles_at(at)
    waiting = queries.waiting_for_people(viewer, at) if may(viewer, Permission.STAFF_CASE_READ) else ()
    context = {
        "q": wanted,
        "rows": [unit_row(one, titles) for one in queries.find_units(viewer, wanted, at)],
        "waiting": [waiting_row(one, at) for one in waiting],
        "proposals": [(one, kind_of(one.unit), unit_page(one.unit)) for one in queries.proposals(viewer)],
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
    form = MeasureForm(posted, clauses=clause_choices(at)) if decides else None
    refusal = ""
    if request.method == "POST" and decides:
        try:
            done = _act(request, viewer, about, form, at)
        except NotFoundError:
            raise
        except SekishoError as problem:
            refusal = problem.told(lang())
        else:
            if done:
                messages.success(request, done)
                return HttpResponseRedirect(unit_page(about))
    context = {
        **standing_words(viewer, about, at),
        "unit": about,
        "kind": kind_of(about),
        "strikes": strike_rows(viewer, about, at),
        "restrictions": [
            restriction_row(one, reverse("console:staff-statement", args=[one.statement_id]))
            for one in queries.restrictions(viewer, org, at)
            if one.unit == about
        ],
        "waiting": [
            waiting_row(one, at)
            for one in (
                queries.waiting_for_people(viewer, at) if may(viewer, Permission.STAFF_CASE_READ) else ()
            )
            if one.unit == about
        ],
        "proposals": [
            (one, str(MEASURES[one.measure]), one.proposed_by == viewer.id)
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
