"""Pages of an organisation's webhooks: where it is called, what was sent there, and how to send it again."""

from __future__ import annotations

from collections.abc import Callable
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
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import OrganisationView, Viewer
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.console import words
from sekisho.console.access import viewer_of
from sekisho.console.customer import crumbs
from sekisho.console.templatetags.console import reader_lang
from sekisho.webhooks import actions, queries
from sekisho.webhooks.rules.retries import PROBLEMS
from sekisho.webhooks.types import CHOSEN, Attempt, DeliveryView, EndpointView, Kind, NewSecret


class EndpointForm(forms.Form):
    """A new endpoint: where, for what, and how people recognise it."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://example.com/hooks", "autocomplete": "off"}),
        help_text=gettext_lazy("It must be public and begin with https://."),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("What should it be told?"),
        widget=forms.CheckboxSelectMultiple,
        initial=[kind.value for kind in CHOSEN],
        choices=[(kind.value, words.WEBHOOK_KINDS[kind.value]) for kind in CHOSEN],
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("So that you recognise it later, such as “web shop, production”."),
    )

    @property
    def chosen(self) -> frozenset[Kind]:
        return frozenset(Kind(kind) for kind in self.cleaned_data["kinds"])


@login_required
def listed(request: HttpRequest, org: str) -> HttpResponse:
    viewer = viewer_of(request)
    organisation = accounts.organisation(viewer, org)
    context = {
        "organisation": organisation,
        "endpoints": queries.endpoints(viewer, org),
        "may_change": may(viewer, Permission.ORG_WEBHOOK_CHANGE, org),
        "crumbs": [*crumbs(organisation), (_("Webhooks"), "")],
    }
    return render(request, "console/customer/webhooks_list.html", context)


@login_required
@never_cache
@sensitive_variables("made")
def new(request: HttpRequest, org: str) -> HttpResponse:
    """Ask where and for what, register it, and show its secret this once."""
    viewer = viewer_of(request)
    organisation = accounts.organisation(viewer, org)
    _changes(viewer, org)
    form = EndpointForm(request.POST or None)
    if form.is_valid():
        sent = form.cleaned_data
        try:
            made = actions.register_endpoint(viewer, org, sent["url"], form.chosen, sent["description"])
        except SekishoError as refusal:
            form.add_error("url", refusal.told(reader_lang()))
        else:
            return _secret(request, organisation, made)
    context = {
        "organisation": organisation,
        "form": form,
        "crumbs": _crumbs(organisation, (_("Add an endpoint"), "")),
    }
    status = 422 if form.errors else 200
    return render(request, "console/customer/webhooks_new.html", context, status=status)


@login_required
def endpoint(request: HttpRequest, org: str, endpoint: str) -> HttpResponse:
    """Show one endpoint, and what was sent to it."""
    viewer = viewer_of(request)
    organisation, found = accounts.organisation(viewer, org), _endpoint(viewer, org, endpoint)
    cursor = request.GET.get("cursor", "")
    page = queries.deliveries(viewer, found.id, after=cursor)
    context = {
        "organisation": organisation,
        "endpoint": found,
        "kinds": [kind for kind in CHOSEN if kind in found.kinds],
        "rows": [(one, last_of(one)) for one in page.deliveries],
        "after": page.next,
        "newest": bool(cursor),
        "now": now(),
        "may_change": may(viewer, Permission.ORG_WEBHOOK_CHANGE, org),
        "crumbs": _crumbs(organisation, (name_of(found), "")),
    }
    return render(request, "console/customer/webhooks_endpoint.html", context)


@login_required
@require_POST
def do(request: HttpRequest, org: str, endpoint: str) -> HttpResponse:
    """Do what a button says, and return to the endpoint."""
    viewer = viewer_of(request)
    found = _endpoint(viewer, org, endpoint)
    deed = _DEEDS.get(request.POST.get("deed", ""))
    if deed is None:
        raise accounts.not_found("page_not_found")
    try:
        messages.success(request, deed(viewer, found, request.POST.get("delivery", "")))
    except (NotFoundError, NotAllowedError):
        raise
    except SekishoError as refusal:
        messages.error(request, refusal.told(reader_lang()))
    return HttpResponseRedirect(reverse("console:webhook", args=[org, found.id]))


@login_required
@never_cache
@sensitive_variables("made")
def rotate(request: HttpRequest, org: str, endpoint: str) -> HttpResponse:
    """Ask once more, then show a new secret this once."""
    viewer = viewer_of(request)
    organisation, found = accounts.organisation(viewer, org), _endpoint(viewer, org, endpoint)
    _changes(viewer, org)
    if request.method == "POST":
        made = actions.rotate_secret(viewer, found.id)
        return _secret(request, organisation, made)
    return _asked(request, organisation, found, "rotate", _("Rotate the secret"))


@login_required
def remove(request: HttpRequest, org: str, endpoint: str) -> HttpResponse:
    """Ask once more, then forget the endpoint."""
    viewer = viewer_of(request)
    organisation, found = accounts.organisation(viewer, org), _endpoint(viewer, org, endpoint)
    _changes(viewer, org)
    if request.method == "POST":
        actions.remove_endpoint(viewer, found.id)
        messages.success(request, _("The endpoint is removed. Nothing is sent there any more."))
        return HttpResponseRedirect(reverse("console:webhooks", args=[org]))
    return _asked(request, organisation, found, "remove", _("Remove the endpoint"))


# --- what buttons do ----------------------------------------------------------------------------------------
def _test(viewer: Viewer, found: EndpointView, _delivery: str) -> str:
    actions.send_test(viewer, found.id)
    return _("A test event is on its way. Reload the page to see what came of it.")


def _disable(viewer: Viewer, found: EndpointView, _delivery: str) -> str:
    actions.disable_endpoint(viewer, found.id)
    return _("The endpoint is disabled. Nothing is sent there until you enable it.")


def _enable(viewer: Viewer, found: EndpointView, _delivery: str) -> str:
    actions.enable_endpoint(viewer, found.id)
    return _("The endpoint is enabled. It is told what happens from now on.")


def _redeliver(viewer: Viewer, found: EndpointView, delivery: str) -> str:
    actions.redeliver(viewer, delivery)
    return _("The event is on its way again. Reload the page to see what came of it.")


_DEEDS: dict[str, Callable[[Viewer, EndpointView, str], str]] = {
    "test": _test,
    "disable": _disable,
    "enable": _enable,
    "redeliver": _redeliver,
}


# --- parts --------------------------------------------------------------------------------------------------
def last_of(delivery: DeliveryView) -> tuple[Attempt, str] | None:
    """Return a delivery's last attempt, and why it failed in the reader's language; None before the first."""
    if not delivery.attempts:
        return None
    last = delivery.attempts[-1]
    return last, PROBLEMS[last.problem].in_(reader_lang()) if last.problem in PROBLEMS else ""


def name_of(endpoint: EndpointView) -> str:
    return endpoint.description or endpoint.url


def _secret(request: HttpRequest, organisation: OrganisationView, made: NewSecret) -> HttpResponse:
    context: dict[str, Any] = {
        "organisation": organisation,
        "made": made,
        "crumbs": _crumbs(organisation, (_("Signing secret"), "")),
    }
    return render(request, "console/customer/webhooks_secret.html", context)


def _asked(
    request: HttpRequest, organisation: OrganisationView, found: EndpointView, deed: str, here: str
) -> HttpResponse:
    own = (name_of(found), reverse("console:webhook", args=[organisation.id, found.id]))
    context = {
        "organisation": organisation,
        "endpoint": found,
        "deed": deed,
        "crumbs": _crumbs(organisation, own, (here, "")),
    }
    return render(request, "console/customer/webhooks_sure.html", context)


def _crumbs(organisation: OrganisationView, *here: tuple[str, str]) -> list[tuple[str, str]]:
    home = (_("Webhooks"), reverse("console:webhooks", args=[organisation.id]))
    return [*crumbs(organisation), home, *here]


def _endpoint(viewer: Viewer, org: str, endpoint_id: str) -> EndpointView:
    """The endpoint, if it is of this organisation: no address shows it under another."""
    found = queries.endpoint(viewer, endpoint_id)
    if found.organisation != org:
        raise accounts.not_found("webhook_not_found")
    return found


def _changes(viewer: Viewer, org: str) -> None:
    if not may(viewer, Permission.ORG_WEBHOOK_CHANGE, org):
        raise NotAllowedError("not_allowed", actions.NOT_ALLOWED, permission=Permission.ORG_WEBHOOK_CHANGE)
