"""The page that asks for a choice: during sign-up, where it may be left open, and before the next session of those who
had an account before the programme and have not chosen by the deadline (R-DATA-019, R-DATA-021)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache

from sekisho.accounts.sign_up import ASKED, SIGNED_UP, TO_ASK
from sekisho.console import nav
from sekisho.console.access import viewer_of
from sekisho.console.privacy import back_to, own_of, words_now
from sekisho.records.consent import queries

SESSIONS = frozenset({place.route for place in nav.CUSTOMER} | {nav.PLAYGROUND.route})
"""Pages on which somebody works with an account. All others stay open without a choice: one's privacy and one's rights,
notices, appeals, the policy, signing out."""


@login_required
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Ask with two buttons. Who has no account of their own, or has chosen, goes on."""
    viewer, at, after = viewer_of(request), now(), back_to(request, reverse("console:front"))
    if signs_up := request.session.get(SIGNED_UP):
        request.session[SIGNED_UP] = ASKED
    waiting = queries.waits_for_choice(viewer, at)
    account = waiting or next(iter(queries.own_accounts(viewer)), "")
    if not account:
        return HttpResponseRedirect(after)
    context = {
        "own": own_of(viewer, account, at),
        "words": words_now(),
        "next": after,
        "may_skip": not waiting,
        "signs_up": bool(signs_up),
    }
    return render(request, "console/customer/privacy_choice.html", context)


def _is_asked(request: HttpRequest, organisation: str) -> bool:
    """Whether the question comes before this page: once after sign-up, wherever that led, and for who has to choose, as
    long as they work with that account."""
    if request.session.get(SIGNED_UP) == TO_ASK:
        return True
    viewer = viewer_of(request)
    waiting = queries.waits_for_choice(viewer, now()) if viewer.roles else ""
    return bool(waiting) and organisation in ("", waiting)


class ChoiceMiddleware:
    """Leads to that page whoever is asked first. A read alone is led there: what somebody has already filled in and
    sends is never thrown away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: Mapping[str, str]
    ) -> HttpResponse | None:
        match = request.resolver_match
        if request.method != "GET" or match is None or match.view_name not in SESSIONS:
            return None
        if not _is_asked(request, kwargs.get("org", "")):
            return None
        query = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('console:privacy-choice')}?{query}")
