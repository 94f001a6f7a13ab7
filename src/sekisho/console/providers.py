"""Pages of the provider registry: what each provider does with what it is sent, and what follows (design 6.8)."""

from __future__ import annotations

from dataclasses import dataclass
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

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.errors import SekishoError
from sekisho.base.text import as_lang
from sekisho.console.access import staff_viewer
from sekisho.link.queries import known_routes
from sekisho.link.routes import provider_of
from sekisho.records.providers import actions, queries
from sekisho.records.providers.types import Facts, ProviderState, Standing

TONES = {
    Standing.UNSTATED: "care",
    Standing.STALE: "block",
    Standing.STATED: "active",
    Standing.SHIPPED: "quiet",
}
STANDINGS = {
    Standing.UNSTATED: gettext_lazy("Nothing stated"),
    Standing.STALE: gettext_lazy("Review too old"),
    Standing.STATED: gettext_lazy("Stated"),
    Standing.SHIPPED: gettext_lazy("Part of this release"),
}


class FactsForm(forms.Form):
    """What a provider does. What is not known is to be stated as the worst."""

    retains = forms.BooleanField(label=gettext_lazy("It keeps what it is sent"), required=False)
    retention_days = forms.IntegerField(
        label=gettext_lazy("For how many days"),
        min_value=1,
        required=False,
        help_text=gettext_lazy("Leave it empty where the provider does not say."),
    )
    trains = forms.BooleanField(label=gettext_lazy("It trains on what it is sent"), required=False)
    zero_retention_contract = forms.BooleanField(
        label=gettext_lazy("Our contract has it keep nothing of ours"), required=False
    )
    requires_retention = forms.CharField(
        label=gettext_lazy("Models for which it keeps all the same"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line: an id, or a pattern such as gpt-4*."),
    )
    region = forms.CharField(label=gettext_lazy("Where it is processed"), max_length=40, required=False)
    evidence = forms.CharField(
        label=gettext_lazy("Evidence"),
        max_length=500,
        widget=forms.URLInput(),
        help_text=gettext_lazy("The https address of the terms or of the contract."),
    )

    @property
    def facts(self) -> Facts:
        told = dict(self.cleaned_data)
        told["requires_retention"] = tuple(told["requires_retention"].split())
        return Facts(**told)


@dataclass(frozen=True, slots=True)
class Row:
    """One provider, as the pages show it."""

    state: ProviderState
    tone: str
    word: object
    is_loud: bool
    """Whether somebody has to look at it."""
    who: str
    """Who stated what counts, empty where nobody did."""


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """List the providers of this deployment, with what counts of each."""
    viewer = staff_viewer(request, Permission.STAFF_RETENTION_READ)
    rows = [_row(state) for state in _states(viewer)]
    context = {
        "rows": rows,
        "loud": [row for row in rows if row.is_loud],
        "crumbs": [(_("Providers"), "")],
    }
    return render(request, "console/staff/providers_list.html", context)


@login_required
def one(request: HttpRequest, route: str) -> HttpResponse:
    """Show everything that was stated of a provider, and state it anew."""
    viewer = staff_viewer(request, Permission.STAFF_RETENTION_READ)
    state = next((state for state in _states(viewer) if state.provider.route == route), None)
    if state is None:
        raise accounts.not_found("provider_not_found")
    may_change = may(viewer, Permission.STAFF_PROVIDER_CHANGE) and state.standing is not Standing.SHIPPED
    form = FactsForm(request.POST or None, initial=_initial(state))
    if request.method == "POST" and may_change and form.is_valid() and _stated(viewer, state, form):
        messages.success(request, _("It is stated. Gateways keep to it from now on."))
        return HttpResponseRedirect(request.path)
    context = {
        "row": _row(state),
        "history": queries.history(viewer, state.provider),
        "form": form if may_change else None,
        "crumbs": [(_("Providers"), reverse("console:staff-providers")), (route, "")],
    }
    return render(request, "console/staff/providers_one.html", context, status=422 if form.errors else 200)


def _states(viewer: Viewer) -> tuple[ProviderState, ...]:
    return queries.states(viewer, map(provider_of, known_routes()), now())


def _row(state: ProviderState) -> Row:
    return Row(
        state,
        TONES[state.standing],
        STANDINGS[state.standing],
        state.standing in (Standing.STALE, Standing.UNSTATED),
        state.statement.reviewed_by if state.statement else "",
    )


def _initial(state: ProviderState) -> dict[str, Any]:
    """What is asked of whoever states it anew: the latest statement, so that they look at what has changed."""
    facts = state.statement.facts if state.statement else state.facts
    return {
        "retains": facts.retains,
        "retention_days": facts.retention_days,
        "trains": facts.trains,
        "zero_retention_contract": facts.zero_retention_contract,
        "requires_retention": "\n".join(facts.requires_retention),
        "region": facts.region,
        "evidence": facts.evidence,
    }


def _stated(viewer: Viewer, state: ProviderState, form: FactsForm) -> bool:
    try:
        actions.state(viewer, state.provider, form.facts)
    except SekishoError as refusal:
        form.add_error(None, refusal.told(as_lang(get_language())))
        return False
    return True
