"""The transparency report: as published, for everybody; from today's rows and with ids, for staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.validators import MaxValueValidator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sekisho.accounts.rules import Permission, may
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text, as_lang
from sekisho.console.access import staff_viewer
from sekisho.enforcement.transparency import actions, queries, words
from sekisho.enforcement.transparency.titles import titles_at
from sekisho.enforcement.transparency.types import Part, Period, Report, Section, Table
from sekisho.enforcement.transparency.writing import MARK, Titles, as_csv, told

MEDIA = {"json": "application/json; charset=utf-8", "csv": "text/csv; charset=utf-8"}
LATEST = date(2999, 12, 31)
"""The last day that a form takes: the day after the very last one does not exist."""
Href = Callable[[Section, str, str], str]
"""Where a number leads: section, dimension, value."""


@dataclass(frozen=True, slots=True)
class Line:
    """One number, as a page shows it."""

    name: Text
    told: str
    count: int
    """For its bar; 0 for a withheld one."""
    href: str


@dataclass(frozen=True, slots=True)
class TableView:
    caption: Text
    lines: tuple[Line, ...]
    most: int


@dataclass(frozen=True, slots=True)
class PartView:
    id: str
    name: Text
    total: str
    waited: Text | None
    tables: tuple[TableView, ...]


# --- for everybody ------------------------------------------------------------------------------------------
def listing(request: HttpRequest) -> HttpResponse:
    """List what was published, the latest first."""
    crumbs = [(_("Transparency"), "")]
    context = {"reports": queries.published(), "crumbs": crumbs}
    return render(request, "console/public/transparency.html", context)


def published(request: HttpRequest, period: str) -> HttpResponse:
    """Show a report as it was published."""
    found = queries.published_one(period)
    context = {
        **_shown(found.report, lambda *_where: ""),
        "published": found,
        "crumbs": [(_("Transparency"), reverse("console:transparency")), (period, "")],
    }
    return render(request, "console/public/transparency_report.html", context)


def download(request: HttpRequest, period: str, form: str) -> HttpResponse:
    """Give a published report as a file: the JSON byte for byte as it was frozen."""
    if form not in MEDIA:
        raise Http404
    found = queries.published_one(period)
    body = found.document if form == "json" else as_csv(found.report)
    response = HttpResponse(body, content_type=MEDIA[form])
    response["Content-Disposition"] = f'attachment; filename="transparency-{found.report.period.id}.{form}"'
    return response


# --- for staff ----------------------------------------------------------------------------------------------
class PeriodForm(forms.Form):
    """From which day to which."""

    since = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MaxValueValidator(LATEST)],
    )

    def clean(self) -> dict[str, date]:
        data = super().clean() or {}
        if "since" in data and "last" in data and data["last"] < data["since"]:
            self.add_error("last", _("The last day lies before the first. Choose a later one."))
        return data

    @property
    def period(self) -> Period:
        return Period(self.cleaned_data["since"], self.cleaned_data["last"] + timedelta(days=1))


@login_required
def staff(request: HttpRequest) -> HttpResponse:
    """Show the whole report of any period, each number with a way to its ids; publish it once the period is over."""
    viewer, at = staff_viewer(request, Permission.STAFF_REPORT_READ), now()
    asked = request.POST if request.method == "POST" else request.GET
    form = PeriodForm(asked if "since" in asked else _last_month(at))
    publishes = may(viewer, Permission.STAFF_REPORT_PUBLISH)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            actions.publish(viewer, form.period)
        except SekishoError as problem:
            refusal = problem.told(as_lang(get_language()))
        else:
            messages.success(request, _("Published. It stays as it is now."))
            return HttpResponseRedirect(reverse("console:transparency-report", args=[form.period.id]))
    context = {
        "form": form,
        "refusal": refusal,
        "publishes": publishes,
        "published": queries.published(),
        "crumbs": [(_("Transparency report"), "")],
    }
    if form.is_valid():
        report = queries.report(viewer, form.period, is_whole=True)
        context |= _shown(report, _to_ids(form.period))
    return render(request, "console/staff/transparency.html", context, status=409 if refusal else 200)


@login_required
def ids(request: HttpRequest, period: str, section: str, dimension: str) -> HttpResponse:
    """List the ids that a number counts, page by page."""
    viewer = staff_viewer(request, Permission.STAFF_REPORT_READ)
    of, chosen = _section(section), _period(period)
    value, cursor = request.GET.get("value", ""), request.GET.get("cursor", "")
    found = queries.ids_behind(viewer, chosen, of, dimension, value, after=cursor)
    page = reverse("console:staff-transparency") + f"?since={chosen.since}&last={chosen.last}"
    context = {
        "section": words.SECTIONS[of.value],
        "dimension": words.DIMENSIONS[dimension],
        "value": titles_at(chosen.ends)(value),
        "period": chosen,
        "ids": found,
        "are_decisions": of is Section.DECISIONS,
        "after": found[-1] if len(found) == queries.PAGE else "",
        "newest": bool(cursor),
        "crumbs": [(_("Transparency report"), page), (_("Ids"), "")],
    }
    return render(request, "console/staff/transparency_ids.html", context)


def _to_ids(period: Period) -> Href:
    def href(section: Section, dimension: str, value: str) -> str:
        query = QueryDict(mutable=True)
        query["value"] = value
        page = reverse("console:staff-transparency-ids", args=[period.id, section.value, dimension])
        return f"{page}?{query.urlencode()}"

    return href


def _last_month(at: datetime) -> dict[str, str]:
    last = at.date().replace(day=1) - timedelta(days=1)
    return {"since": last.replace(day=1).isoformat(), "last": last.isoformat()}


def _period(words_: str) -> Period:
    first, _dots, last = words_.partition("..")
    try:
        return Period(date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1))
    except (ValueError, OverflowError):
        raise Http404 from None


def _section(name: str) -> Section:
    try:
        return Section(name)
    except ValueError:
        raise Http404 from None


# --- what both show -----------------------------------------------------------------------------------------
def _shown(report: Report, href: Href) -> dict[str, object]:
    titles = titles_at(report.period.ends)
    share = report.automation_error
    said = words.OF.format(part=share.part, of=share.of, percent=share.percent) if share else None
    return {
        "period": report.period,
        "parts": [_part(part, titles, href) for part in report.parts],
        "withheld": None if report.is_whole else words.WITHHELD,
        "error": said,
        "error_name": words.ERROR,
        "median_name": words.MEDIAN,
        "mark": MARK,
    }


def _part(part: Part, titles: Titles, href: Href) -> PartView:
    waited = words.length_of(part.median_s) if part.median_s is not None else None
    tables = tuple(_table(part.section, table, titles, href) for table in part.tables if table.cells)
    return PartView(part.section.value, words.SECTIONS[part.section.value], told(part.total), waited, tables)


def _table(section: Section, table: Table, titles: Titles, href: Href) -> TableView:
    lines = tuple(
        Line(
            titles(cell.value), told(cell.count), cell.count or 0, href(section, table.dimension, cell.value)
        )
        for cell in table.cells
    )
    return TableView(words.DIMENSIONS[table.dimension], lines, max(line.count for line in lines))
