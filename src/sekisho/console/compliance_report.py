"""The report of notices, complaints and orders: every number with a way to its ids, and as a file."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from sekisho.accounts.rules import Permission
from sekisho.compliance import queries
from sekisho.compliance.rules.reporting import Report, Section, as_csv, as_json
from sekisho.console import compliance_words as words
from sekisho.console.access import staff_viewer
from sekisho.console.transparency import MEDIA, PeriodForm
from sekisho.enforcement.transparency.types import Period
from sekisho.enforcement.transparency.words import length_of

READ = Permission.STAFF_REPORT_READ


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Show the whole report of a period, or give it as a file, whole or with small numbers withheld."""
    viewer, at = staff_viewer(request, READ), now()
    form = PeriodForm(request.GET if "since" in request.GET else _last_month(at))
    context: dict[str, object] = {"form": form, "crumbs": [*_crumbs(), (_("Report"), "")]}
    if form.is_valid():
        kind = request.GET.get("file", "")
        if kind in MEDIA:
            found = queries.report(viewer, form.period, is_whole="whole" in request.GET)
            return _file(found, kind)
        found = queries.report(viewer, form.period, is_whole=True)
        context |= {"period": form.period, "parts": [_part(found, one.section) for one in found.parts]}
    return render(request, "console/staff/compliance_report.html", context)


@login_required
def ids(request: HttpRequest, period: str, section: str, dimension: str) -> HttpResponse:
    """List the ids that a number counts."""
    viewer = staff_viewer(request, READ)
    chosen, value = _period(period), request.GET.get("value", "")
    if section not in set(Section):
        raise Http404
    found = queries.ids_behind(viewer, chosen, Section(section), dimension, value)
    page = f"{reverse('console:staff-compliance-report')}?since={chosen.since}&last={chosen.last}"
    context = {
        "section": words.SECTIONS[section],
        "dimension": words.DIMENSIONS[dimension],
        "value": value,
        "ids": found,
        "crumbs": [*_crumbs(), (_("Report"), page), (_("Ids"), "")],
    }
    return render(request, "console/staff/compliance_ids.html", context)


def _part(found: Report, section: Section) -> dict[str, object]:
    part = next(one for one in found.parts if one.section is section)
    tables = [
        {
            "name": words.DIMENSIONS[table.dimension],
            "most": max((count or 0 for count in table.counts.values()), default=0),
            "lines": [
                (value, count, _href(found.period, section, table.dimension, value))
                for value, count in table.counts.items()
            ],
        }
        for table in part.tables
        if table.counts
    ]
    waited = [(share, length_of(seconds)) for share, seconds in part.waited_s.items()]
    return {
        "id": section.value,
        "name": words.SECTIONS[section.value],
        "total": part.total,
        "tables": tables,
        "waited": waited,
    }


def _href(period: Period, section: Section, dimension: str, value: str) -> str:
    query = QueryDict(mutable=True)
    query["value"] = value
    page = reverse("console:staff-compliance-ids", args=[period.id, section.value, dimension])
    return f"{page}?{query.urlencode()}"


def _file(found: Report, kind: str) -> HttpResponse:
    body = as_json(found) if kind == "json" else as_csv(found)
    response = HttpResponse(body, content_type=MEDIA[kind])
    response["Content-Disposition"] = f'attachment; filename="compliance-{found.period.id}.{kind}"'
    return response


def _last_month(at: datetime) -> dict[str, str]:
    last = at.date().replace(day=1) - timedelta(days=1)
    return {"since": last.replace(day=1).isoformat(), "last": last.isoformat()}


def _period(named: str) -> Period:
    first, _dots, last = named.partition("..")
    try:
        return Period(date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1))
    except (ValueError, OverflowError):
        raise Http404 from None


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Compliance"), reverse("console:staff-compliance"))]
