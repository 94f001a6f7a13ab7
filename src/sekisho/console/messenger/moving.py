"""Over to the new console and back: a normal sign-in there, and a code that counts once, here (R-SUP-087, R-SUP-088).

    old host, help centre            new host
    /help/messenger/move     ──▶     /help/messenger/sign-in   (sign in as always, then press a button)
    /help/messenger/return   ◀──     code: one use, one minute, for this origin and this browser

What was written lies sealed on our side all the while; no address ever carries a word of it, nor who somebody is.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from sekisho.accounts.queries import not_found
from sekisho.base.errors import SekishoError
from sekisho.console.access import viewer_of
from sekisho.console.messenger.asking import STATE, asker_of, hosts, let_come, must_move, origin_of
from sekisho.support.messenger import actions, queries
from sekisho.support.messenger.actions.moving import state_of
from sekisho.support.messenger.types import Asker
from sekisho.support.types import Surface


@require_GET
@never_cache
def move(request: HttpRequest) -> HttpResponse:
    """Lead to the new host. What goes along is where to come back to, and a digest that only this browser can match."""
    where = must_move(request, Surface.HELP_CENTRE)
    if where is None:
        return HttpResponseRedirect(reverse("console:messenger-begin"))
    secret = request.session.setdefault(STATE, secrets.token_urlsafe(32))
    query = urlencode({"audience": origin_of(request), "state": state_of(secret)})
    return HttpResponseRedirect(
        f"{request.scheme}://{where.host}{reverse('console:messenger-sign-in')}?{query}"
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """At the new host: say who is signed in here, and let them go back with a code."""
    audience, state = request.GET.get("audience", ""), request.GET.get("state", "")
    if not _is_ours(audience, request) or len(state) != 64:
        raise not_found("page_not_found")
    if request.method == "POST":
        code = actions.make_passcode(viewer_of(request), audience, state)
        query = urlencode({"code": code, "from_host": request.get_host().lower()})
        response: HttpResponse = HttpResponseRedirect(
            f"{audience}{reverse('console:messenger-return')}?{query}"
        )
    else:
        response = render(request, "console/messenger/sign_in.html", {"audience": urlsplit(audience).netloc})
    response._csp_update = {"form-action": [audience]}  # type: ignore[attr-defined]
    return response


def _is_ours(audience: str, request: HttpRequest) -> bool:
    """Return whether it is the origin of an old host whose new one this is."""
    parts = urlsplit(audience)
    known = hosts().get(parts.netloc.lower())
    return audience == f"{request.scheme}://{parts.netloc}" and known == request.get_host().lower()


@require_GET
@never_cache
def come_back(request: HttpRequest) -> HttpResponse:
    """Back at the old host: the code is used up, and what was kept is sent as who signed in there."""
    before, host = asker_of(request), request.GET.get("from_host", "")
    try:
        person = actions.redeem(
            request.GET.get("code", ""), origin_of(request), request.session.get(STATE, "")
        )
    except SekishoError as problem:
        messages.error(request, problem.told(before.language))
        return HttpResponseRedirect(reverse("console:messenger-begin"))
    held = queries.current(before)
    request.session.pop(STATE, None)
    let_come(request, person.id, host if host in hosts().values() else "")
    if held is None:
        return HttpResponseRedirect(reverse("console:messenger-begin"))
    after = Asker(
        person, held.surface, before.language, _account(person.roles, held.organisation), before.visitor
    )
    actions.pass_on(before, after, held.id)
    if (said := actions.send_kept(after, held.id)) and said.to_answer:
        actions.answer(after, held.id, said.to_answer)
    return HttpResponseRedirect(f"{reverse('console:messenger-talk', args=[held.id])}#end")


def _account(accounts: Iterable[str], chosen: str) -> str:
    held = list(accounts)
    return chosen if chosen in held else (held[0] if len(held) == 1 else "")
