"""Safety records at the desk: who wants to read what was blocked, and who lets them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.console.access import staff_viewer
from sekisho.console.templatetags.console import reader_lang
from sekisho.records.safety import actions, queries
from sekisho.records.types import Destroyed


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """List records and requests, without any text; ask to read one, or approve another's asking."""
    viewer = staff_viewer(request, Permission.STAFF_SAFETY_READ)
    if request.method == "POST":
        try:
            messages.success(request, _done(viewer, request))
            return HttpResponseRedirect(request.path)
        except NotFoundError:
            raise
        except SekishoError as refusal:
            messages.error(request, refusal.told(reader_lang()))
    at, cursor = now(), request.GET.get("cursor", "")
    found = queries.records(viewer, before=cursor)
    context = {
        "records": found,
        "requests": [(one, one.asked_by == viewer.id) for one in queries.requests(viewer, at)],
        "after": found[-1].id if len(found) == queries.PAGE else "",
        "newest": bool(cursor),
        "sent": request.POST,
        "crumbs": [(_("Safety records"), "")],
    }
    return render(request, "console/staff/safety_list.html", context)


@login_required
@never_cache
def read(request: HttpRequest, access: str) -> HttpResponse:
    """Show the text to whoever asked for it, once another has approved."""
    viewer = staff_viewer(request, Permission.STAFF_SAFETY_READ)
    evidence = queries.opened(viewer, access, now())
    context = {
        "evidence": None if isinstance(evidence, Destroyed) else evidence,
        "crumbs": [(_("Safety records"), reverse("console:staff-safety")), (access, "")],
    }
    return render(request, "console/staff/safety_read.html", context)


def _done(viewer: Viewer, request: HttpRequest) -> str:
    sent, at = request.POST, now()
    match sent.get("deed"):
        case "ask":
            actions.ask(viewer, sent.get("record", ""), sent.get("reason", ""), at)
            return _("Asked. Another person has to approve it.")
        case "approve":
            actions.approve(viewer, sent.get("request", ""), at)
            return _("Approved. Who asked can read it for a day.")
    raise not_found("page_not_found")
