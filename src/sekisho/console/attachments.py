"""The host that hands files out: nothing else lives there, and files live nowhere else (R-SUP-080)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.utils.translation import get_language

from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.text import as_lang
from sekisho.cases.mail import attachments

PREFIX = "/attachments/"
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_STATUS = {"file_harmful": 403, "file_unscanned": 503, "link_expired": 410}


class OriginMiddleware:
    """Keeps the two hosts apart, before sessions and languages are looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = attachments.host()
        is_there = bool(host) and request.headers.get("Host", "").lower() == host
        if is_there and request.path.startswith(PREFIX) and request.method in ("GET", "HEAD"):
            return by_link(request, request.path.removeprefix(PREFIX))
        if is_there or request.path.startswith(PREFIX):
            return _plain("Not found", 404)
        return self.get_response(request)


def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Hand out the file that the link opens."""
    try:
        return download(attachments.by_link(token, now()))
    except NotFoundError:
        return _plain("Not found", 404)
    except SekishoError as refusal:
        lang = as_lang(request.headers.get("Accept-Language", "")[:2])
        return _plain(refusal.told(lang), _STATUS.get(refusal.code, 404))


def hand_out(enclosure: str, name: str, content: bytes) -> HttpResponse:
    """Return the way to a file that its reader was just found to be allowed: to the host for files, or, where there is
    none, the file itself in a sandbox."""
    if there := attachments.link(enclosure, now()):
        return HttpResponseRedirect(there)
    try:
        return download(attachments.handed(name, content))
    except SekishoError as refusal:
        return _plain(refusal.told(as_lang(get_language())), _STATUS.get(refusal.code, 404))


def download(file: attachments.Handed) -> HttpResponse:
    """Return a file so that every browser saves it, and none shows or runs it."""
    response = HttpResponse(file.content, content_type=file.media_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    return _guarded(response)


def _plain(text: str, status: int) -> HttpResponse:
    return _guarded(HttpResponse(text + "\n", content_type="text/plain; charset=utf-8", status=status))


def _guarded(response: HttpResponse) -> HttpResponse:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
