"""The desk's own numbers, with charts (R-SUP-150)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from sekisho.accounts.rules import Permission
from sekisho.cases.desk import queries
from sekisho.cases.desk.queries import Numbers
from sekisho.console import charts, desk_words
from sekisho.console.access import staff_viewer
from sekisho.console.charts import Bar, Series, Stacked
from sekisho.console.words import Words
from sekisho.support.messenger.queries import outcomes
from sekisho.support.messenger.types import Counts, Outcome

PERIODS = {"week": 7, "month": 30, "quarter": 91}
_TONES = {"confirmed": "allow", "handed_over": "hold", "abstained": "annotate", "failed": "block"}


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Show what came, how quickly it was answered against what we promised, what waits, and how conversations ended."""
    viewer, at = staff_viewer(request, Permission.STAFF_TICKET_MEASURE), now()
    period = request.GET.get("period", "") if request.GET.get("period") in PERIODS else "month"
    since = _midnight(at) - timedelta(days=PERIODS[period] - 1)
    found, ended = queries.numbers(viewer, since, at, at), outcomes(since, at)
    context = {
        "numbers": found,
        "period": period,
        "periods": [("week", _("7 days")), ("month", _("30 days")), ("quarter", _("91 days"))],
        "opened": _opened(found, since, at),
        "kinds": _bars(found.by_kind, desk_words.KINDS),
        "kinds_most": max(found.by_kind.values(), default=1),
        "mail": [(status, desk_words.DELIVERIES.get(status, status), n) for status, n in found.mail.items()],
        "times": [
            (desk_words.DUTIES[duty], each, _said(each.median), _said(each.ninetieth))
            for duty, each in (("first_reply", found.first_reply), ("next_reply", found.next_reply))
        ],
        "ended": ended,
        "endings": _endings(ended),
        "endings_most": max((bar.value for bar in _endings(ended)), default=1),
        "crumbs": [(_("Desk"), reverse("console:staff-desk")), (_("Numbers"), "")],
    }
    return render(request, "console/staff/desk_numbers.html", context)


def _midnight(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _opened(found: Numbers, since: datetime, at: datetime) -> Stacked:
    days = [f"{since + timedelta(days=number):%Y-%m-%d}" for number in range((at - since).days + 1)]
    series = [Series(_("Cases"), "hold", tuple(found.by_day.get(day, 0) for day in days))]
    return charts.stacked("opened", _("Cases opened"), _("One column a day, in UTC."), days, series)


def _bars(counts: Mapping[str, int], words: Words) -> list[Bar]:
    most_first = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [Bar(str(words.get(name, name)), number) for name, number in most_first]


def _said(time: timedelta | None) -> str:
    """Return a time in hours and minutes; a dash for none."""
    if time is None:
        return "–"
    hours, minutes = divmod(int(time.total_seconds()) // 60, 60)
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}


def _endings(ended: Counts) -> list[Bar]:
    return [
        Bar(str(words), ended.by_outcome.get(Outcome(name), 0), _TONES.get(name, "quiet"))
        for name, words in desk_words.OUTCOMES.items()
    ]
