"""Notices: what an organisation was told, and what one was told in person; newest first, and each in full."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sekisho.accounts import queries as accounts
from sekisho.accounts.types import OrganisationView
from sekisho.console.access import viewer_of
from sekisho.console.customer import crumbs
from sekisho.console.templatetags.console import reader_lang
from sekisho.notices import actions, queries


@login_required
def of_organisation(request: HttpRequest, org: str) -> HttpResponse:
    """List what the organisation was told, a page at a time."""
    return _listing(request, accounts.organisation(viewer_of(request), org))


@login_required
def own(request: HttpRequest) -> HttpResponse:
    """List what one was told in person."""
    return _listing(request, None)


@login_required
def one_of_organisation(request: HttpRequest, org: str, notice: str) -> HttpResponse:
    """Show one notice in full. It counts as read from then on."""
    return _notice(request, accounts.organisation(viewer_of(request), org), notice)


@login_required
def one_of_own(request: HttpRequest, notice: str) -> HttpResponse:
    return _notice(request, None, notice)


def _listing(request: HttpRequest, organisation: OrganisationView | None) -> HttpResponse:
    cursor = request.GET.get("cursor", "")
    org = organisation.id if organisation else ""
    found = queries.notices(viewer_of(request), org, before=cursor, limit=queries.PAGE + 1)
    rows, more = found[: queries.PAGE], len(found) > queries.PAGE
    context = {
        "organisation": organisation,
        "notices": [(row, _address(organisation, row.id)) for row in rows],
        "after": rows[-1].id if more else "",
        "newest": bool(cursor),
        "crumbs": [*(crumbs(organisation) if organisation else []), (_title(organisation), "")],
        "title": _title(organisation),
    }
    return render(request, "console/customer/notices_list.html", context)


def _notice(request: HttpRequest, organisation: OrganisationView | None, notice: str) -> HttpResponse:
    viewer, org = viewer_of(request), organisation.id if organisation else ""
    found = queries.notice(viewer, org, notice)
    actions.read(viewer, org, notice)
    above = [*(crumbs(organisation) if organisation else []), (_title(organisation), _address(organisation))]
    context = {"notice": found, "crumbs": [*above, (found.subject.in_(reader_lang()), "")]}
    return render(request, "console/customer/notices_notice.html", context)


def _title(organisation: OrganisationView | None) -> str:
    return _("Notices") if organisation else _("My notices")


def _address(organisation: OrganisationView | None, notice: str = "") -> str:
    """Where the list is, or one notice of it."""
    route = ("notice" if notice else "notices") if organisation else ("my-notice" if notice else "my-notices")
    return reverse(
        f"console:{route}", args=[part for part in (organisation and organisation.id, notice) if part]
    )
