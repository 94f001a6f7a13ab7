"""Pages of the mailroom: what waits until somebody has looked, a mail as it came, and the sender's own word."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.timezone import now
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.errors import SekishoError
from sekisho.base.text import as_lang
from sekisho.cases.desk.queries import is_unmasked
from sekisho.cases.mail import actions, queries
from sekisho.cases.mail.types import Fate, Seal
from sekisho.cases.rules.queues import queues_of
from sekisho.console.access import viewer_of
from sekisho.support.queries import admitted_by_mail

REASONS = {
    "failed_proof": pgettext_lazy("mail", "The mail server in front says that the sender is forged."),
    "wrong_token": pgettext_lazy("mail", "The address it came to was not made by us."),
    "wrong_sender": pgettext_lazy("mail", "It answers a mail that was sent to somebody else."),
    "many_senders": pgettext_lazy("mail", "It names no sender, or more than one."),
    "unreadable": pgettext_lazy("mail", "It cannot be read whole."),
    "too_often": pgettext_lazy("mail", "The sender has written very often today."),
    "unknown_mailbox": pgettext_lazy("mail", "It came to an address that begins no cases."),
    "case_over": pgettext_lazy("mail", "The words of its case have been destroyed."),
}
"""Why a mail waits, as staff read it."""
PROOFS = {
    "passed": pgettext_lazy("mail", "The mail server in front vouches for the sender."),
    "failed": pgettext_lazy("mail", "The mail server in front says: forged."),
    "unknown": pgettext_lazy("mail", "Nobody vouches for the sender."),
}


def _agent(request: HttpRequest) -> Viewer:
    """Return the viewer if they look after any queue; for anybody else the page does not exist."""
    viewer = viewer_of(request)
    if not queues_of(viewer):
        raise not_found("page_not_found")
    return viewer


@login_required
@never_cache
def quarantine(request: HttpRequest) -> HttpResponse:
    """List what waits, oldest first, and say whether mail goes out."""
    viewer = _agent(request)
    if request.method == "POST" and "resume" in request.POST:
        actions.resume(viewer)
        messages.success(request, _("Mail goes out again."))
        return HttpResponseRedirect(request.path)
    context = {
        "rows": [{"mail": one, "why": REASONS.get(one.because, "")} for one in queries.quarantine(viewer)],
        "pause": queries.paused(),
        "may_resume": may(viewer, Permission.STAFF_TICKET_ANSWER),
        "crumbs": [(_("Quarantine"), "")],
    }
    return render(request, "console/staff/mailroom_list.html", context)


@login_required
@never_cache
def one(request: HttpRequest, mail: str) -> HttpResponse:
    """Show one mail as it came; of what waits, add it to a case or put it away. What became part of a case is masked
    there, and shown here to whoever has given a reason to see that (R-SUP-082)."""
    viewer = _agent(request)
    view = queries.mail(viewer, mail)
    if request.method == "GET" and view.case and not is_unmasked(viewer, view.case, now()):
        messages.info(request, _("Say first why you need to see what is masked."))
        return redirect("console:staff-desk-case", view.case)
    refusal = ""
    if request.method == "POST":
        try:
            return _decided(request, mail)
        except SekishoError as problem:
            refusal = problem.told(as_lang(get_language()))
    context = {
        "mail": view,
        "html": mark_safe(view.html),  # noqa: S308 - nh3 went over it (`cases.mail.markup`)
        "why": REASONS.get(view.because, ""),
        "proof": PROOFS[view.proof],
        "waits": view.fate is Fate.QUARANTINED,
        "is_sealed": view.seal is not Seal.NONE,
        "typed": request.POST.get("reference", view.claimed),
        "refusal": refusal,
        "crumbs": [(_("Quarantine"), reverse("console:staff-quarantine")), (_("A mail"), "")],
    }
    return render(request, "console/staff/mailroom_one.html", context, status=409 if refusal else 200)


def _decided(request: HttpRequest, mail: str) -> HttpResponse:
    viewer = _agent(request)
    if "dismiss" in request.POST:
        actions.dismiss(viewer, mail)
        messages.success(request, _("The mail was put away. It is deleted in seven days."))
    else:
        actions.attach(viewer, mail, request.POST.get("reference", ""))
        messages.success(request, _("The mail was added to the case."))
    return HttpResponseRedirect(reverse("console:staff-quarantine"))


@never_cache
def first(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whoever holds the link whether they wrote the mail; nothing happens before they press a button."""
    context: dict[str, Any] = {"token": token}
    try:
        queries.held_by_link(token, now())
    except SekishoError as refusal:
        context["refusal"] = refusal.told(as_lang(get_language()))
    return render(
        request, "console/public/mailroom_first.html", context, status=404 if "refusal" in context else 200
    )


@never_cache
@require_POST
def first_done(request: HttpRequest, token: str) -> HttpResponse:
    """Take the word of whoever holds the link: theirs, or not."""
    context: dict[str, Any] = {"token": token}
    status = 200
    try:
        if "decline" in request.POST:
            actions.decline_mail(token)
            context["declined"] = True
        else:
            actions.confirm_mail(token, lambda address, queue: admitted_by_mail(address, queue, at=now()))
            context["confirmed"] = True
    except SekishoError as refusal:
        context["refusal"] = refusal.told(as_lang(get_language()))
        context["closed"] = refusal.code == "no_people"
        status = 403 if context["closed"] else 404
    return render(request, "console/public/mailroom_first.html", context, status=status)
