"""Who asks in a request: signed in here, come over from the new console, or a browser in which nobody is."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.timezone import now

from sekisho.accounts import queries as accounts
from sekisho.accounts.types import Viewer
from sekisho.base import settings as declared
from sekisho.cases.rules.reading import PROGRAMS
from sekisho.compliance.queries import regions_in_force
from sekisho.console.access import viewer_of
from sekisho.console.templatetags.console import reader_lang
from sekisho.support.messenger.rules.hosts import Goes, Move, SignedIn, before_sending, pairs
from sekisho.support.messenger.types import Asker
from sekisho.support.queries import actor_of
from sekisho.support.types import Surface

COOKIE = "__Host-support_visitor" if settings.SESSION_COOKIE_SECURE else "support_visitor"
"""The secret of a browser in which somebody began a conversation without signing in. Set by agreeing, never before.

Over HTTPS, by its name, no neighbouring host can put one there (RFC 6265bis, section 4.1.3.2).
"""
COOKIE_S = 30 * 24 * 3600
ORIGIN = "signed_in_at"
"""In a session: the host on which it was made (R-SUP-087)."""
CAME_AS, CAME_FROM, CAME_BY, CAME_AT, STATE = (
    "support_as", "support_from", "support_by", "support_at", "support_state"
)  # fmt: skip
"""In a session: who signed in at the new host, at which, by which of their sign-ins and when, and the secret that binds
the way back to this browser."""
CAME_LIVES = timedelta(hours=1)
"""How long a sign-in at the new host counts here. Our decision: longer than a conversation, shorter than a day at a
computer that others use too, as signing out over there ends nothing here."""
SURFACES: Mapping[str, Surface] = {"product": Surface.PRODUCT, "help": Surface.HELP_CENTRE}


@receiver(user_logged_in, dispatch_uid="messenger_origin")
def note_origin(sender: object, request: HttpRequest | None, **_: object) -> None:
    """Let the session carry the host on which it was made. A sign-in that came by no connection has none."""
    if request is not None and "SERVER_NAME" in request.META and hasattr(request, "session"):
        request.session[ORIGIN] = request.get_host().lower()


def hosts() -> Mapping[str, str]:
    """Return old console host → new one, as the settings say."""
    return pairs(declared.words("support_console_hosts"))


def asker_of(request: HttpRequest, organisation: str = "") -> Asker:
    """Return who asks. `organisation` is the account that they chose; who has one alone need not."""
    viewer, surface = _viewer(request), surface_of(request)
    chosen = organisation or asked_for(request, "organisation")
    if chosen not in viewer.roles:
        chosen = next(iter(viewer.roles)) if len(viewer.roles) == 1 else ""
    if surface is Surface.PRODUCT and chosen and actor_of(viewer, chosen, at=now()).plan in PROGRAMS:
        surface = Surface.CONSOLE
    secret = request.COOKIES.get(COOKIE, "")
    return Asker(viewer, surface, reader_lang(), chosen, secret, regions_in_force())


def _viewer(request: HttpRequest) -> Viewer:
    """Return who came over from the new host, in the help centre alone, else who has signed in here (R-SUP-089)."""
    came = came_as(request)
    if came and surface_of(request) is Surface.HELP_CENTRE and isinstance(_checked(request), Goes):
        return accounts.viewer(came)
    return viewer_of(request)


def let_come(request: HttpRequest, person: str, host: str) -> None:
    """Let the sign-in of somebody at the new host count in this browser."""
    facts = (person, host, accounts.sign_in_mark(person), now().isoformat())
    request.session.update(zip((CAME_AS, CAME_FROM, CAME_BY, CAME_AT), facts, strict=True))


def came_as(request: HttpRequest) -> str:
    """Return who came over from the new host, while that counts; empty for nobody. What ends a person's sessions, such
    as a new password, ends this too."""
    person, by, at = (request.session.get(name, "") for name in (CAME_AS, CAME_BY, CAME_AT))
    lives = bool(person and at) and now() < datetime.fromisoformat(at) + CAME_LIVES
    return person if lives and constant_time_compare(by, accounts.sign_in_mark(person)) else ""


def surface_of(request: HttpRequest) -> Surface:
    """Return where somebody asks: the product's pages only for who has signed in."""
    named = SURFACES.get(asked_for(request, "from"), Surface.HELP_CENTRE)
    return named if viewer_of(request).id else Surface.HELP_CENTRE


def asked_for(request: HttpRequest, name: str) -> str:
    return request.POST.get(name) or request.GET.get(name, "")


def must_move(request: HttpRequest, surface: Surface) -> Move | None:
    """Return the host at which to sign in before anything is sent from here; None when it may go."""
    if surface is not Surface.HELP_CENTRE:
        return None
    answer = _checked(request)
    return answer if isinstance(answer, Move) else None


def _checked(request: HttpRequest) -> Goes | Move:
    return before_sending(Surface.HELP_CENTRE, sessions(request), hosts())


def sessions(request: HttpRequest) -> tuple[SignedIn, ...]:
    """Return the sign-ins that this browser has shown us, each with the host on which it was made."""
    found = []
    if request.user.is_authenticated:
        made_at = request.session.get(ORIGIN) or request.get_host().lower()
        found.append(SignedIn(made_at, str(request.user.pk)))
    if came := came_as(request):
        found.append(SignedIn(request.session.get(CAME_FROM, ""), came))
    return tuple(found)


def origin_of(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host().lower()}"


def newcomer(asker: Asker) -> Asker:
    """Return the asker with a secret of ours by which a conversation without sign-in is found again.

    A new one for each conversation, whatever the browser sent: a secret that somebody else put there opens nothing.
    """
    return asker if asker.viewer.id else replace(asker, visitor=secrets.token_urlsafe(32))


def remember(response: HttpResponse, asker: Asker) -> HttpResponse:
    """Leave the browser's secret with it, out of reach of scripts."""
    if not asker.viewer.id:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(
            COOKIE, asker.visitor, max_age=COOKIE_S, secure=secure, httponly=True, samesite="Lax"
        )
    return response
