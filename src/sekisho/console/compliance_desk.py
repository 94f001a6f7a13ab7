"""Pages of the legal team: what is due, each notice, complaint and order, and what is decided on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.cases import queries as cases
from sekisho.compliance import actions, queries
from sekisho.compliance.law import is_stale, law, laws
from sekisho.compliance.rules.clocks import ALERT_BEFORE
from sekisho.compliance.rules.profile import in_force
from sekisho.compliance.types import Law, Matter, MatterView, RunningClock
from sekisho.console import charts
from sekisho.console import compliance_words as words
from sekisho.console.access import staff_viewer
from sekisho.console.compliance import clock_row
from sekisho.console.compliance_desk_forms import (
    DecideComplaintForm,
    DecideNoticeForm,
    MisuseForm,
    MoveForm,
    TakeInForm,
)
from sekisho.console.compliance_forms import title_of
from sekisho.console.templatetags.console import reader_lang
from sekisho.enforcement.appeals.rules.misuse import MayPause, MayWarn

READ, DECIDE = Permission.STAFF_COMPLAINT_READ, Permission.STAFF_COMPLAINT_DECIDE
ORDERS = Permission.STAFF_ORDER_READ


@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show what is overdue, what soon will be, and what the law's files need."""
    viewer, at = staff_viewer(request, READ), now()
    clocks = queries.running_clocks(viewer)
    applying = in_force(laws().values(), queries.profile().profile)
    late = [one for one in clocks if one.is_late(at)]
    soon = [one for one in clocks if not one.is_late(at) and one.due <= at + ALERT_BEFORE]
    bars = _by_law(clocks)
    context = {
        "profile": queries.profile(),
        "late": [clock_row(one, at) for one in late],
        "soon": [clock_row(one, at) for one in soon],
        "later": len(clocks) - len(late) - len(soon),
        "bars": bars,
        "most": max((one.value for one in bars), default=0),
        "opens_orders": may(viewer, ORDERS),
        "incomplete": queries.incomplete_points(),
        "stale": [one for one in applying if is_stale(one, at.date())],
        "crumbs": [(_("Compliance"), "")],
    }
    return render(request, "console/staff/compliance.html", context)


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """List notices and complaints, the latest first, and take in what came by another way."""
    viewer, at = staff_viewer(request, READ), now()
    form = TakeInForm(request.POST or None, laws=_laws())
    if request.method == "POST" and form.is_valid():
        found = cases.by_reference(form.cleaned_data["reference"])
        matter, regime, what = form.place
        reason = form.cleaned_data["reason"]
        if found and done(request, lambda: actions.move(viewer, found, matter, regime, what, reason)):
            return HttpResponseRedirect(reverse("console:staff-compliance-case", args=[found]))
        if not found:
            form.add_error("reference", _("There is no case with this reference that you may move."))
    of = "notice" if request.GET.get("of") == "notice" else "complaint"
    everything = request.GET.get("show") == "all"
    listed = queries.matters(viewer, Matter(of), open_only=not everything)
    context = {
        "of": of,
        "everything": everything,
        "rows": rows_of(listed, at),
        "form": form,
        "crumbs": [*crumbs(), (_("Notices and complaints"), "")],
    }
    return render(request, "console/staff/compliance_cases.html", context)


@login_required
@never_cache
def case(request: HttpRequest, case: str) -> HttpResponse:
    """Show a notice or a complaint with its words and clocks, and decide on it."""
    viewer, at = staff_viewer(request, READ), now()
    view = queries.matter(viewer, case)
    if view.matter is Matter.ORDER:
        raise not_found("matter_not_found")
    form = _deciding(view, request.POST or None)
    if request.method == "POST" and form.is_valid() and done(request, lambda: _decide(viewer, view, form)):
        return HttpResponseRedirect(request.path)
    return _shown(request, viewer, view, form, at)


@login_required
@require_POST
def do(request: HttpRequest, case: str, how: str) -> HttpResponse:
    """Move a case to where it belongs, warn whoever misuses the forms, or let their next ones rest."""
    viewer, at = staff_viewer(request, DECIDE), now()
    view = queries.matter(viewer, case)
    channel = queries.channel_of(view.by_whom, at)
    form: forms.Form = (
        MoveForm(request.POST, laws=_laws())
        if how == "move"
        else MisuseForm(request.POST, is_pause=isinstance(channel, MayPause))
    )
    if not form.is_valid():
        return _shown(request, viewer, view, _deciding(view, None), at, refused=form)
    if isinstance(form, MoveForm):
        matter, regime, what = form.place
        reason = form.cleaned_data["reason"]
        done(request, lambda: actions.move(viewer, case, matter, regime, what, reason))
    elif isinstance(form, MisuseForm) and how == "warn":
        gravity, intent = form.criteria
        done(request, lambda: actions.warn(viewer, case, gravity, intent))
    elif isinstance(form, MisuseForm) and how == "pause":
        gravity, intent = form.criteria
        until = at + timedelta(days=form.cleaned_data.get("days") or 1)
        done(request, lambda: actions.pause(viewer, case, until, gravity, intent))
    return HttpResponseRedirect(reverse("console:staff-compliance-case", args=[case]))


# --- parts ----------------------------------------------------------------------------------------------------------
def _deciding(view: MatterView, data: object) -> DecideNoticeForm | DecideComplaintForm:
    chosen = DecideNoticeForm if view.matter is Matter.NOTICE else DecideComplaintForm
    return chosen(data)  # type: ignore[arg-type]


def _decide(viewer: Viewer, view: MatterView, form: DecideNoticeForm | DecideComplaintForm) -> None:
    data = form.cleaned_data
    if isinstance(form, DecideNoticeForm):
        decision, basis = form.chosen
        actions.decide_notice(
            viewer,
            view.case,
            decision,
            basis,
            data["reasons"],
            statement=data["statement"].strip(),
            automation_used=data["automation_used"],
        )
        return
    actions.decide_complaint(
        viewer, view.case, form.chosen, data["reasons"], automation_used=data["automation_used"]
    )


def done(request: HttpRequest, do: Callable[[], object]) -> bool:
    try:
        do()
    except NotFoundError:
        raise
    except SekishoError as refused:
        messages.error(request, refused.told(reader_lang()))
        return False
    messages.success(request, _("Done. It is on record."))
    return True


def _shown(
    request: HttpRequest,
    viewer: Viewer,
    view: MatterView,
    form: DecideNoticeForm | DecideComplaintForm,
    at: datetime,
    refused: forms.Form | None = None,
) -> HttpResponse:
    """Show a case; `refused` is the form below that was not in order, with what was written."""
    channel = queries.channel_of(view.by_whom, at)
    context = {
        **facts(viewer, view, at),
        "form": form,
        "decides": may(viewer, DECIDE) and view.is_open,
        "took_part": queries.took_part(viewer.id, view.about),
        "move": refused if isinstance(refused, MoveForm) else MoveForm(laws=_laws()),
        "may_warn": isinstance(channel, MayWarn),
        "may_pause": isinstance(channel, MayPause),
        "channel": channel,
        "misuse": refused
        if isinstance(refused, MisuseForm)
        else MisuseForm(is_pause=isinstance(channel, MayPause)),
    }
    context["crumbs"] = [
        *crumbs(),
        (_("Notices and complaints"), f"{reverse('console:staff-compliance-cases')}?of={view.matter}"),
        (str(context["reference"]), ""),
    ]
    return render(request, "console/staff/compliance_case.html", context)


def facts(viewer: Viewer, view: MatterView, at: datetime) -> dict[str, object]:
    asked = cases.case(viewer, view.case)
    return {
        "view": view,
        "reference": asked.reference,
        "title": title_of(view.regime, view.matter, view.what),
        "law": law(view.regime),
        "kind": law(view.regime).kind(view.what) if view.matter is Matter.COMPLAINT else None,
        "clocks": [clock_row(one, at) for one in queries.clocks_of(view)],
        "details": {name: said for name, said in asked.details.items() if name in words.DETAILS},
        "said": cases.messages(viewer, view.case),
        "authority": queries.authority_of(asked.contact.email),
        "linked": cases.linked(viewer, view.case),
    }


def rows_of(views: tuple[MatterView, ...], at: datetime) -> list[dict[str, object]]:
    clocks = queries.next_clocks(views)
    return [
        {
            "view": view,
            "title": title_of(view.regime, view.matter, view.what),
            "law": law(view.regime).title,
            "clock": clock_row(clocks[view.case], at) if view.case in clocks else None,
        }
        for view in views
    ]


def _by_law(clocks: tuple[RunningClock, ...]) -> list[charts.Bar]:
    lang = reader_lang()
    counts = {one: sum(clock.regime is one for clock in clocks) for one in laws()}
    return [charts.Bar(law(one).title.in_(lang), count) for one, count in counts.items() if count]


def _laws() -> tuple[Law, ...]:
    return in_force(laws().values(), queries.profile().profile)


def crumbs() -> list[tuple[str, str]]:
    return [(_("Compliance"), reverse("console:staff-compliance"))]
