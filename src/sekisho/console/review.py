"""Pages of the review queue: what waits, one case, how well cases are decided, and how much one has looked at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.console import charts
from sekisho.console.access import staff_viewer
from sekisho.console.decisions import clause_choices
from sekisho.console.review_forms import AnswerForm, MemoForm, QueueForm, RevealForm
from sekisho.console.templatetags.console import reader_lang
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.review import actions, queries
from sekisho.enforcement.review.actions import NothingWaits, Took
from sekisho.enforcement.review.queries import QueueFilter
from sekisho.enforcement.review.rules.exposure import OnBreak, Ready, Spent
from sekisho.enforcement.review.types import CaseView, State
from sekisho.policy.queries import version_at

QUALITY_DAYS = 90
ROWS = 25


# --- the queue ----------------------------------------------------------------------------------------------
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """List what waits, in the order in which it is worked. No content is on this page."""
    viewer, at = staff_viewer(request, Permission.STAFF_CASE_READ), now()
    form = QueueForm(request.GET, [*clause_choices(reader_lang(), at)])
    wanted = QueueFilter(form.said("source"), form.said("clause"), form.said("state"))
    cursor = request.GET.get("cursor", "")
    page = queries.queue(viewer, wanted, after=cursor, limit=ROWS)
    context = {
        "form": form,
        "filtered": any((wanted.source, wanted.clause, wanted.state)),
        "counts": queries.counts(viewer, at),
        "most": queries.MOST,
        "rows": [{"case": one, **_claim(one.claimed_by, one.claimed_until, viewer)} for one in page.cases],
        "at": at,
        "held": queries.held(viewer, at),
        "rest": _rest(queries.exposure(viewer, at).answer),
        "after": page.next,
        "newest": bool(cursor),
        "crumbs": [(_("Review"), "")],
    }
    return render(request, "console/staff/review_queue.html", context)


@login_required
@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the case that is due first, or say why there is none now."""
    return _next(request, staff_viewer(request, Permission.STAFF_CASE_DECIDE))


# --- one case -----------------------------------------------------------------------------------------------
@login_required
@never_cache
def case(request: HttpRequest, case: str) -> HttpResponse:
    """Show a case; its words, masked, to whoever holds it. An answer is sent here too."""
    viewer, at = staff_viewer(request, Permission.STAFF_CASE_READ), now()
    view = queries.case(viewer, case, at)
    form = _answer_form(view, request.POST or None)
    if request.method == "POST" and form.is_valid() and _answered(request, viewer, case, form):
        return _next(request, viewer) if "and_next" in request.POST else _to_queue()
    return _page(request, viewer, view, at, form, MemoForm())


def _page(
    request: HttpRequest, viewer: Viewer, view: CaseView, at: datetime, form: AnswerForm, memo: MemoForm
) -> HttpResponse:
    case = view.row.id
    pack = version_at(view.event_at)
    found = enforcement.decision(viewer, view.decision) if view.decision else None
    words = request.GET.get("words", "")
    context = {
        "view": view,
        "case": view.row,
        "is_overdue": view.closed_at is None and view.row.due < at,
        "texts": queries.texts(viewer, case, at),
        "enclosures": _numbered(queries.enclosures(viewer, case, at)),
        "memos": queries.memos(viewer, case, at),
        "decision": found,
        "clause": pack.clause(view.row.clause) if pack and view.row.clause else None,
        "version": pack.version if pack else "",
        "precedents": queries.precedents(viewer, case, words=words),
        "words": words,
        "form": form,
        "reveal": RevealForm(),
        "memo": memo,
        "crumbs": [(_("Review"), reverse("console:staff-review")), (view.row.reference, "")],
    }
    status = 422 if form.errors or memo.errors else 200
    return render(request, "console/staff/review_case.html", context, status=status)


@login_required
@require_POST
def move(request: HttpRequest, case: str, how: str) -> HttpResponse:
    """Take a case, keep it longer, give it back, lift its masks, note something, or answer a proposed measure."""
    viewer = staff_viewer(request, Permission.STAFF_CASE_DECIDE)
    act = _moves(request, viewer, case).get(how)
    if act is None:
        raise not_found("page_not_found")
    memo = MemoForm(request.POST) if how == "note" else None
    if memo and not memo.is_valid():
        view, at = queries.case(viewer, case, now()), now()
        return _page(request, viewer, view, at, _answer_form(view, None), memo)
    done = _tried(request, act)
    return _to_queue() if done and how in ("release", "confirm", "decline") else _to_case(case)


@login_required
@never_cache
def enclosure(request: HttpRequest, case: str, number: int) -> HttpResponse:
    """Give out an attachment as a download, so that no browser shows or runs it here."""
    viewer = staff_viewer(request, Permission.STAFF_CASE_DECIDE)
    kept, data = queries.enclosure(viewer, case, number, now())
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, kept.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    return response


# --- how well, and how much ---------------------------------------------------------------------------------
@login_required
def quality(request: HttpRequest) -> HttpResponse:
    """Show how far reviewers agree, by clause, and how they answer what is known already."""
    viewer, at = staff_viewer(request, Permission.STAFF_CASE_READ), now()
    found = queries.quality(viewer, at - timedelta(days=QUALITY_DAYS))
    titles = dict(clause_choices(reader_lang(), at))
    agreements = [(one, titles.get(one.clause, one.clause) or _("No clause")) for one in found.agreements]
    context = {
        "quality": found,
        "days": QUALITY_DAYS,
        "agreements": agreements,
        "bars": [
            charts.Bar(title, round(100 * one.alike / one.cases), _tone(one.alpha))
            for one, title in agreements
        ],
        "crumbs": [(_("Review"), reverse("console:staff-review")), (_("Quality"), "")],
    }
    return render(request, "console/staff/review_quality.html", context)


@login_required
def exposure(request: HttpRequest) -> HttpResponse:
    """Show a reviewer how much they have looked at today. Nobody else sees it."""
    viewer, at = staff_viewer(request, Permission.STAFF_CASE_DECIDE), now()
    found = queries.exposure(viewer, at)
    hours = [(at - timedelta(hours=back)).strftime("%H:00") for back in reversed(range(24))]
    series = [charts.Series(_("Weight"), "annotate", found.by_hour)]
    context = {
        "exposure": found,
        "rest": _rest(found.answer),
        "chart": charts.stacked("exposure", _("Weight by hour"), _("Weight by hour"), hours, series),
        "crumbs": [(_("Review"), reverse("console:staff-review")), (_("My exposure"), "")],
    }
    return render(request, "console/staff/review_exposure.html", context)


# --- parts --------------------------------------------------------------------------------------------------
def _answer_form(view: CaseView, data: Any) -> AnswerForm:
    pack = version_at(view.event_at)
    clauses = [(one.id, one.title.in_(reader_lang())) for one in pack.clauses] if pack else []
    return AnswerForm(
        data,
        clauses=[*clauses],
        has_unit=view.row.about.unit is not None,
        is_report=view.row.source.is_report,
        initial={"clause": view.row.clause},
    )


def _answered(request: HttpRequest, viewer: Viewer, case: str, form: AnswerForm) -> bool:
    try:
        state = actions.decide(viewer, case, form.answer)
    except NotFoundError:
        raise
    except SekishoError as refusal:
        form.add_error(None, refusal.told(reader_lang()))
        return False
    told = {
        State.CLOSED: _("Your answer is written down, and what follows from it is done."),
        State.PROPOSED: _("Your answer is written down. The measure waits for a second person."),
    }
    messages.success(
        request, told.get(state, _("Your answer is written down. Another person looks at it now."))
    )
    return True


def _moves(request: HttpRequest, viewer: Viewer, case: str) -> dict[str, Callable[[], object]]:
    return {
        "take": lambda: actions.take(viewer, case),
        "renew": lambda: actions.renew(viewer, case),
        "release": lambda: actions.release(viewer, case),
        "confirm": lambda: actions.confirm(viewer, case, True),
        "decline": lambda: actions.confirm(viewer, case, False),
        "reveal": lambda: _revealed(request, viewer, case),
        "note": lambda: actions.note_down(viewer, case, request.POST["memo"]),
    }


def _revealed(request: HttpRequest, viewer: Viewer, case: str) -> None:
    form = RevealForm(request.POST)
    if form.is_valid():
        actions.reveal(viewer, case, form.chosen)
    else:
        messages.error(request, _("Please say why you need to see it."))


def _next(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    match actions.take_next(viewer):
        case Took(case=taken):
            return _to_case(taken)
        case NothingWaits():
            messages.info(request, _("Nothing waits that you may look at."))
        case OnBreak() | Spent() as answer:
            messages.warning(request, _rest(answer))
    return _to_queue()


def _rest(answer: Ready | OnBreak | Spent) -> str:
    """Say why somebody rests, and when it goes on; nothing for who may go on."""
    match answer:
        case OnBreak(until=until):
            told = _("You have seen several hard cases in a row. Please rest; it goes on at %(until)s UTC.")
        case Spent(until=until):
            told = _(
                "You have seen as much hard material as one person should in 24 hours. It goes on at %(until)s UTC."
            )
        case Ready():
            return ""
    return told % {"until": f"{until:%Y-%m-%d %H:%M}"}


def _tried(request: HttpRequest, act: Callable[[], object]) -> bool:
    """Do it, or say why not."""
    try:
        act()
    except NotFoundError:
        raise
    except SekishoError as refusal:
        messages.error(request, refusal.told(reader_lang()))
        return False
    return True


def _claim(by: str, until: Any, viewer: Viewer) -> dict[str, bool]:
    held = bool(by) and until is not None and until > now()
    return {"is_mine": held and by == viewer.id, "is_taken": held and by != viewer.id}


def _numbered(kept: Any) -> list[tuple[Any, int]]:
    """Enclosures with the number under which each is fetched; those that were not kept have none (-1)."""
    numbers = iter(range(len(kept)))
    return [(one, -1 if one.refused else next(numbers)) for one in kept]


def _tone(alpha: float | None) -> str:
    """Cuts for firm and for tentative conclusions. Source: Krippendorff, "Content Analysis" (2004), page 241."""
    if alpha is None:
        return "quiet"
    return "allow" if alpha >= 0.8 else "modify" if alpha >= 0.667 else "block"


def _to_case(case: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("console:staff-review-case", args=[case]))


def _to_queue() -> HttpResponse:
    return HttpResponseRedirect(reverse("console:staff-review"))
