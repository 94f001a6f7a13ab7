"""Who is looking at a page. Every query starts with this viewer; what the viewer may not see reads as not found."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

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
