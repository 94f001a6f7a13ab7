"""The operator's page: which gateways are heard, how fresh what they know is, what waits, and who can see."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from sekisho.console.access import viewer_of
from sekisho.console.detectors import cascade
from sekisho.link import queries as link
from sekisho.link.queries import LinkState
from sekisho.notices import queries as notices
from sekisho.records import queries as records

log = logging.getLogger(__name__)

HEARD_WITHIN = timedelta(hours=24)
MAIL_WITHIN = timedelta(days=7)


@login_required
def page(request: HttpRequest) -> HttpResponse:
    viewer, at = viewer_of(request), now()
    context = {
        "figures": [*_figures(link.state(viewer, at), at), *_mail(at)],
        "gateways": records.gateways_seen(viewer, at - HEARD_WITHIN),
        "detectors": _detectors(),
    }
    return render(request, "console/operator/page.html", context)


def _detectors() -> list[tuple[str, bool]]:
    """The detectors and whether each is healthy; none when they cannot be loaded, which the page says."""
    try:
        return sorted(cascade().health().items())
    except Exception:
        # Whatever ails a detector, the page that tells of it has to stand.
        log.exception("detectors.unavailable")
        return []


def _figures(state: LinkState, at: datetime) -> list[dict[str, object]]:
    age = round((at - state.issued_at).total_seconds()) if state.issued_at else None
    freshness = _("None yet") if age is None else _("%(seconds)s s") % {"seconds": max(0, age)}
    return [
        {"label": _("Snapshot revision"), "value": state.revision},
        {"label": _("Snapshot age"), "value": freshness, "alarm": state.is_stale},
        {"label": _("Waiting to be recorded"), "value": _at_most(state.waiting)},
        {"label": _("In quarantine"), "value": state.quarantined, "alarm": state.quarantined > 0},
    ]


def _mail(at: datetime) -> list[dict[str, object]]:
    waiting, given_up = notices.undelivered(at - MAIL_WITHIN)
    return [
        {"label": _("Mails tried again"), "value": waiting, "alarm": waiting > 0},
        {"label": _("Mails given up in 7 days"), "value": given_up, "alarm": given_up > 0},
    ]


def _at_most(waiting: int) -> str:
    return _("%(count)s or more") % {"count": waiting} if waiting >= link.COUNTED else str(waiting)
