"""Who is looking at a page. Every query starts with this viewer; what the viewer may not see reads as not found."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import NOBODY, Viewer
from sekisho.base.errors import NotAllowedError, NotFoundError
from sekisho.console import faults


def viewer_of(request: HttpRequest) -> Viewer:
    """Return who asks, read once a request; `NOBODY` when nobody has signed in."""
    known = getattr(request, "viewer", None)
    if known is None:
        person = request.user
        known = accounts.viewer(str(person.pk)) if person.is_authenticated else NOBODY
        request.viewer = known  # type: ignore[attr-defined]
    return cast(Viewer, known)


def staff_viewer(request: HttpRequest, permission: Permission) -> Viewer:
    """Return the viewer if they hold the permission; for anybody else the page does not exist."""
    viewer = viewer_of(request)
    if not may(viewer, permission):
        raise accounts.not_found("page_not_found")
    return viewer


def proven(view: Callable[..., HttpResponse], *, also_to_look: bool = False) -> Callable[..., HttpResponse]:
    """Return the view for people who proved minutes ago who they are: what it is sent, or with `also_to_look` the page
    too, waits until they have.

    Asked for is the password or a code of the second step. Who has neither, and signs in by mail or through their
    organisation, is asked to sign in anew. How many seconds a proof holds is `ACCOUNT_REAUTHENTICATION_TIMEOUT`.
    """

    @wraps(view)
    def asked(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
        looks = request.method in ("GET", "HEAD") and not also_to_look
        if looks or (not _can_be_asked(request) and _signed_in_lately(request)):
            return view(request, *args, **named)
        if not _can_be_asked(request):
            return faults.show(request, faults.SIGN_IN_ANEW)
        return cast(HttpResponse, reauthentication_required(view)(request, *args, **named))

    return asked


def _can_be_asked(request: HttpRequest) -> bool:
    return bool(get_adapter().get_reauthentication_methods(request.user))


def _signed_in_lately(request: HttpRequest) -> bool:
    moments = [float(one["at"]) for one in get_authentication_records(request, request.user)]
    return bool(moments) and time.time() - max(moments) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


class RefusalMiddleware:
    """Turns the two refusals of queries and actions into pages: what is not yours to see does not exist.

    So it does with an address that only takes a form, when somebody opens it: after a mistake in the form it is the one
    that stands in the browser.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and request.method == "GET" and not response.content:
            shown = faults.show(request, faults.FORM_ONLY)
            shown["Allow"] = response["Allow"]
            return shown
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match exception:
            case NotFoundError():
                return faults.show(request, faults.NOT_FOUND)
            case NotAllowedError():
                return faults.show(request, faults.FORBIDDEN)
            case _:
                return None
