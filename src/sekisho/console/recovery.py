"""Pages for who cannot sign in (R-SUP-090): ask, type the code, follow, stop. No account, no script, no sign-in.

A link shows how a claim stands and opens nothing else: what a code has shown is kept in the browser that typed it, for
half an hour. So a link that somebody copies is worth nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from sekisho.accounts.queries import not_found
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.console import faults
from sekisho.console.peers import peer_of
from sekisho.console.recovery_forms import BeginForm, CodeForm, LostForm, PaymentForm
from sekisho.console.templatetags.console import reader_lang
from sekisho.console.uploads import BoundedUpload
from sekisho.notices.links import Purpose, opened, token
from sekisho.support.recovery import actions, queries
from sekisho.support.recovery.actions.second import MOST_BYTES
from sekisho.support.recovery.rules.locks import PROOF_LIVES
from sekisho.support.recovery.types import ClaimState, ClaimView, Deed, Level, Wish
from sekisho.support.recovery.words import REFUSALS

LINK_LIVES = timedelta(days=60)
"""How long a claim can be followed. Longer than anything waits."""
SHOWN = "recovery"
"""Under this name a browser's session keeps which claims it has shown a code for, and until when."""
SLACK = 64 * 1024


@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """Take in what somebody asks who cannot sign in. The answer is the same whoever they are (R-SUP-091)."""
    form = BeginForm(request.POST or None, initial={"wish": request.GET.get("wish", "")})
    if form.is_valid():
        try:
            claim = actions.begin(
                form.wanted, form.cleaned_data["address"], peer_of(request), language=reader_lang(), clock=now
            )
        except SekishoError as refusal:
            form.add_error(None, refusal.told(reader_lang()))
        else:
            return HttpResponseRedirect(reverse("console:locked-out-code", args=[_link(claim)]))
    return render(
        request, "console/public/recovery_begin.html", {"form": form}, status=422 if form.errors else 200
    )


@never_cache
def without_mailbox(request: HttpRequest) -> HttpResponse:
    """Take in that somebody cannot read the address on file any more (R-SUP-095)."""
    form = LostForm(request.POST or None)
    if form.is_valid():
        try:
            claim = actions.begin_without_mailbox(
                form.lost, peer_of(request), language=reader_lang(), clock=now
            )
        except SekishoError as refusal:
            form.add_error(None, refusal.told(reader_lang()))
        else:
            return HttpResponseRedirect(reverse("console:locked-out-code", args=[_link(claim)]))
    context = {"form": form, "submit": _("Ask for the change")}
    return render(
        request, "console/public/recovery_mailbox.html", context, status=422 if form.errors else 200
    )


@never_cache
def code(request: HttpRequest, link: str) -> HttpResponse:
    """Take the code in. Whether one was sent, the page does not know."""
    try:
        claim = opened(Purpose.RECOVERY, link, now())
    except SekishoError as refusal:
        return faults.show(request, faults.of_link(refusal, reader_lang()))
    form = CodeForm(request.POST or None)
    if form.is_valid() and _entered(request, form, claim):
        return HttpResponseRedirect(reverse("console:locked-out-claim", args=[link]))
    context = {"form": form, "submit": _("Continue"), "is_change": queries.claim(claim).wish is None}
    return render(request, "console/public/recovery_code.html", context, status=422 if form.errors else 200)


@never_cache
def follow(request: HttpRequest, link: str) -> HttpResponse:
    """Show how a claim stands; and what can be done next, to the browser that has shown the code."""
    try:
        found = _claim(link)
    except SekishoError as refusal:
        return faults.show(request, faults.of_link(refusal, reader_lang()))
    return _page(request, link, found, PaymentForm(), 200)


@never_cache
@require_POST
def do(request: HttpRequest, link: str) -> HttpResponse:
    """Do what a button of the page asks for."""
    try:
        found = _shown_here(request, link)
        actions.do(found.id, Deed(request.POST.get("deed", "")), clock=now)
    except (SekishoError, ValueError) as refusal:
        return _refused(request, link, refusal)
    messages.success(request, _("Done. A mail confirms it."))
    return _back(link)


@never_cache
@require_POST
def payment(request: HttpRequest, link: str) -> HttpResponse:
    """Compare what somebody says of a payment."""
    try:
        found = _shown_here(request, link)
        form = PaymentForm(request.POST)
        if form.is_valid() and not actions.say_payment(found.id, form.said, peer_of(request), clock=now):
            form.add_error(None, REFUSALS["payment_wrong"].in_(reader_lang()))
    except SekishoError as refusal:
        return _refused(request, link, refusal)
    return _page(request, link, found, form, 422) if form.errors else _back(link)


@csrf_exempt
@never_cache
@require_POST
def evidence(request: HttpRequest, link: str) -> HttpResponse:
    """Take a file in that shows who somebody is. It never lies readable on a disk, and so the form is checked after
    the file's size."""
    request.upload_handlers = [bounded := BoundedUpload(request, MOST_BYTES + SLACK)]
    return _evidence(request, link, bounded)


@csrf_protect
def _evidence(request: HttpRequest, link: str, bounded: BoundedUpload) -> HttpResponse:
    sent = request.FILES.get("file")
    content = sent.read() if sent is not None and not bounded.is_over else b""
    try:
        actions.give_evidence(_shown_here(request, link).id, content, clock=now)
    except SekishoError as refusal:
        return _refused(request, link, refusal)
    messages.success(
        request, _("We have your file. Two people look at it, and it is erased 30 days after that.")
    )
    return _back(link)


@never_cache
def stop(request: HttpRequest, link: str) -> HttpResponse:
    """Stop what somebody asked in one's name: the link is in every mail about it. Reading the page stops nothing, as
    programs read links too."""
    try:
        claim = opened(Purpose.RECOVERY_STOP, link, now())
        if request.method == "POST":
            actions.stop(claim, clock=now)
            messages.success(request, _("Stopped. Your account is as it was."))
        found = queries.claim(claim)
    except SekishoError as refusal:
        return faults.show(request, faults.of_link(refusal, reader_lang()))
    can = found.state in (ClaimState.ASKED, ClaimState.REVIEW, ClaimState.WAITING)
    return render(request, "console/public/recovery_stop.html", {"claim": found, "can_stop": can})


def _entered(request: HttpRequest, form: CodeForm, claim: str) -> bool:
    try:
        right = actions.enter_code(claim, form.cleaned_data["code"], peer_of(request), clock=now)
    except SekishoError as refusal:
        form.add_error(None, refusal.told(reader_lang()))
        return False
    if not right:
        form.add_error("code", _("This code is not right, or not good any more. Look into the latest mail."))
        return False
    request.session.cycle_key()
    kept = dict(request.session.get(SHOWN, {}))
    request.session[SHOWN] = kept | {claim: (now() + PROOF_LIVES).isoformat()}
    return True


def _page(request: HttpRequest, link: str, found: ClaimView, form: PaymentForm, status: int) -> HttpResponse:
    is_shown = _is_shown(request, found.id)
    context = {
        "claim": found,
        "link": link,
        "is_shown": is_shown,
        "form": form,
        "submit": _("Compare"),
        "action": reverse("console:locked-out-payment", args=[link]),
        "wish": found.wish.value if found.wish else "",
        "is_open": found.state in (ClaimState.PROVEN, ClaimState.REVIEW),
    }
    if is_shown and found.wish is Wish.SUBSCRIPTION and found.level >= Level.P2:
        context |= {"hint": queries.sign_in_hint(found.id), "refunds": queries.refunds(found.id, now())}
    if is_shown and found.wish is None and found.state is ClaimState.REVIEW:
        context |= {
            "record": actions.record_for_domain(found.id, now()),
            "files": queries.evidence_count(found.id),
        }
    response = render(request, "console/public/recovery_claim.html", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _claim(link: str) -> ClaimView:
    return queries.claim(opened(Purpose.RECOVERY, link, now()))


def _shown_here(request: HttpRequest, link: str) -> ClaimView:
    """Return the claim of a link if this browser has shown its code; for any other there is nothing to do here."""
    found = _claim(link)
    if not _is_shown(request, found.id):
        raise not_found("claim_not_found")
    return found


def _is_shown(request: HttpRequest, claim: str) -> bool:
    until = request.session.get(SHOWN, {}).get(claim, "")
    return bool(until) and now() < datetime.fromisoformat(until)


def _refused(request: HttpRequest, link: str, refusal: Exception) -> HttpResponse:
    if not isinstance(refusal, SekishoError) or isinstance(refusal, NotFoundError):
        return faults.show(request, faults.NOT_FOUND)
    if refusal.code in ("link_forged", "link_expired"):
        return faults.show(request, faults.of_link(refusal, reader_lang()))
    messages.error(request, refusal.told(reader_lang()))
    return _back(link)


def _back(link: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("console:locked-out-claim", args=[link]))


def _link(claim: str) -> str:
    return token(Purpose.RECOVERY, claim, now() + LINK_LIVES)
