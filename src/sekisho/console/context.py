"""What every page needs around its content: where one can go, and how one wants to be shown things."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import NOBODY, Viewer
from sekisho.cases.rules.queues import queues_of
from sekisho.console import nav
from sekisho.console.access import viewer_of
from sekisho.console.preferences import theme_of
from sekisho.notices import queries as notices
from sekisho.support.relay import queries as relay


@dataclass(frozen=True, slots=True)
class Frame:
    nav: tuple[nav.Section, ...]
    theme: str
    signed_in: bool
    name: str = ""
    """Of who has signed in, as their menu at the bottom left shows it (R-SUP-015)."""
    initials: str = ""
    in_help: bool = False
    """Whether this is a page of the help centre, which everybody sees with the messenger's icon (R-SUP-016)."""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the frame of a page. Also for pages of errors, which may come before anybody is known."""
    viewer = viewer_of(request) if hasattr(request, "user") else NOBODY
    match = request.resolver_match
    here = match.view_name if match else ""
    chosen = str(match.kwargs.get("org", "")) if match else ""
    signed_in = bool(viewer.id)
    sections = _signed_in(viewer, here, chosen) if signed_in else _public(here)
    name = _name(request) if signed_in else ""
    in_help = here.startswith(("console:help", "console:messenger"))
    return {"frame": Frame(sections, theme_of(request), signed_in, name, initials_of(name), in_help)}


def initials_of(name: str) -> str:
    """Return up to two letters for a name: the first of its first and last word, or one where it is one word."""
    words = name.split()
    ends = words[:1] if len(words) < 2 or not name.isascii() else [words[0], words[-1]]
    return "".join(word[0] for word in ends).upper()


def _name(request: HttpRequest) -> str:
    return str(getattr(request.user, "name", "") or getattr(request.user, "email", ""))


def home_of(viewer: Viewer) -> str:
    """Return the address at which somebody who has signed in begins."""
    if viewer.roles:
        return reverse("console:home", args=[first_organisation(viewer)])
    if may(viewer, Permission.STAFF_DECISION_READ):
        return reverse("console:staff-decisions")
    if may(viewer, Permission.STAFF_HEALTH_READ):
        return reverse("console:operator")
    if _decides_on_holds(viewer):
        return reverse("console:staff-holds")
    return reverse("console:staff-policy" if viewer.staff else "console:policy")


def first_organisation(viewer: Viewer) -> str:
    return next((one.id for one in accounts.organisations(viewer) if one.id in viewer.roles), "")


def _public(here: str) -> tuple[nav.Section, ...]:
    return (nav.section("", nav.PUBLIC, here, lambda place: reverse(place.route)),)


def _signed_in(viewer: Viewer, here: str, chosen: str) -> tuple[nav.Section, ...]:
    return (
        *_organisations(viewer, here, chosen),
        *_staff(viewer, here),
        nav.section(_("For everyone"), _shared(viewer), here, lambda place: reverse(place.route)),
        nav.section(
            _("My account"),
            nav.ACCOUNT,
            here,
            lambda place: reverse(place.route),
            {nav.MY_NOTICES: notices.unread(viewer, "")},
        ),
    )


def _organisations(viewer: Viewer, here: str, chosen: str) -> list[nav.Section]:
    """The pages of the organisation one is in, and a way to each other one that one belongs to."""
    mine = [one for one in accounts.organisations(viewer) if one.id in viewer.roles]
    if not mine:
        return []
    at = next((one for one in mine if one.id == chosen), mine[0])
    new = {nav.NOTICES: notices.unread(viewer, at.id), nav.QUESTIONS: relay.waiting(viewer, at.id)}
    sections = [
        nav.section(at.name, nav.CUSTOMER, here, lambda place: reverse(place.route, args=[at.id]), new)
    ]
    others = [one for one in mine if one.id != at.id]
    if others:
        items = [nav.Item(one.name, reverse("console:home", args=[one.id]), "home", False) for one in others]
        sections.append(nav.Section(_("Other organisations"), tuple(items)))
    return sections


def _staff(viewer: Viewer, here: str) -> list[nav.Section]:
    places = [
        *([nav.STAFF[0]] if may(viewer, Permission.STAFF_DECISION_READ) else []),
        *(nav.STAFF[1:] if may(viewer, Permission.STAFF_POLICY_READ) else []),
        *(nav.DESK if queues_of(viewer) else []),
        *(nav.REVIEW if may(viewer, Permission.STAFF_CASE_READ) else []),
        *(nav.REPORTS if may(viewer, Permission.STAFF_REPORT_READ) else []),
        *(nav.SIGNALS if may(viewer, Permission.STAFF_CASE_READ) else []),
        *(nav.STANDING if may(viewer, Permission.STAFF_STANDING_READ) else []),
        *(nav.APPEALS if may(viewer, Permission.STAFF_APPEAL_READ) else []),
        *(nav.HOLDS if _decides_on_holds(viewer) else []),
        *(nav.PROFESSIONALS if may(viewer, Permission.STAFF_PROFESSIONAL_REGISTER) else []),
        *(nav.CALENDAR if may(viewer, Permission.STAFF_RETENTION_READ) else []),
        *(nav.RETENTION if may(viewer, Permission.STAFF_RETENTION_READ) else []),
        *(nav.LEGAL_HOLDS if may(viewer, Permission.STAFF_LEGAL_HOLD_PLACE) else []),
        *(nav.ERASURES if may(viewer, Permission.STAFF_ERASURE_EXECUTE) else []),
        *(nav.PROVIDERS if may(viewer, Permission.STAFF_RETENTION_READ) else []),
        *(nav.SAFETY if may(viewer, Permission.STAFF_SAFETY_READ) else []),
        *(nav.FEEDBACK if may(viewer, Permission.STAFF_FEEDBACK_READ) else []),
        *(nav.MAILROOM if queues_of(viewer) else []),
        *(nav.IDENTITY if may(viewer, Permission.STAFF_IDENTITY_READ) else []),
        *(nav.ARTICLES if may(viewer, Permission.STAFF_ARTICLE_WRITE) else []),
        *(nav.REQUESTS if may(viewer, Permission.STAFF_ERASURE_EXECUTE) else []),
        *(nav.DATASETS if may(viewer, Permission.STAFF_DATASET_BUILD) else []),
        *(nav.SUPPORT_POLICY if _sees_support_policy(viewer) else []),
        *(nav.COMPLIANCE if may(viewer, Permission.STAFF_COMPLAINT_READ) else []),
        *(nav.OPERATOR if may(viewer, Permission.STAFF_HEALTH_READ) else []),
    ]
    return [nav.section(_("Staff"), places, here, lambda place: reverse(place.route))] if places else []


def _sees_support_policy(viewer: Viewer) -> bool:
    return may(viewer, Permission.STAFF_SUPPORT_CHANGE) or may(viewer, Permission.STAFF_TICKET_READ)


def _decides_on_holds(viewer: Viewer) -> bool:
    return may(viewer, Permission.STAFF_HOLD_READ) or may(viewer, Permission.STAFF_CASE_READ)


def _shared(viewer: Viewer) -> tuple[nav.Place, ...]:
    return nav.SHARED if viewer.roles else (nav.POLICY, nav.HELP)
