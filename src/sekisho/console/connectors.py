"""Pages of the connector directory: for everybody, for who registers connectors, and for who lists them (P-033)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.errors import SekishoError
from sekisho.base.text import as_lang
from sekisho.connectors import actions, queries
from sekisho.connectors.checklist import CHECKLIST
from sekisho.connectors.orders import gives_orders
from sekisho.connectors.rules.digests import digest_of
from sekisho.connectors.rules.listing import MOVES, name_of
from sekisho.connectors.types import ConnectorView, Details, Listing, Rule
from sekisho.console.access import staff_viewer, viewer_of
from sekisho.console.customer import crumbs

TONES = {
    Listing.DRAFT: "quiet",
    Listing.SUBMITTED: "soon",
    Listing.LISTED: "active",
    Listing.CHANGED: "block",
    Listing.SUSPENDED: "care",
    Listing.DELISTED: "quiet",
}


class ConnectorForm(forms.Form):
    """A connector: what it is called, where it is, who answers for it, and what they answer for."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        help_text=gettext_lazy(
            "As clients call it: small letters, digits and hyphens, such as team-calendar."
        ),
    )
    url = forms.CharField(label=gettext_lazy("Address of the server"), max_length=500)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    summary = forms.CharField(
        label=gettext_lazy("What it does"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    contact = forms.EmailField(label=gettext_lazy("Who answers for it"))
    privacy_url = forms.CharField(label=gettext_lazy("Privacy notice"), max_length=500, required=False)
    answered = forms.MultipleChoiceField(
        label=gettext_lazy("We answer for this"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answered"].choices = checklist()  # type: ignore[attr-defined]

    @property
    def details(self) -> Details:
        return Details(**{name: value for name, value in self.cleaned_data.items() if name != "answered"})


class RuleForm(forms.Form):
    rule = forms.ChoiceField(
        label=gettext_lazy("Which connectors may your models call?"),
        widget=forms.RadioSelect,
        choices=[
            (Rule.ANY.value, gettext_lazy("Any, but those that have changed or were taken down")),
            (Rule.LISTED.value, gettext_lazy("Only those that are listed")),
        ],
    )


def checklist() -> list[tuple[str, str]]:
    lang = as_lang(get_language())
    return [(item.id, item.says.in_(lang)) for item in CHECKLIST]


# --- for everybody ------------------------------------------------------------------------------------------
def directory(request: HttpRequest) -> HttpResponse:
    """Show what is listed, and what has changed or was taken down."""
    rows = [_row(view) for view in queries.directory()]
    return render(request, "console/public/connectors.html", {"rows": rows})


def entry(request: HttpRequest, name: str) -> HttpResponse:
    """Show one entry: what it says of itself, as it was checked, and by which digest that is known."""
    view = queries.listed(name)
    context = {
        **_row(view),
        "crumbs": [(_("Connectors"), reverse("console:connectors")), (view.details.title, "")],
    }
    return render(request, "console/public/connector.html", context)


# --- for who registers --------------------------------------------------------------------------------------
@login_required
def own(request: HttpRequest, org: str) -> HttpResponse:
    """List an organisation's connectors, and choose which ones its models may call."""
    viewer = viewer_of(request)
    organisation = accounts.organisation(viewer, org)
    form = RuleForm(request.POST or None, initial={"rule": queries.rule(viewer, org).value})
    if request.method == "POST" and form.is_valid():
        actions.set_rule(viewer, org, Rule(form.cleaned_data["rule"]))
        messages.success(request, _("Gateways keep to it from now on."))
        return HttpResponseRedirect(request.path)
    context = {
        "organisation": organisation,
        "rows": [_row(view) for view in queries.own(viewer, org)],
        "form": form,
        "may_change": may(viewer, Permission.ORG_CONNECTOR_CHANGE, org),
        "crumbs": [*crumbs(organisation), (_("Connectors"), "")],
    }
    return render(request, "console/customer/connectors.html", context)


@login_required
def new(request: HttpRequest, org: str) -> HttpResponse:
    """Register a connector; it is asked at once what it says of itself."""
    viewer = viewer_of(request)
    organisation = accounts.organisation(viewer, org)
    form = ConnectorForm(request.POST or None)
    if form.is_valid():
        try:
            made = actions.register(viewer, org, form.details, form.cleaned_data["answered"])
        except SekishoError as refusal:
            form.add_error(None, refusal.told(as_lang(get_language())))
        else:
            actions.look(viewer, made, gives_orders)
            return HttpResponseRedirect(reverse("console:own-connector", args=[org, made]))
    first = (_("Connectors"), reverse("console:own-connectors", args=[org]))
    context = {
        "organisation": organisation,
        "form": form,
        "crumbs": [*crumbs(organisation), first, (_("Register"), "")],
    }
    return render(request, "console/customer/connector_new.html", context, status=422 if form.errors else 200)


@login_required
def own_one(request: HttpRequest, org: str, connector: str) -> HttpResponse:
    """Show one of the organisation's connectors: ask it again, complete the checklist, hand it in."""
    viewer = viewer_of(request)
    organisation = accounts.organisation(viewer, org)
    view = queries.connector(viewer, connector)
    if view.organisation != org:
        raise accounts.not_found("connector_not_found")
    refusal = _done(request, viewer, view, _OWN) if request.method == "POST" else ""
    if request.method == "POST" and not refusal:
        return HttpResponseRedirect(request.path)
    first = (_("Connectors"), reverse("console:own-connectors", args=[org]))
    context = {
        **_row(view),
        "organisation": organisation,
        "refusal": refusal,
        "may_change": may(viewer, Permission.ORG_CONNECTOR_CHANGE, org),
        "checklist": [(id_, says, id_ in view.answered) for id_, says in checklist()],
        "is_draft": view.listing is Listing.DRAFT,
        "crumbs": [*crumbs(organisation), first, (view.details.title, "")],
    }
    return render(request, "console/customer/connector.html", context, status=409 if refusal else 200)


# --- for who lists ------------------------------------------------------------------------------------------
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """List every connector, those first on which somebody has to act."""
    viewer = staff_viewer(request, Permission.STAFF_CONNECTOR_READ)
    rows = [_row(view) for view in queries.connectors(viewer)]
    return render(request, "console/staff/connectors.html", {"rows": rows, "crumbs": [(_("Connectors"), "")]})


@login_required
def one(request: HttpRequest, connector: str) -> HttpResponse:
    """Show what a connector says, what is suspicious and what has changed; list it, or take it down."""
    viewer = staff_viewer(request, Permission.STAFF_CONNECTOR_READ)
    view = queries.connector(viewer, connector)
    refusal = _done(request, viewer, view, _STAFF) if request.method == "POST" else ""
    if request.method == "POST" and not refusal:
        return HttpResponseRedirect(request.path)
    context = {
        **_row(view),
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
        "may_list": may(viewer, Permission.STAFF_CONNECTOR_LIST),
        "checklist": [(id_, says, id_ in view.answered) for id_, says in checklist()],
        "moves": {to.value for to in MOVES[view.listing]},
        "crumbs": [(_("Connectors"), reverse("console:staff-connectors")), (view.details.title, "")],
    }
    return render(request, "console/staff/connector.html", context, status=409 if refusal else 200)


def _done(request: HttpRequest, viewer: Viewer, view: ConnectorView, allowed: frozenset[str]) -> str:
    """Do what a button asks for; return why not, in the reader's language."""
    asked = next((name for name in allowed if name in request.POST), "")
    try:
        match asked:
            case "look":
                actions.look(viewer, view.id, gives_orders)
            case "answer":
                actions.answer_checklist(viewer, view.id, request.POST.getlist("answered"))
            case "submit":
                actions.submit(viewer, view.id)
            case "accept":
                actions.accept_finding(viewer, view.id, request.POST["accept"])
            case "list":
                actions.list_(viewer, view.id)
            case "suspend":
                actions.take_down(viewer, view.id, Listing.SUSPENDED, request.POST.get("reason", ""))
            case "delist":
                actions.take_down(viewer, view.id, Listing.DELISTED, request.POST.get("reason", ""))
    except SekishoError as refusal:
        return refusal.told(as_lang(get_language()))
    return ""


_OWN = frozenset({"look", "answer", "submit"})
_STAFF = frozenset({"look", "accept", "list", "suspend", "delist"})


def _row(view: ConnectorView) -> dict[str, Any]:
    shown = view.pinned if view.pinned is not None else view.descriptor
    return {
        "view": view,
        "tone": TONES[view.listing],
        "digest": digest_of(shown),
        "shown": shown,
        "findings": [
            {"finding": found, "name": name_of(found), "accepted": name_of(found) in view.accepted}
            for found in view.findings
        ],
    }
