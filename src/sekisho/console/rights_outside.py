"""Pages of rights for who is not signed in: deleted accounts, and requests of who cannot sign in (R-DATA-231)."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sekisho.accounts.types import system
from sekisho.audit.receipts import document
from sekisho.base.errors import SekishoError
from sekisho.console import faults
from sekisho.console.rights_parts import request_row
from sekisho.console.templatetags.console import reader_lang
from sekisho.notices.links import Purpose, opened
from sekisho.records.rights import actions, queries
from sekisho.records.rights.streaming import streamed
from sekisho.records.rights.types import RequestView

READS = system("rights")
"""Whoever holds a link that we signed reads the request that it names, and no other."""


def locked_out(request: HttpRequest) -> HttpResponse:
    """Where this was asked before; links to it stand in old mails."""
    return HttpResponseRedirect(reverse("console:locked-out"))


@never_cache
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Show how far a request is, to whoever has its link; let them stop it, or fetch the copy."""
    try:
        found = _opened(token)
    except SekishoError as refusal:
        return faults.show(request, faults.of_link(refusal, reader_lang()))
    row = request_row(found, now())
    return render(request, "console/rights/locked_out_follow.html", {"row": row, "token": token})


@never_cache
@require_POST
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop what one did not ask for."""
    try:
        actions.stop(_opened(token).id, clock=now)
    except SekishoError as refusal:
        messages.error(request, refusal.told(reader_lang()))
    else:
        messages.success(request, _("Stopped. Nothing is done with your account."))
    return HttpResponseRedirect(reverse("console:privacy-follow", args=[token]))


@never_cache
@require_POST
def fetch(request: HttpRequest, token: str) -> HttpResponse:
    """Hand the copy out, once, to who came by the mail."""
    try:
        found = _opened(token)
        made = actions.make_link_for_address(found.id, clock=now)
        return streamed(request, actions.take_by_link(found.id, made.secret, clock=now))  # type: ignore[return-value]
    except SekishoError as refusal:
        number = int(str(refusal.data.get("status", 404)))
        title = _("This link does not open anything any more")
        return faults.show(request, faults.Fault(number, title, refusal.told(reader_lang())))


@never_cache
def deleted(request: HttpRequest, token: str) -> HttpResponse:
    """Show how far an erasure is, and hand out its receipt: the account is gone, so the link is all there is."""
    try:
        found = _opened(token)
    except SekishoError as refusal:
        return faults.show(request, faults.of_link(refusal, reader_lang()))
    if request.GET.get("receipt") and found.receipt:
        body = json.dumps(document(found.receipt), ensure_ascii=False, indent=2)
        response = HttpResponse(body, content_type="application/json")
        response["Content-Disposition"] = f'attachment; filename="{found.receipt}.json"'
        return response
    return render(request, "console/rights/deleted.html", {"row": request_row(found, now()), "token": token})


def _opened(link: str) -> RequestView:
    return queries.request(READS, opened(Purpose.RIGHTS, link, now()))
