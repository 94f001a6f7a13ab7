"""Pages of feedback: the form by which people send it without a client, what staff read, what the survey tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import OrganisationView, Viewer
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.console import charts
from sekisho.console.access import staff_viewer, viewer_of
from sekisho.console.customer import crumbs
from sekisho.console.templatetags.console import reader_lang
from sekisho.records.feedback import actions, queries, tracker
from sekisho.records.feedback.rules import sending, survey
from sekisho.records.feedback.types import (
    DISMISSED,
    RATINGS,
    Choices,
    Draft,
    Kind,
    MayNot,
    Month,
    Prepared,
    Said,
    Scope,
    Sender,
)
from sekisho.records.queries import calendar_at
from sekisho.records.types import Destroyed

ON_PAGE = "web"
"""What stands in place of a client's version."""
ON, OFF, DEFAULT = "on", "off", "default"


class FeedbackForm(forms.Form):
    """What somebody wants to send: their words, and what they choose to show."""

    text = forms.CharField(
        label=gettext_lazy("What happened, or what should be better?"),
        max_length=sending.TEXT_CHARS,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    transcript = forms.CharField(
        label=gettext_lazy("Part of a conversation or a log"),
        required=False,
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=gettext_lazy("Only what you paste here goes along. Nothing is added."),
    )
    request_id = forms.RegexField(
        label=gettext_lazy("Request id"),
        regex=r"^[A-Za-z0-9_]*$",
        required=False,
        max_length=40,
        help_text=gettext_lazy("If it is about one answer: its sekisho-request-id."),
    )
    tracker = forms.BooleanField(
        label=gettext_lazy("Also open an issue in the public tracker, with my words only"),
        required=False,
        help_text=gettext_lazy("Everybody can read it, and it cannot be taken back."),
    )

    def __init__(self, *given: object, has_tracker: bool, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]
        if not has_tracker:
            del self.fields["tracker"]

    @property
    def draft(self) -> Draft:
        sent = self.cleaned_data
        said = sent["transcript"].replace("\x00", "\ufffd")
        return Draft(
            Kind.BUG,
            sent["text"].replace("\x00", "\ufffd"),
            Scope.SESSION if said else Scope.TEXT,
            (Said("transcript", said),) if said else (),
            sent["request_id"],
            ON_PAGE,
            tracker=bool(sent.get("tracker")),
        )


class ChoicesForm(forms.Form):
    """What the organisation allows."""

    product_feedback = forms.BooleanField(
        label=gettext_lazy("People of this organisation may send feedback"), required=False
    )
    survey = forms.ChoiceField(
        label=gettext_lazy("The survey “how is it doing”"),
        widget=forms.RadioSelect,
        choices=[
            (DEFAULT, gettext_lazy("As usual: counted, but not under zero data retention")),
            (ON, gettext_lazy("Counted, under zero data retention too, as sums alone")),
            (OFF, gettext_lazy("Off")),
        ],
    )

    @property
    def choices(self) -> Choices:
        words = {DEFAULT: None, ON: True, OFF: False}
        return Choices(self.cleaned_data["product_feedback"], words[self.cleaned_data["survey"]])


@dataclass(frozen=True, slots=True)
class Shown:
    """A preview, as the page shows it."""

    prepared: Prepared
    submission: str
    kept_years: int
    destination: Text = sending.DESTINATION
    best_effort: Text = sending.BEST_EFFORT
    irrevocable: Text = sending.IRREVOCABLE


# --- of one's own -----------------------------------------------------------------------------------------------
@login_required
@never_cache
@sensitive_post_parameters()
def own(request: HttpRequest, org: str) -> HttpResponse:
    """Write feedback, see exactly what would be sent, and only then send it."""
    viewer = viewer_of(request)
    organisation, sender = accounts.organisation(viewer, org), _sender(viewer, org)
    form = FeedbackForm(request.POST or None, has_tracker=tracker.is_there())
    allowed = queries.may_send(sender)
    if request.method == "POST" and not isinstance(allowed, MayNot) and form.is_valid():
        if "digest" in request.POST:
            if _sent(request, sender, form):
                return HttpResponseRedirect(request.path)
        elif shown := _previewed(sender, form):
            return _preview(request, organisation, form, shown)
    context = {
        "organisation": organisation,
        "refusal": allowed.message if isinstance(allowed, MayNot) else None,
        "form": form,
        "reports": queries.own_reports(sender),
        "choices": _choices_form(org) if may(viewer, Permission.ORG_DATA_CHANGE, org) else None,
        "crumbs": [*crumbs(organisation), (_("Feedback"), "")],
    }
    return render(request, "console/customer/feedback_home.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def delete(request: HttpRequest, org: str) -> HttpResponse:
    """Destroy one of one's own reports."""
    actions.delete(_sender(viewer_of(request), org), request.POST.get("report", ""), now())
    messages.success(request, _("The report is destroyed."))
    return HttpResponseRedirect(reverse("console:feedback", args=[org]))


@login_required
@require_POST
def choose(request: HttpRequest, org: str) -> HttpResponse:
    """Keep what an owner chose for the organisation."""
    form = ChoicesForm(request.POST)
    if form.is_valid():
        actions.choose(viewer_of(request), org, form.choices)
        messages.success(request, _("Saved. It holds from the next request."))
    return HttpResponseRedirect(reverse("console:feedback", args=[org]))


def _sender(viewer: Viewer, org: str) -> Sender:
    if org not in viewer.roles:
        raise accounts.not_found("organisation_not_found")
    return Sender(org, member=viewer.id)


def _choices_form(org: str) -> ChoicesForm:
    found = queries.choices(org)
    survey_word = {None: DEFAULT, True: ON, False: OFF}[found.survey]
    return ChoicesForm(initial={"product_feedback": found.product_feedback, "survey": survey_word})


def _previewed(sender: Sender, form: FeedbackForm) -> Shown | None:
    try:
        prepared = actions.preview(sender, form.draft)
    except SekishoError as refusal:
        form.add_error(None, refusal.told(reader_lang()))
        return None
    return Shown(prepared, uuid4().hex, calendar_at(now()).feedback_years)


def _preview(
    request: HttpRequest, organisation: OrganisationView, form: FeedbackForm, shown: Shown
) -> HttpResponse:
    home = (_("Feedback"), reverse("console:feedback", args=[organisation.id]))
    context = {
        "organisation": organisation,
        "form": form,
        "shown": shown,
        "crumbs": [*crumbs(organisation), home, (_("What is sent"), "")],
    }
    return render(request, "console/customer/feedback_preview.html", context)


def _sent(request: HttpRequest, sender: Sender, form: FeedbackForm) -> bool:
    digest, submission = request.POST["digest"], request.POST.get("submission", "")[:64]
    try:
        made = actions.send(sender, form.draft, digest=digest, submission=submission, at=now())
    except SekishoError as refusal:
        form.add_error(None, refusal.told(reader_lang()))
        return False
    messages.success(request, _("Thank you. Your report %(id)s has arrived.") % {"id": made.id})
    return True


# --- at the desk ------------------------------------------------------------------------------------------------
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """List what came in, newest first, without content."""
    viewer = staff_viewer(request, Permission.STAFF_FEEDBACK_READ)
    cursor = request.GET.get("cursor", "")
    found = queries.reports(viewer, before=cursor)
    context = {
        "reports": found,
        "after": found[-1].id if len(found) == queries.PAGE else "",
        "newest": bool(cursor),
        "crumbs": [(_("Feedback"), "")],
    }
    return render(request, "console/staff/feedback_list.html", context)


@login_required
@never_cache
def one(request: HttpRequest, report: str) -> HttpResponse:
    """Show one report; what it says, once the reader has said why."""
    viewer = staff_viewer(request, Permission.STAFF_FEEDBACK_READ)
    found = queries.report(viewer, report)
    contents, reason = None, request.POST.get("reason", "")
    if request.method == "POST":
        try:
            contents = queries.contents(viewer, report, reason, now())
        except SekishoError as refusal:
            messages.error(request, refusal.told(reader_lang()))
    context = {
        "report": found,
        "reason": reason,
        "contents": None if isinstance(contents, Destroyed) else contents,
        "is_destroyed": isinstance(contents, Destroyed),
        "crumbs": [(_("Feedback"), reverse("console:staff-feedback")), (report, "")],
    }
    return render(request, "console/staff/feedback_report.html", context)


# --- the survey -------------------------------------------------------------------------------------------------
RATING_WORDS: Mapping[int, tuple[object, str]] = {
    1: (gettext_lazy("1, badly"), "block"),
    2: (gettext_lazy("2, well enough"), "annotate"),
    3: (gettext_lazy("3, well"), "allow"),
    DISMISSED: (gettext_lazy("Dismissed"), "quiet"),
}


@login_required
def survey_page(request: HttpRequest) -> HttpResponse:
    """Show what closed months tell, small groups withheld."""
    viewer = staff_viewer(request, Permission.STAFF_FEEDBACK_READ)
    months = queries.closed_months(viewer, now().date())
    context = {
        "chart": _chart(months),
        "months": [one for one in reversed(months) if one.total is not None],
        "ratings": [(rating, RATING_WORDS[rating][0]) for rating in RATINGS],
        "rows": [_row(one) for one in reversed(months)],
        "crumbs": [(_("Survey"), "")],
    }
    return render(request, "console/staff/survey.html", context)


def _chart(months: tuple[Month, ...]) -> charts.Stacked:
    series = [
        charts.Series(str(label), tone, tuple(one.ratings[rating] or 0 for one in months))
        for rating, (label, tone) in RATING_WORDS.items()
    ]
    names = [f"{one.first:%Y-%m}" for one in months]
    title = _("Answers by month")
    return charts.stacked("survey", title, _("Withheld numbers are left out."), names, series)


def _row(month: Month) -> dict[str, object]:
    return {
        "month": f"{month.first:%Y-%m}",
        "total": month.total,
        "ratings": [(RATING_WORDS[rating][0], month.ratings[rating]) for rating in RATINGS],
        "clients": [
            (_("Others") if number == survey.OTHERS else survey.client_of(number), count)
            for number, count in sorted(month.clients.items(), reverse=True)
        ],
    }
