"""How a reader wants to be shown things: language and light or dark. Cookies of ours, no script needed."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from sekisho.base.text import LANGS

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"
KEPT_S = 365 * 24 * 3600
"""A year: a preference, not a trace; it says nothing about who the reader is."""


def theme_of(request: HttpRequest) -> str:
    """Return `light`, `dark`, or `auto` for whatever the system says."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return theme if theme in THEMES else "auto"


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language or theme, and lead back to the page it was chosen on."""
    response = HttpResponseRedirect(_back(request))
    if (language := request.POST.get("language")) in LANGS:
        _keep(response, settings.LANGUAGE_COOKIE_NAME, language)
    if (theme := request.POST.get("theme")) in THEMES:
        _keep(response, THEME_COOKIE, theme)
    return response


def _back(request: HttpRequest) -> str:
    """The page to return to: only ever one of ours, so that the form cannot be used to send people elsewhere."""
    page = request.POST.get("next", "")
    return page if url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()) else "/"


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=KEPT_S, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )
