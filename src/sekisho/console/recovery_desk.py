"""Pages of staff who look at proof of identity, and of owners who are asked about a member."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import Permission, may
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.console.access import staff_viewer, viewer_of
from sekisho.console.customer import crumbs
from sekisho.console.templatetags.console import reader_lang
from sekisho.support.recovery import actions, queries
from sekisho.support.recovery.rules import Waits
from sekisho.support.recovery.types import ClaimState


@login_required
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """Show the claims that people have to look at, oldest first."""
    viewer = staff_viewer(request, Permission.STAFF_IDENTITY_READ)
    context = {"rows": queries.queue(viewer), "crumbs": [(_("Proof of identity"), "")]}
    return render(request, "console/staff/recovery_queue.html", context)


@login_required
@never_cache
def claim(request: HttpRequest, claim: str) -> HttpResponse:
    """Show a claim with its proof, and take in what one of the two says of it."""
    viewer = staff_viewer(request, Permission.STAFF_IDENTITY_READ)
    found = queries.claim_for_staff(viewer, claim)
    if request.method == "POST" and _taken(request, claim):
        return HttpResponseRedirect(request.path)
    said, own = queries.votes(viewer, claim), queries.is_own(claim, viewer.id)
    outcome = queries.agreed(viewer, claim)
    context = {
        "claim": found,
        "votes": said,
        "missing": outcome.missing if isinstance(outcome, Waits) else (),
        "files": queries.evidence(viewer, claim),
        "has_account": queries.has_account(claim),
        "is_own": own,
        "can_vote": found.state is ClaimState.REVIEW
        and not own
        and all(one.person != viewer.id for one in said),
        "decides": may(viewer, Permission.STAFF_IDENTITY_DECIDE),
        "reason": request.POST.get("reason", ""),
        "record": actions.record_for_domain(claim, now()),
        "crumbs": [(_("Proof of identity"), reverse("console:staff-identity")), (_("Claim"), "")],
    }
    return render(request, "console/staff/recovery_claim.html", context)


@login_required
@never_cache
def evidence(request: HttpRequest, claim: str, evidence: str) -> HttpResponse:
    """Hand a file out to be looked at, never to be run: each reading is in the log."""
    viewer = staff_viewer(request, Permission.STAFF_IDENTITY_READ)
    media_type, content = actions.open_evidence(viewer, claim, evidence)
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{evidence}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@login_required
@never_cache
def owner(request: HttpRequest, org: str, claim: str) -> HttpResponse:
    """Ask an owner whether a member has lost their mailbox."""
    viewer = viewer_of(request)
    organisation = accounts.organisation(viewer, org)
    if queries.organisation_of(viewer, claim) != org or queries.is_own(claim, viewer.id):
        raise accounts.not_found("claim_not_found")
    if request.method == "POST":
        is_so = request.POST.get("answer") == "yes"
        actions.confirm_as_owner(viewer, claim, is_so=is_so)
        messages.success(request, _("Thank you. We have noted what you said."))
        return HttpResponseRedirect(reverse("console:home", args=[org]))
    context = {"organisation": organisation, "crumbs": [*crumbs(organisation), (_("A member's mailbox"), "")]}
    return render(request, "console/customer/recovery_owner.html", context)


def _taken(request: HttpRequest, claim: str) -> bool:
    viewer, deed = viewer_of(request), request.POST.get("deed", "")
    try:
        match deed:
            case "yes" | "no":
                actions.vote(
                    viewer, claim, is_yes=deed == "yes", reason=request.POST.get("reason", ""), clock=now
                )
            case "domain":
                found = actions.check_domain(viewer, claim, clock=now)
                said = _("The record stands there.") if found else _("There is no such record.")
                messages.info(request, said)
    except NotFoundError:
        raise
    except SekishoError as refusal:
        messages.error(request, refusal.told(reader_lang()))
        return False
    return True
