"""Pages for staff about the versions of the policy: all of them, one with what differs, and its approval."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sekisho.accounts.rules import Permission, may
from sekisho.base.errors import SekishoError
from sekisho.base.text import as_lang
from sekisho.console import detectors, drafts
from sekisho.console.access import staff_viewer
from sekisho.console.public import parts_of, tone_of
from sekisho.policy import actions as policy_actions
from sekisho.policy import queries as policy
from sekisho.policy.lifecycle import State


@login_required
def policy_versions(request: HttpRequest) -> HttpResponse:
    """List every version, drafts included."""
    viewer = staff_viewer(request, Permission.STAFF_POLICY_READ)
    rows = [
        {"view": view, "tone": tone_of(view), "earlier": policy.version_before(viewer, view.label)}
        for view in policy.versions(viewer)
    ]
    context = {
        "versions": rows,
        "may_prepare": may(viewer, Permission.STAFF_POLICY_ACTIVATE),
        "crumbs": [(_("Policy versions"), "")],
    }
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
        "may_prepare": may(viewer, Permission.STAFF_POLICY_ACTIVATE),
        "steps": drafts.steps(viewer, view) if is_draft else (),
        "is_shadow": view.state is State.SHADOW,
        "can_roll_back": view.state in (State.IN_FORCE, State.SCHEDULED),
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
            policy_actions.activate(viewer, label, detectors.cascade().find)
        except SekishoError as problem:
            refusal = problem.told(as_lang(get_language()))
        else:
            messages.success(request, _("%(label)s is approved.") % {"label": label})
            return HttpResponseRedirect(page)
    crumbs = [(_("Policy versions"), reverse("console:staff-policy")), (label, page), (_("Activate"), "")]
    context = {"view": view, "refusal": refusal, "crumbs": crumbs, "steps": drafts.steps(viewer, view)}
    return render(request, "console/staff/policy_activate.html", context, status=409 if refusal else 200)
