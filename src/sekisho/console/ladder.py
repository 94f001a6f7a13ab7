"""Pages of the ladder's numbers: every version, one with its simulation drawn, and a new one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.lengths import whole
from sekisho.base.text import Lang, as_lang
from sekisho.console.access import staff_viewer
from sekisho.console.ladder_charts import histogram
from sekisho.enforcement import actions, queries
from sekisho.enforcement.rules.ladders import as_yaml, read_ladder
from sekisho.enforcement.rules.wording import RUNGS
from sekisho.enforcement.simulation import simulate, summary
from sekisho.enforcement.types import Ladder, LadderView, Rung
from sekisho.policy.problems import PackError

TRIED_DAYS = 90
"""How far back the page's simulation looks; the command looks as far as it is told."""
MOST_CHARS = 10_000


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """Show the numbers in force and every version, and take new ones as YAML."""
    viewer = staff_viewer(request, Permission.STAFF_STANDING_READ)
    in_force = queries.ladder_in_force()
    source, refusal = as_yaml(in_force.ladder), ""
    if request.method == "POST":
        source = request.POST.get("source", "")
        try:
            return _proposed(request, viewer, whole(source, MOST_CHARS))
        except NotAllowedError:
            raise
        except PackError as wrong:
            refusal = "\n\n".join(problem.told(_lang()) for problem in wrong.problems)
        except SekishoError as problem:
            refusal = problem.told(_lang())
    context = {
        "in_force": in_force,
        "numbers": _numbers(in_force.ladder),
        "versions": [(one, _state(one)) for one in queries.ladders(viewer)],
        "may_change": may(viewer, Permission.STAFF_LADDER_CHANGE),
        "source": source,
        "refusal": refusal,
        "crumbs": [(_("Ladder"), "")],
    }
    return render(request, "console/staff/ladder_list.html", context, status=422 if refusal else 200)


def _proposed(request: HttpRequest, viewer: Viewer, source: str) -> HttpResponse:
    """Keep the numbers as a proposal, with what they would have done."""
    numbers = read_ladder(source.replace("\r\n", "\n"), "ladder.yaml")
    made = actions.propose_ladder(viewer, numbers)
    _try(viewer, made, numbers)
    messages.success(request, _("Proposed, and tried over what was recorded."))
    return HttpResponseRedirect(reverse("console:staff-ladder-version", args=[made]))


def _try(viewer: Viewer, ladder_id: str, numbers: Ladder) -> None:
    at = now()
    found = simulate(viewer, numbers, at, at - timedelta(days=TRIED_DAYS))
    actions.note_simulation(viewer, ladder_id, summary(found))


@login_required
def version(request: HttpRequest, ladder: str) -> HttpResponse:
    """Show one version: its numbers, whom they would have reached, and what can be done."""
    viewer = staff_viewer(request, Permission.STAFF_STANDING_READ)
    view = queries.ladder(viewer, ladder)
    refusal = ""
    if request.method == "POST":
        try:
            messages.success(request, _act(request, viewer, view))
            return HttpResponseRedirect(request.path)
        except SekishoError as problem:
            refusal = problem.told(_lang())
    tried = view.simulation
    context = {
        "view": view,
        "state": _state(view),
        "numbers": _numbers(view.ladder),
        "chart": histogram(tried, _lang()) if tried else None,
        "chart_caption": _("Units by the points they gathered, with the rung they came to"),
        "tried": _told(tried) if tried else None,
        "may_change": may(viewer, Permission.STAFF_LADDER_CHANGE) and view.in_force_at is None,
        "is_mine": view.proposed_by == viewer.id,
        "refusal": refusal,
        "crumbs": [(_("Ladder"), reverse("console:staff-ladder")), (view.version, "")],
    }
    return render(request, "console/staff/ladder_version.html", context, status=409 if refusal else 200)


def _act(request: HttpRequest, viewer: Viewer, view: LadderView) -> str:
    if "approve" in request.POST:
        actions.approve_ladder(viewer, view.id)
        return _("In force. Units are reckoned by these numbers within a minute.")
    _try(viewer, view.id, view.ladder)
    return _("Tried again over what was recorded.")


def _told(tried: dict[str, Any]) -> dict[str, Any]:
    """The simulation with the rungs in words."""
    rungs = {rung.word: RUNGS[rung] for rung in Rung}
    return {
        **tried,
        "rungs": [(rungs[row["rung"]], row["before"], row["after"]) for row in tried["rungs"]],
        "harder": [
            {**row, "before": rungs[row["before"]], "after": rungs[row["after"]]} for row in tried["harder"]
        ],
    }


def _numbers(ladder: Ladder) -> list[tuple[str, str]]:
    """The numbers in words, those that people ask about first."""
    return [(str(label), say(ladder)) for label, say in _NUMBERS]


def _state(view: LadderView) -> tuple[str, str]:
    if view.is_in_force:
        return "active", _("In force")
    if view.in_force_at or not view.id:
        return "quiet", _("Was in force before")
    return "care", _("Proposed")


def _lang() -> Lang:
    return as_lang(get_language())


def _weights(ladder: Ladder) -> str:
    return ", ".join(f"{clause} × {weight}" for clause, weight in sorted(ladder.weights.items())) or "—"


_NUMBERS: tuple[tuple[Any, Callable[[Ladder], str]], ...] = (
    (gettext_lazy("A strike counts, days"), lambda ladder: str(ladder.window_days)),
    (gettext_lazy("Notice from, points"), lambda ladder: str(ladder.notice)),
    (gettext_lazy("Warning from, points"), lambda ladder: str(ladder.warning)),
    (gettext_lazy("Throttle from, points"), lambda ladder: str(ladder.throttle)),
    (gettext_lazy("Suspension from, points"), lambda ladder: str(ladder.suspension)),
    (gettext_lazy("Termination from, points"), lambda ladder: str(ladder.termination)),
    (gettext_lazy("Suspended at once, hours"), lambda ladder: str(ladder.automatic_suspension_hours)),
    (gettext_lazy("Knowing after, minutes"), lambda ladder: str(ladder.knowing_after_minutes)),
    (
        gettext_lazy("Requests a minute when throttled"),
        lambda ladder: str(ladder.throttled_requests_per_minute),
    ),
    (gettext_lazy("Units an organisation is spared"), lambda ladder: str(ladder.spared_units)),
    (gettext_lazy("Points for each further unit"), lambda ladder: str(ladder.unit_points)),
    (gettext_lazy("Weights other than 1"), _weights),
)
