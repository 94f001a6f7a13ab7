"""Pages of destruction, for the privacy staff: sweeps, legal holds, erasures."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.errors import SekishoError
from sekisho.base.text import as_lang
from sekisho.console.access import staff_viewer
from sekisho.console.retention_charts import gauge, history
from sekisho.console.retention_words import ERASURES, HOLDERS, HOLDS, REASONS, RESULTS, STEPS
from sekisho.records import registry
from sekisho.records.partitions import attached
from sekisho.records.retention import actions, queries
from sekisho.records.retention.actions import Proposal
from sekisho.records.retention.kept_words import why_kept
from sekisho.records.retention.types import ErasureState, ErasureView, HoldState, HoldView, StepState
from sekisho.records.types import Scope

SWEEPS = 30
HOLD_TONES = {
    HoldState.PROPOSED: "soon",
    HoldState.IN_FORCE: "active",
    HoldState.OVERDUE: "block",
    HoldState.RELEASED: "quiet",
    HoldState.REFUSED: "quiet",
}
ERASURE_TONES = {ErasureState.IN_PROGRESS: "soon", ErasureState.HELD: "care", ErasureState.DONE: "active"}
STEP_TONES = {
    StepState.WAITING: "quiet",
    StepState.FAILED: "block",
    StepState.REMAINS: "care",
    StepState.DONE: "active",
}


class HoldForm(forms.Form):
    """A proposal: whose data, why, and whether they are told."""

    organisation = forms.CharField(
        label=gettext_lazy("Organisation"),
        max_length=40,
        help_text=gettext_lazy("Its id, such as org_01k9…."),
    )
    end_user = forms.CharField(
        label=gettext_lazy("End user"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("A pseudonym, to hold no more than one person's data."),
    )
    member = forms.CharField(label=gettext_lazy("Member"), max_length=40, required=False)
    conversation = forms.CharField(label=gettext_lazy("Conversation"), max_length=40, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why it has to be held"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    why_silent = forms.CharField(
        label=gettext_lazy("Law that forbids telling them"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Leave it empty, and they are told what is held, why, and until when."),
    )

    @property
    def proposal(self) -> Proposal:
        said = self.cleaned_data
        scope = Scope(said["organisation"], said["member"], said["end_user"], said["conversation"])
        return Proposal(scope, said["reason"], said["why_silent"])


@login_required
def health(request: HttpRequest) -> HttpResponse:
    """Show whether anything is past due, what the last sweeps did, and what keeps things from being destroyed."""
    viewer = staff_viewer(request, Permission.STAFF_RETENTION_READ)
    refusal = _tried(lambda: actions.confirm_clock(viewer, now)) if request.method == "POST" else ""
    if request.method == "POST" and not refusal:
        messages.success(request, _("The time is confirmed. The next sweep destroys what is due."))
        return HttpResponseRedirect(request.path)
    found, sweeps, covered = (
        queries.health(viewer, now()),
        queries.sweeps(viewer, SWEEPS),
        registry.coverage(),
    )
    title = ngettext("%(n)d turn is past its deadline", "%(n)d turns are past their deadline", found.past_due)
    context = {
        "health": found,
        "gauge": gauge(found.past_due, title % {"n": found.past_due}),
        "sweeps": [(one, RESULTS[one.result], REASONS.get(one.reason, "")) for one in sweeps[:10]],
        "chart": history(sweeps) if sweeps else None,
        "coverage": covered,
        "covered_percent": round(100 * covered.share),
        "partitions": len(attached()),
        "may_confirm": may(viewer, Permission.STAFF_RETENTION_CHANGE),
        "refusal": refusal,
        "crumbs": [(_("Retention"), "")],
    }
    return render(request, "console/staff/retention_health.html", context, status=409 if refusal else 200)


@login_required
def holds(request: HttpRequest) -> HttpResponse:
    """List legal holds, those first whose review is overdue or that wait for a second person."""
    viewer = staff_viewer(request, Permission.STAFF_LEGAL_HOLD_PLACE)
    rows = [_hold(view, viewer) for view in queries.holds(viewer, now())]
    context = {"rows": rows, "crumbs": [(_("Legal holds"), "")]}
    return render(request, "console/staff/retention_holds.html", context)


@login_required
def hold_new(request: HttpRequest) -> HttpResponse:
    """Propose a legal hold."""
    viewer = staff_viewer(request, Permission.STAFF_LEGAL_HOLD_PLACE)
    form = HoldForm(request.POST or None)
    if form.is_valid():
        made: list[str] = []
        refusal = _tried(lambda: made.append(actions.place_hold(viewer, form.proposal, now)))
        if not refusal:
            return HttpResponseRedirect(reverse("console:staff-legal-hold", args=made))
        form.add_error(None, refusal)
    first = (_("Legal holds"), reverse("console:staff-legal-holds"))
    context = {"form": form, "crumbs": [first, (_("Propose a hold"), "")]}
    return render(
        request, "console/staff/retention_hold_new.html", context, status=422 if form.errors else 200
    )


@login_required
def hold(request: HttpRequest, hold: str) -> HttpResponse:
    """Show one hold: what it keeps and why; approve it as a second person, review it, release it."""
    viewer = staff_viewer(request, Permission.STAFF_LEGAL_HOLD_PLACE)
    view = queries.hold(viewer, hold, now())
    refusal = _done(request, viewer, view) if request.method == "POST" else ""
    if request.method == "POST" and not refusal:
        return HttpResponseRedirect(request.path)
    first = (_("Legal holds"), reverse("console:staff-legal-holds"))
    context = {
        **_hold(view, viewer),
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
        "crumbs": [first, (view.id, "")],
    }
    return render(request, "console/staff/retention_hold.html", context, status=409 if refusal else 200)


@login_required
def erasures(request: HttpRequest) -> HttpResponse:
    """List erasures, those first that are not done."""
    viewer = staff_viewer(request, Permission.STAFF_ERASURE_EXECUTE)
    rows = [_erasure(view) for view in queries.requests(viewer)]
    context = {"rows": rows, "crumbs": [(_("Erasures"), "")]}
    return render(request, "console/staff/retention_erasures.html", context)


@login_required
def erasure(request: HttpRequest, erasure: str) -> HttpResponse:
    """Show one erasure, table by table: what was erased, what failed and why, what stays and why."""
    viewer = staff_viewer(request, Permission.STAFF_ERASURE_EXECUTE)
    view = queries.request(viewer, erasure)
    first = (_("Erasures"), reverse("console:staff-erasures"))
    steps = [
        (step, STEPS[step.state], STEP_TONES[StepState(step.state)], why_kept(step.reason))
        for step in view.steps
        if _says(step.state, step.found)
    ]
    context = {
        **_erasure(view),
        "steps": steps,
        "empty": len(view.steps) - len(steps),
        "crumbs": [first, (view.id, "")],
    }
    return render(request, "console/staff/retention_erasure.html", context)


def _says(state: str, found: int) -> bool:
    """Whether a table is worth a line: one in which nothing was, and nothing is, is only counted."""
    return bool(found) or state != StepState.DONE


def _done(request: HttpRequest, viewer: Viewer, view: HoldView) -> str:
    """Do what a button asks for; return why not, in the reader's language."""
    reason = request.POST.get("reason", "")
    if "approve" in request.POST:
        return _tried(lambda: actions.approve_hold(viewer, view.id, now))
    if "refuse" in request.POST:
        return _tried(lambda: actions.refuse_hold(viewer, view.id, now))
    if "review" in request.POST:
        return _tried(lambda: actions.review_hold(viewer, view.id, reason, now))
    return _tried(lambda: actions.release_hold(viewer, view.id, reason, now))


def _tried(deed: Any) -> str:
    try:
        deed()
    except SekishoError as refusal:
        return refusal.told(as_lang(get_language()))
    return ""


def _hold(view: HoldView, viewer: Viewer) -> dict[str, Any]:
    names = {one.id: one.name for one in accounts.staff_who(Permission.STAFF_LEGAL_HOLD_PLACE)}
    return {
        "view": view,
        "state": HOLDS[view.state.value],
        "tone": HOLD_TONES[view.state],
        "is_mine": view.proposed_by == viewer.id,
        "is_waiting": view.state is HoldState.PROPOSED,
        "is_in_force": view.state in (HoldState.IN_FORCE, HoldState.OVERDUE),
        "is_overdue": view.state is HoldState.OVERDUE,
        "proposed_by": names.get(view.proposed_by, view.proposed_by),
        "approved_by": names.get(view.approved_by, view.approved_by),
        "released_by": names.get(view.released_by, view.released_by),
    }


def _erasure(view: ErasureView) -> dict[str, Any]:
    done = sum(step.state in (StepState.DONE, StepState.REMAINS) for step in view.steps)
    return {
        "view": view,
        "state": ERASURES[view.state.value],
        "tone": ERASURE_TONES[view.state],
        "holder": HOLDERS[view.holder],
        "done": done,
        "of": len(view.steps),
        "is_held": view.state is ErasureState.HELD,
    }
