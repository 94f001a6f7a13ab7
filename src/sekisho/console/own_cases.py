"""Cases as those see them who asked, or who speak for the organisation on whose behalf it was asked."""

from __future__ import annotations

import secrets

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
from django.views.decorators.debug import sensitive_post_parameters

from sekisho.accounts import queries as accounts
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.cases import actions, queries
from sekisho.cases.mail.queries import undeliverable
from sekisho.cases.rules.states import SETTLED, reopens
from sekisho.cases.types import CaseView, Voice
from sekisho.console.access import viewer_of
from sekisho.console.case_files import download
from sekisho.console.customer import crumbs
from sekisho.console.templatetags.console import reader_lang


class ReplyForm(forms.Form):
    submission = forms.CharField(widget=forms.HiddenInput, max_length=64)
    text = forms.CharField(
        label=gettext_lazy("Your reply"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "Please send no passwords. Numbers of cards are masked before anything is kept."
        ),
    )


@login_required
@never_cache
def of_organisation(request: HttpRequest, org: str) -> HttpResponse:
    """List one's cases of one account (R-SUP-051)."""
    viewer = viewer_of(request)
    organisation = accounts.organisation(viewer, org)
    context = {
        "organisation": organisation,
        "cases": queries.cases_of(viewer, org),
        "crumbs": [*crumbs(organisation), (_("Your cases"), "")],
    }
    return render(request, "console/customer/cases.html", context)


@login_required
@never_cache
def own(request: HttpRequest) -> HttpResponse:
    """List one's cases of all accounts, each under the one that it belongs to: they are never mixed (R-SUP-063)."""
    viewer = viewer_of(request)
    names = {one.id: one.name for one in accounts.organisations(viewer)}
    groups: dict[str, list[CaseView]] = {}
    for one in queries.cases_of(viewer):
        groups.setdefault(one.organisation, []).append(one)
    context = {
        "groups": [(names.get(org, ""), each) for org, each in groups.items()],
        "crumbs": [(_("Your cases"), "")],
    }
    return render(request, "console/customer/cases.html", context)


@login_required
@never_cache
@sensitive_post_parameters("text")
def case(request: HttpRequest, case: str, org: str = "") -> HttpResponse:
    """Show what was asked and answered, how far it has come and by when an answer is promised; take in a reply."""
    viewer, at = viewer_of(request), now()
    view = _theirs(request, case, org)
    form = ReplyForm(request.POST or None, initial={"submission": secrets.token_hex(16)})
    if request.method == "POST" and form.is_valid() and _replied(request, view, form):
        return HttpResponseRedirect(request.path)
    context = {
        "case": view,
        "messages_said": queries.messages(viewer, case, masked=False),
        "clocks": [one for one in queries.clocks(case) if one.met_at is None],
        "changes": queries.changes(viewer, case),
        "is_own": view.requester == viewer.id,
        "comes_back": view.requester == viewer.id and undeliverable(view.contact.email) is not None,
        "can_reply": view.is_readable and (view.state not in SETTLED or reopens(view.settled_at, at)),
        "form": form,
        "at": at,
        "org": org,
        "viewer_id": viewer.id,
        "crumbs": _trail(request, view, org),
    }
    return render(request, "console/customer/case.html", context)


@login_required
@never_cache
def file(request: HttpRequest, case: str, enclosure: str) -> HttpResponse:
    """Give out one file of one's case."""
    _theirs(request, case, "")
    return download(viewer_of(request), case, enclosure)


def _theirs(request: HttpRequest, case: str, org: str) -> CaseView:
    """Return the case for who asked it or speaks for its organisation; staff have their own page for others'."""
    viewer = viewer_of(request)
    view = queries.own_case(viewer, case)
    if org and view.organisation != org:
        raise accounts.not_found("case_not_found")
    return view


def _trail(request: HttpRequest, view: CaseView, org: str) -> list[tuple[str, str]]:
    if not org:
        return [(_("Your cases"), reverse("console:own-cases")), (view.reference, "")]
    organisation = accounts.organisation(viewer_of(request), org)
    listed = reverse("console:org-cases", args=[org])
    return [*crumbs(organisation), (_("Your cases"), listed), (view.reference, "")]


def _replied(request: HttpRequest, view: CaseView, form: ReplyForm) -> bool:
    viewer, said = viewer_of(request), form.cleaned_data
    voice = Voice.REQUESTER if view.requester == viewer.id else Voice.SPONSOR
    try:
        actions.write(viewer, view.id, voice, said["text"], submission=said["submission"], clock=now)
    except NotFoundError:
        raise
    except SekishoError as refusal:
        form.add_error(None, refusal.told(reader_lang()))
        return False
    messages.success(request, _("Sent. The answer comes by e-mail, and stands here."))
    return True


# --- an address that is not proven yet --------------------------------------------------------------------------
@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever holds the link say that the address is theirs. Looking at the page says nothing yet: programs that
    check mail open links."""
    context: dict[str, object] = {"crumbs": [(_("Confirm your address"), "")], "done": None, "refused": ""}
    if request.method == "POST":
        try:
            context["done"] = actions.confirm_contact(token, clock=now)
        except SekishoError as refusal:
            context["refused"] = refusal.told(reader_lang())
    return render(request, "console/public/case_confirm.html", context)
