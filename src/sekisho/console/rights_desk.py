"""Requests as organisations and privacy staff see them: by when each is due, and what is still to be answered."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import Permission, may
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.inventory import Holder, Subject
from sekisho.console.access import staff_viewer, viewer_of
from sekisho.console.customer import crumbs
from sekisho.console.rights_parts import request_row
from sekisho.console.templatetags.console import reader_lang
from sekisho.records.rights import actions, queries
from sekisho.records.rights.types import Asked, Refusal, RequestKind


@login_required
@never_cache
def of_organisation(request: HttpRequest, org: str) -> HttpResponse:
    """Let the primary owner take everything along, answer members, and choose whether they need ask (R-DATA-230)."""
    viewer, at = viewer_of(request), now()
    organisation = accounts.organisation(viewer, org)
    owns = may(viewer, Permission.ORG_DATA_EXPORT, org)
    found = queries.requests_of(viewer, org) if owns else ()
    context = {
        "organisation": organisation,
        "owns": owns,
        "requests": [request_row(one, at) for one in found if not one.waits_for_owner],
        "waiting": [request_row(one, at) for one in found if one.waits_for_owner],
        "members_may": queries.members_may_export(org),
        "crumbs": [*crumbs(organisation), (_("Take the data along"), "")],
    }
    return render(request, "console/rights/organisation.html", context)


@login_required
@require_POST
def do(request: HttpRequest, org: str) -> HttpResponse:
    """Do what a button of the page asks for."""
    viewer, deed, about = viewer_of(request), request.POST.get("deed", ""), request.POST.get("request", "")
    try:
        match deed:
            case "ask":
                asked = Asked(RequestKind.ACCESS, Subject(Holder.ORGANISATION, org))
                actions.ask(viewer, asked, language=reader_lang(), clock=now)
                messages.success(request, _("Asked. You are told as soon as your copy is ready."))
            case "allow":
                actions.allow(viewer, about)
            case "refuse":
                actions.refuse(viewer, about, clock=now)
            case "open" | "close":
                actions.let_members(viewer, org, may_export=deed == "open", clock=now)
    except NotFoundError:
        raise
    except SekishoError as refusal:
        messages.error(request, refusal.told(reader_lang()))
    return HttpResponseRedirect(reverse("console:export", args=[org]))


@login_required
@never_cache
def staff(request: HttpRequest) -> HttpResponse:
    """Show privacy staff what is open, first what is due first, or everything."""
    viewer, at = staff_viewer(request, Permission.STAFF_ERASURE_EXECUTE), now()
    everything = request.GET.get("show") == "all"
    found = queries.requests(viewer, open_only=not everything)
    context = {
        "requests": [request_row(one, at) for one in found],
        "everything": everything,
        "late": sum(row.is_late for row in (request_row(one, at) for one in found)),
        "crumbs": [(_("Requests about data"), "")],
    }
    return render(request, "console/rights/staff.html", context)


@login_required
@require_POST
def refuse(request: HttpRequest, request_id: str) -> HttpResponse:
    """Privacy staff do not act on an unfounded request."""
    viewer = staff_viewer(request, Permission.STAFF_ERASURE_EXECUTE)
    try:
        actions.refuse(viewer, request_id, Refusal.UNFOUNDED, clock=now)
    except NotFoundError:
        raise
    except SekishoError as refusal:
        messages.error(request, refusal.told(reader_lang()))
    else:
        messages.success(request, _("Refused. The person is told why, and where to complain."))
    return HttpResponseRedirect(reverse("console:staff-requests"))
