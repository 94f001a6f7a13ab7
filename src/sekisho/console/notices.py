"""An organisation's notices: what it was told, newest first, and one of them in full."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sekisho.accounts import queries as accounts
from sekisho.console.access import viewer_of
from sekisho.console.customer import crumbs
from sekisho.console.templatetags.console import reader_lang
from sekisho.notices import actions, queries


@login_required
def listing(request: HttpRequest, org: str) -> HttpResponse:
    """List the organisation's notices and one's own, a page at a time."""
    viewer = viewer_of(request)
    organisation = accounts.organisation(viewer, org)
    cursor = request.GET.get("cursor", "")
    found = queries.notices(viewer, org, before=cursor, limit=queries.PAGE + 1)
    rows, more = found[: queries.PAGE], len(found) > queries.PAGE
    context = {
        "organisation": organisation,
        "notices": rows,
        "after": rows[-1].id if more else "",
        "newest": bool(cursor),
        "crumbs": [*crumbs(organisation), (_("Notices"), "")],
    }
    return render(request, "console/customer/notices_list.html", context)


@login_required
def notice(request: HttpRequest, org: str, notice: str) -> HttpResponse:
    """Show one notice in full. It counts as read from then on."""
    viewer = viewer_of(request)
    organisation = accounts.organisation(viewer, org)
    found = queries.notice(viewer, org, notice)
    actions.read(viewer, org, notice)
    here = found.subject.in_(reader_lang())
    context = {
        "organisation": organisation,
        "notice": found,
        "crumbs": [
            *crumbs(organisation),
            (_("Notices"), reverse("console:notices", args=[org])),
            (here, ""),
        ],
    }
    return render(request, "console/customer/notices_notice.html", context)
