"""Pages for what went wrong: they say what happened and what to do, in the shared frame."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sekisho.base.errors import SekishoError
from sekisho.base.text import Lang


@dataclass(frozen=True, slots=True)
class Fault:
    number: int
    title: str | Promise
    text: str | Promise
    again: bool = False
    """Whether trying the same once more may help."""


BAD_REQUEST = Fault(
    400,
    _("We could not read that request"),
    _("Something in the address or in the form was not as expected. Please go back and try once more."),
)
FORBIDDEN = Fault(
    403,
    _("This needs another permission"),
    _("You are signed in, but your role does not include this. Please ask an owner of your organisation."),
)
SIGN_IN_ANEW = Fault(
    403,
    _("Please sign in once more"),
    _(
        "Only somebody who signed in within the last five minutes can do this. "
        "Nothing was done. Sign out, sign in again, and come back to this page."
    ),
)
EXPIRED_FORM = Fault(
    403,
    _("This form has expired"),
    _(
        "To protect you, forms are valid for one sign-in only. Please go back, reload the page and send the form again."
    ),
)
NOT_FOUND = Fault(
    404,
    _("There is nothing here"),
    _(
        "The page does not exist, or it is not shared with you. "
        "Please check the address, or sign in with another account."
    ),
)
FORM_ONLY = Fault(
    405,
    _("This address only takes a form"),
    _("Opening it sends nothing. Please go back to the page with the form, and send it from there."),
)
BROKEN = Fault(
    500,
    _("Something went wrong on our side"),
    _(
        "Your work up to the last step is kept. Please try again in a moment. If it stays so, please tell the operator."
    ),
    again=True,
)


def of_link(refusal: SekishoError, lang: Lang) -> Fault:
    """Return the page for a signed link that does not open: expired (410) or none of ours (404)."""
    if refusal.code == "link_expired":
        return Fault(410, _("This link has expired"), refusal.told(lang))
    if refusal.code == "link_forged":
        return Fault(404, _("This link does not open anything"), refusal.told(lang))
    return NOT_FOUND


def show(request: HttpRequest, fault: Fault) -> HttpResponse:
    context = {"number": fault.number, "title": fault.title, "text": fault.text, "again": fault.again}
    return render(request, "console/fault.html", context, status=fault.number)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(request, BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(request, FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return show(request, EXPIRED_FORM)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(request, NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    return show(request, BROKEN)
