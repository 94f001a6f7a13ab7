"""Pages for who reports: the form for everybody, and the page that tells how far a report has come."""

from __future__ import annotations

import re

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from sekisho.base.errors import SekishoError
from sekisho.base.networks import network_of
from sekisho.console import faults
from sekisho.console.peers import peer_of
from sekisho.console.review_forms import ReportForm
from sekisho.console.templatetags.console import reader_lang
from sekisho.detection.language import language_of
from sekisho.enforcement.review import actions, marks, queries, words
from sekisho.enforcement.review.types import Report, Source

AN_HOUR = 20
"""Reports by the form from one network address in an hour, counted in each process. Our decision: a help desk that
reports for others stays below it, and a program does not."""
HOUR_S = 3600
CONNECTOR = re.compile(r"[A-Za-z0-9_-]{1,60}")


@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Take a report from anybody. Danger is always taken in; other reports only so many an hour from one address."""
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (link := _taken(request, form)):
        return HttpResponseRedirect(link)
    return render(
        request, "console/public/report_new.html", {"form": form}, status=422 if form.errors else 200
    )


@never_cache
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Tell how far a report has come, to whoever holds its link. No sign-in; search engines forget it."""
    try:
        state = queries.report_state(token, now())
    except SekishoError as refusal:
        return faults.show(request, faults.of_link(refusal, reader_lang()))
    context = {
        "report": state,
        "outcome": words.OUTCOMES[state.outcome] if state.outcome else None,
        "note": words.NOTES[state.note] if state.note else None,
    }
    response = render(request, "console/public/report_state.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _taken(request: HttpRequest, form: ReportForm) -> str:
    """Take the report in and return its page; put what is wrong on the form."""
    if not form.category_chosen.is_urgent and _is_too_often(request):
        form.add_error(
            None, _("Many reports came from your network in the last hour. Please send this one later.")
        )
        return ""
    data, asked = form.cleaned_data, request.GET.get("connector", "")
    report = Report(
        source=Source.FORM,
        category=form.category_chosen,
        text=data["text"].replace("\x00", "\ufffd"),
        reporter=marks.of_address(data["email"]) if data["email"] else "",
        language=language_of(data["text"]),
        about=form.about_of(asked if CONNECTOR.fullmatch(asked) else ""),
        place=data["place"].replace("\x00", "\ufffd"),
        address=data["email"],
        reader=reader_lang(),
    )
    try:
        return actions.take_report(report).link
    except SekishoError as refusal:
        form.add_error(None, refusal.told(reader_lang()))
        return ""


def _is_too_often(request: HttpRequest) -> bool:
    name = f"report.{network_of(peer_of(request))}"
    cache.add(name, 0, HOUR_S)
    try:
        return cache.incr(name) > AN_HOUR
    except ValueError:  # it expired in between
        return False
