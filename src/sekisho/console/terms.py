"""Pages about what an organisation is held to: what it lays over the policy itself, and exceptions by contract.

An overlay only tightens (P-007); an exception has two approvers, an end, and spares no hard clause (P-006).
"""

from __future__ import annotations

from datetime import datetime
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
from django.views.decorators.http import require_POST

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.errors import SekishoError
from sekisho.base.text import as_lang
from sekisho.console import words
from sekisho.console.access import staff_viewer, viewer_of
from sekisho.console.customer import crumbs
from sekisho.policy import actions, queries
from sekisho.policy.overlay_file import load_overlay
from sekisho.policy.problems import PackError
from sekisho.policy.queries import ExceptionView
from sekisho.policy.types import Audience, Pack

FILE = "overlay.yaml"
EXAMPLE = """\
clauses:
  fraud_predation:
    on_output: block
    thresholds:
      scorer: {ja: 0.7, en: 0.7}
unscreened: block
"""


class OverlayForm(forms.Form):
    source = forms.CharField(
        label=gettext_lazy("What you lay over the policy, as YAML"),
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 12, "spellcheck": "false", "autocomplete": "off", "class": "source", "wrap": "off"}
        ),
    )


class ExceptionForm(forms.Form):
    """A contract exception: for whom, from what, instead of what, until when."""

    organisation = forms.CharField(
        label=gettext_lazy("Organisation"), max_length=40, help_text=gettext_lazy("Its id, such as org_01…")
    )
    clauses = forms.MultipleChoiceField(
        label=gettext_lazy("Clauses"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Hard clauses are not here: nothing excepts from them."),
    )
    uses = forms.MultipleChoiceField(
        label=gettext_lazy("Only for keys used for"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(one.value, words.AUDIENCES[one.value]) for one in Audience],
    )
    safeguards = forms.CharField(
        label=gettext_lazy("Safeguards in their place"), max_length=4000, widget=forms.Textarea
    )
    expires_at = forms.DateTimeField(
        label=gettext_lazy("Ends at (UTC)"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )

    def __init__(self, *args: Any, clauses: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clauses"].choices = clauses  # type: ignore[attr-defined]


# --- an organisation's own wish -------------------------------------------------------------------------------
@login_required
def own(request: HttpRequest, org: str) -> HttpResponse:
    """Show by which version, overlay and exceptions an organisation is judged; owners change the overlay."""
    viewer = viewer_of(request)
    organisation = accounts.organisation(viewer, org)
    overlay = queries.overlay(viewer, org)
    form = OverlayForm(request.POST or None, initial={"source": overlay.source if overlay else EXAMPLE})
    problems: tuple[str, ...] = ()
    if request.method == "POST":
        problems = _changed(request, viewer, org, form)
        if not problems:
            return HttpResponseRedirect(request.path)
    context = {
        "organisation": organisation,
        "pack": queries.version_at(now()),
        "overlay": overlay,
        "form": form if may(viewer, Permission.ORG_POLICY_CHANGE, org) else None,
        "problems": problems,
        "exceptions": [_row(one, now()) for one in queries.exceptions(viewer, org)],
        "crumbs": [*crumbs(organisation), (_("What you are held to"), "")],
    }
    return render(request, "console/customer/terms.html", context, status=422 if problems else 200)


def _changed(request: HttpRequest, viewer: Viewer, org: str, form: OverlayForm) -> tuple[str, ...]:
    """Set or remove the overlay; return what is wrong."""
    try:
        if "remove" in request.POST:
            actions.remove_overlay(viewer, org)
            messages.success(request, _("You are judged by the policy alone again."))
        elif form.is_valid():
            version = actions.set_overlay(viewer, org, form.cleaned_data["source"], FILE)
            messages.success(
                request, _("From now on you are held to more. Decisions cite org.%(v)s.") % {"v": version}
            )
        else:
            return (str(_("Write what you want to be held to.")),)
    except SekishoError as refusal:
        return _told(refusal)
    return ()


@login_required
@require_POST
def check(request: HttpRequest, org: str) -> HttpResponse:
    """Say, as one types, what is wrong with an overlay, or what it would tighten."""
    viewer = viewer_of(request)
    accounts.organisation(viewer, org)
    pack, context = queries.version_at(now()), dict[str, object](checked=True)
    if pack is not None:
        try:
            overlay = load_overlay(request.POST.get("source", ""), FILE, pack)
        except PackError as refusal:
            context["problems"] = _told(refusal)
        else:
            context["clauses"] = [pack.clause(name) for name in overlay.clauses]
    return render(request, "console/customer/terms_check.html", context)


# --- exceptions by contract -----------------------------------------------------------------------------------
@login_required
def exceptions(request: HttpRequest) -> HttpResponse:
    """List every exception, those in effect and those that wait for a second person first."""
    viewer = staff_viewer(request, Permission.STAFF_POLICY_READ)
    rows = sorted(
        (_row(one, now()) for one in queries.all_exceptions(viewer)), key=lambda row: ORDER[row["state"]]
    )
    context = {
        "rows": rows,
        "may_change": may(viewer, Permission.STAFF_POLICY_ACTIVATE),
        "crumbs": [(_("Exceptions"), "")],
    }
    return render(request, "console/staff/exceptions.html", context)


@login_required
def exception_new(request: HttpRequest) -> HttpResponse:
    """Propose an exception. It has no effect until somebody else approves it."""
    viewer = staff_viewer(request, Permission.STAFF_POLICY_ACTIVATE)
    form = ExceptionForm(request.POST or None, clauses=_soft_clauses(queries.version_at(now())))
    if form.is_valid():
        told = form.cleaned_data
        try:
            made = actions.propose_exception(
                viewer, told["organisation"], told["clauses"], told["safeguards"], told["expires_at"],
                uses=[Audience(one) for one in told["uses"]],
            )  # fmt: skip
        except SekishoError as refusal:
            form.add_error(None, refusal.told(as_lang(get_language())))
        else:
            return HttpResponseRedirect(reverse("console:staff-exception", args=[made]))
    context = {"form": form, "crumbs": [_first(), (_("Propose"), "")]}
    return render(request, "console/staff/exception_new.html", context, status=422 if form.errors else 200)


@login_required
def exception(request: HttpRequest, exception: str) -> HttpResponse:
    """Show one exception; approve it as the second person, or revoke it."""
    viewer = staff_viewer(request, Permission.STAFF_POLICY_READ)
    found = next((one for one in queries.all_exceptions(viewer) if one.terms.id == exception), None)
    if found is None:
        raise accounts.not_found("exception_not_found")
    refusal = ""
    if request.method == "POST":
        act = actions.approve_exception if "approve" in request.POST else actions.revoke_exception
        try:
            act(viewer, exception)
        except SekishoError as problem:
            refusal = problem.told(as_lang(get_language()))
        else:
            return HttpResponseRedirect(request.path)
    context = {
        "row": _row(found, now()),
        "refusal": refusal,
        "may_change": may(viewer, Permission.STAFF_POLICY_ACTIVATE),
        "is_mine": found.proposed_by == viewer.id,
        "crumbs": [_first(), (exception, "")],
    }
    return render(request, "console/staff/exception.html", context, status=409 if refusal else 200)


ORDER = {"waiting": 0, "in_effect": 1, "ended": 2, "revoked": 3}
TONES = {"waiting": "care", "in_effect": "active", "ended": "quiet", "revoked": "quiet"}


def _row(view: ExceptionView, at: datetime) -> dict[str, Any]:
    if view.revoked_at:
        state = "revoked"
    elif view.terms.expires_at <= at:
        state = "ended"
    else:
        state = "in_effect" if view.approved_by else "waiting"
    return {"view": view, "state": state, "tone": TONES[state]}


def _soft_clauses(pack: Pack | None) -> list[tuple[str, str]]:
    lang = as_lang(get_language())
    return [(one.id, one.title.in_(lang)) for one in pack.clauses if not one.hard] if pack else []


def _first() -> tuple[str, str]:
    return (_("Exceptions"), reverse("console:staff-exceptions"))


def _told(refusal: SekishoError) -> tuple[str, ...]:
    lang = as_lang(get_language())
    if isinstance(refusal, PackError):
        return tuple(problem.told(lang) for problem in refusal.problems)
    return (refusal.told(lang),)
