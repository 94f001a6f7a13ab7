"""The page of the calendar of data use: what is in force, what came before, what waits for a second person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text, as_lang
from sekisho.console.access import staff_viewer
from sekisho.records.actions.calendars import approve
from sekisho.records.calendar_words import NAMES, STATES, told
from sekisho.records.queries.calendars import State, VersionView, calendar_at, missing, versions
from sekisho.records.rules import NUMBERS

TONES = {
    State.WAITING: "care",
    State.SCHEDULED: "soon",
    State.IN_FORCE: "active",
    State.REPLACED: "quiet",
    State.REFUSED: "block",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One number that a version changed."""

    name: Text
    old: Text
    new: Text
    loosens: bool


@login_required
def calendar(request: HttpRequest) -> HttpResponse:
    """Show the numbers in force and every version with what it changed; approve as a second person."""
    viewer = staff_viewer(request, Permission.STAFF_RETENTION_READ)
    refusal = ""
    if request.method == "POST":
        try:
            approve(viewer, request.POST.get("approve", ""), now)
            messages.success(request, _("Approved. It is announced to every account holder first."))
            return HttpResponseRedirect(request.path)
        except SekishoError as problem:
            refusal = problem.told(as_lang(get_language()))
    at = now()
    in_force, found = calendar_at(at), versions(viewer, at)
    colleagues = {one.id: one.name for one in accounts.staff_who(Permission.STAFF_RETENTION_CHANGE)}
    context = {
        "in_force": in_force,
        "numbers": [(NAMES[name], told(name, getattr(in_force, name))) for name in NUMBERS],
        "versions": [_shown(viewer, view, colleagues) for view in found],
        "is_refused": bool(missing()) or any(view.state is State.REFUSED for view in found),
        "may_change": may(viewer, Permission.STAFF_RETENTION_CHANGE),
        "refusal": refusal,
        "crumbs": [(_("Calendar"), "")],
    }
    return render(request, "console/staff/calendar.html", context, status=409 if refusal else 200)


def _shown(viewer: Viewer, view: VersionView, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "view": view,
        "tone": TONES[view.state],
        "state": STATES[view.state.value],
        "is_waiting": view.state is State.WAITING,
        "is_mine": view.proposed_by == viewer.id,
        "proposed_by": names.get(view.proposed_by, view.proposed_by),
        "approved_by": names.get(view.approved_by, view.approved_by),
        "changes": [
            Row(NAMES[one.name], told(one.name, one.old), told(one.name, one.new), one.loosens)
            for one in view.changes
        ],
    }
