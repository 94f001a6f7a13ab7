"""The page of a statement of reasons: for whoever holds its signed link, and for staff by its id."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from sekisho.accounts import queries as accounts
from sekisho.accounts.types import NOBODY
from sekisho.base.errors import SekishoError
from sekisho.console import faults
from sekisho.console.access import viewer_of
from sekisho.console.templatetags.console import reader_lang
from sekisho.enforcement import letters, queries
from sekisho.enforcement.types import RestrictionView, UnitKind
from sekisho.notices.mail import address_of
from sekisho.policy import queries as policy
from sekisho.policy.overlay import floor_label


@never_cache
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the statement to whoever was told of it. No sign-in; what a search engine finds, it forgets."""
    at = now()
    try:
        view = queries.statement_by_link(token, at)
    except SekishoError as refusal:
        return faults.show(request, faults.of_link(refusal, reader_lang()))
    appeal = f"/appeals/new/{token}"
    ways = {"appeal": appeal, "address": address_of(appeal)}
    response = render(request, "console/public/statements_page.html", context_of(view, at) | ways)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@login_required
def for_staff(request: HttpRequest, statement: str) -> HttpResponse:
    """Show the same page to people who see standing, by the id that cases and appeals cite."""
    view = queries.statement(viewer_of(request), statement)
    crumbs = [(_("Decisions stream"), reverse("console:staff-decisions")), (view.statement_id, "")]
    return render(
        request, "console/public/statements_page.html", context_of(view, now()) | {"crumbs": crumbs}
    )


def context_of(view: RestrictionView, at: datetime) -> dict[str, object]:
    """Return what the page says."""
    name = accounts.key_name(view.unit.id) if view.unit.kind is UnitKind.KEY else ""
    state, tone = _state(view, at)
    return {
        "view": view,
        "state": state,
        "tone": tone,
        "points": letters.points(view, name),
        "clause": _clause(view),
        "version": floor_label(view.statement.policy).partition("@")[2],
    }


def _state(view: RestrictionView, at: datetime) -> tuple[str, str]:
    if view.reversed_at:
        return "reversed", "allow"
    if view.is_in_force(at):
        return "in_force", "care"
    return ("lifted", "allow") if view.lifted_at else ("ended", "quiet")


def _clause(view: RestrictionView) -> str:
    """The clause, if the public version of the policy by which it was judged has it."""
    label = floor_label(view.statement.policy)
    pack = next((one.pack for one in policy.versions(NOBODY) if one.pack.label == label), None)
    return view.clause if pack and pack.clause(view.clause) else ""
