"""Pages that a browser may keep, and ask of whether they are still right."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag

View = Callable[..., HttpResponse]
_TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*')
PUBLIC_S = 300
"""Seconds for which anybody's cache may keep what is the same for everybody."""


def revalidated(view: View) -> View:
    """Let the reader's own browser keep a page, and answer 304 while it would be the same.

    The tag is taken of the page itself, so that nothing on it can be forgotten. Tokens against forged requests, drawn
    anew for each answer, are left out of it; the cookie that they belong to is in it, since forms of a page that was
    kept would be refused without.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method not in ("GET", "HEAD") or response.status_code != 200:
            return response
        secret = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "").encode()
        digest = sha256(secret + b"\n" + _TOKEN.sub(rb"\1", response.content)).hexdigest()
        response["ETag"] = quote_etag(digest[:40])
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ("Cookie", "Accept-Language"))
        return cast(HttpResponse, get_conditional_response(request, response["ETag"], response=response))

    return answer


def for_everybody(body: str, content_type: str, request: HttpRequest) -> HttpResponse:
    """Return what is the same for everybody who asks for this address in this language."""
    response = HttpResponse(body, content_type=content_type)
    response["ETag"] = quote_etag(sha256(response.content).hexdigest()[:40])
    response["Cache-Control"] = f"public, max-age={PUBLIC_S}"
    patch_vary_headers(response, ("Accept-Language",))
    return cast(HttpResponse, get_conditional_response(request, response["ETag"], response=response))


class PrivateMiddleware:
    """Keeps what somebody who has signed in is shown out of caches that others share, where the page itself says
    nothing; the sensitive ones say `no-store`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        return response
