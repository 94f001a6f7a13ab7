"""Withdraw from a contract here (CRD, Article 11a): always there, without signing in, acknowledged at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sekisho.base.errors import SekishoError
from sekisho.console import faults
from sekisho.console.peers import peer_of
from sekisho.console.recovery_forms import WithdrawalForm
from sekisho.console.templatetags.console import reader_lang
from sekisho.notices.links import Purpose, opened, token
from sekisho.support.recovery import actions, queries
from sekisho.support.recovery.actions.withdrawing import LINK_LIVES


@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Take a withdrawal in: name, contract, contact."""
    form = WithdrawalForm(request.POST or None)
    if form.is_valid():
        try:
            made = actions.withdraw(form.statement, peer_of(request), language=reader_lang(), clock=now)
        except SekishoError as refusal:
            form.add_error(None, refusal.told(reader_lang()))
        else:
            link = token(Purpose.WITHDRAWAL, made.id, made.at + LINK_LIVES)
            return HttpResponseRedirect(reverse("console:withdrawal", args=[link]))
    context = {"form": form, "submit": _("Confirm withdrawal")}
    return render(request, "console/public/withdraw.html", context, status=422 if form.errors else 200)


@never_cache
def acknowledged(request: HttpRequest, link: str) -> HttpResponse:
    """Show the acknowledgement, with content, date and time; as a file to keep with `?file=1`."""
    try:
        claim, by_mail = _opened(link)
        found = queries.withdrawal(claim)
    except SekishoError as refusal:
        return faults.show(request, faults.of_link(refusal, reader_lang()))
    context = {"withdrawal": found, "link": link, "by_mail": by_mail}
    if not request.GET.get("file"):
        return render(request, "console/public/withdrawal.html", context)
    body = render_to_string("console/public/withdrawal.txt", context)
    response = HttpResponse(body, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.reference}.txt"'
    return response


@never_cache
@require_POST
def confirm(request: HttpRequest, link: str) -> HttpResponse:
    """Take it that whoever has the mail reads that address: answers go there from now on."""
    try:
        claim, by_mail = _opened(link)
        if by_mail:
            actions.contact_is_read(claim, clock=now)
            messages.success(request, _("Thank you. We answer to this address."))
    except SekishoError as refusal:
        return faults.show(request, faults.of_link(refusal, reader_lang()))
    return HttpResponseRedirect(reverse("console:withdrawal", args=[link]))


def _opened(link: str) -> tuple[str, bool]:
    """Return whose withdrawal the link opens, and whether it came by mail."""
    try:
        return opened(Purpose.WITHDRAWAL, link, now()), False
    except SekishoError:
        return opened(Purpose.WITHDRAWAL_CONTACT, link, now()), True
