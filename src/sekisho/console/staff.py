"""Pages for staff: the stream of decisions, the evidence of one, and the versions of the policy."""

from __future__ import annotations

from functools import lru_cache

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.errors import SekishoError
from sekisho.base.text import as_lang
from sekisho.console import decisions as shared
from sekisho.console.access import viewer_of
from sekisho.console.customer import explanation
from sekisho.console.decisions import DecisionsForm, Row, Titles
from sekisho.console.labels import LabelForm, desk_of
from sekisho.console.public import parts_of, tone_of
from sekisho.detection.cascade import Cascade, default_cascade
from sekisho.enforcement import actions as enforcement_actions
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.types import Desk
from sekisho.policy import actions as policy_actions
from sekisho.policy import queries as policy
from sekisho.policy.lifecycle import State


# --- decisions ----------------------------------------------------------------------------------------------
@login_required
def decisions(request: HttpRequest) -> HttpResponse:
    """Show decisions of all organisations as they come in; the first page renews itself while it is open."""
    viewer, at = staff_viewer(request, Permission.STAFF_DECISION_READ), now()
    lang = as_lang(get_language())
    form = DecisionsForm(request.GET, shared.clause_choices(lang, at), None)
    cursor = request.GET.get("cursor", "")
    page = enforcement.decisions(viewer, form.wanted("", at), after=cursor)
    titles = Titles(viewer, lang)
    context = {
        "form": form,
        "filtered": form.is_narrowed,
        "live": not cursor,
        "rows": [
            Row(one, titles.title(one), one.organisation, reverse("console:staff-decision", args=[one.id]))
            for one in page.decisions
        ],
        "after": page.next,
        "newest": bool(cursor),
        "crumbs": [(_("Decisions stream"), "")],
    }
    part = "stream" if request.headers.get("HX-Request") else "decisions"
    return render(request, f"console/staff/{part}.html", context)


@login_required
def decision(request: HttpRequest, decision: str) -> HttpResponse:
    """Show the evidence of one decision: codes, scores and thresholds. Content is not on this page.

    Reviewers and the appeals desk write down here what the text was.
    """
    viewer = staff_viewer(request, Permission.STAFF_DECISION_READ)
    found = enforcement.decision(viewer, decision)
    desk = desk_of(viewer)
    form = LabelForm(request.POST or None, clauses=shared.clause_choices(as_lang(get_language()), now()))
    if desk and form.is_valid() and _labelled(viewer, decision, form, desk):
        messages.success(request, _("Your finding is written down."))
        return HttpResponseRedirect(request.path)
    context = {
        **explanation(viewer, found),
        "form": form if desk else None,
        "label": enforcement.label_of(viewer, decision) if desk else None,
        "key_name": found.key,
        "crumbs": [(_("Decisions stream"), reverse("console:staff-decisions")), (found.id, "")],
    }
    return render(request, "console/staff/decision.html", context, status=422 if form.errors else 200)


def _labelled(viewer: Viewer, decision: str, form: LabelForm, desk: Desk) -> bool:
    """Write a finding down; put what is wrong with it on the form."""
    try:
        enforcement_actions.label(viewer, decision, form.found, desk)
    except SekishoError as refusal:
        form.add_error(None, refusal.told(as_lang(get_language())))
        return False
    return True


# --- the policy ---------------------------------------------------------------------------------------------
@login_required
def policy_versions(request: HttpRequest) -> HttpResponse:
    """List every version, drafts included."""
    viewer = staff_viewer(request, Permission.STAFF_POLICY_READ)
    rows = [
        {"view": view, "tone": tone_of(view), "earlier": policy.version_before(viewer, view.label)}
        for view in policy.versions(viewer)
    ]
    context = {"versions": rows, "crumbs": [(_("Policy versions"), "")]}
    return render(request, "console/staff/policy_versions.html", context)


@login_required
def policy_version(request: HttpRequest, label: str) -> HttpResponse:
    """Show one version with everything in it that differs from the one before, thresholds and examples too."""
    viewer = staff_viewer(request, Permission.STAFF_POLICY_READ)
    view = policy.version(viewer, label)
    earlier = policy.version_before(viewer, label)
    is_draft = view.state in (State.DRAFT, State.SHADOW)
    context = {
        "view": view,
        "tone": tone_of(view),
        "parts": parts_of(view.pack),
        "earlier": earlier,
        "diff": policy.changes(viewer, earlier.label if earlier else None, label),
        "is_draft": is_draft,
        "may_activate": is_draft and may(viewer, Permission.STAFF_POLICY_ACTIVATE),
        "is_mine": view.proposed_by == viewer.id,
        "crumbs": [(_("Policy versions"), reverse("console:staff-policy")), (label, "")],
    }
    return render(request, "console/staff/policy_version.html", context)


@login_required
def policy_activate(request: HttpRequest, label: str) -> HttpResponse:
    """Ask once more, then approve a draft. The action refuses the proposer, and packs whose examples fail."""
    viewer = staff_viewer(request, Permission.STAFF_POLICY_ACTIVATE)
    view = policy.version(viewer, label)
    page = reverse("console:staff-policy-version", args=[label])
    refusal = ""
    if request.method == "POST":
        try:
            policy_actions.activate(viewer, label, cascade().find)
        except SekishoError as problem:
            refusal = problem.told(as_lang(get_language()))
        else:
            messages.success(request, _("%(label)s is approved.") % {"label": label})
            return HttpResponseRedirect(page)
    crumbs = [(_("Policy versions"), reverse("console:staff-policy")), (label, page), (_("Activate"), "")]
    context = {"view": view, "refusal": refusal, "crumbs": crumbs}
    return render(request, "console/staff/policy_activate.html", context, status=409 if refusal else 200)


@lru_cache(maxsize=1)
def cascade() -> Cascade:
    """The detectors that gateways use too. Loaded at the first activation: other pages do not need them."""
    return default_cascade()


def staff_viewer(request: HttpRequest, permission: Permission) -> Viewer:
    """Return the viewer if they hold the permission; for anybody else the page does not exist."""
    viewer = viewer_of(request)
    if not may(viewer, permission):
        raise not_found("page_not_found")
    return viewer
