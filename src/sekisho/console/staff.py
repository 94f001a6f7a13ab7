"""Pages for staff: the stream of decisions, and the evidence of one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sekisho.accounts.rules import Permission
from sekisho.accounts.types import Viewer
from sekisho.base.errors import SekishoError
from sekisho.base.text import as_lang
from sekisho.console import decisions as shared
from sekisho.console.access import staff_viewer
from sekisho.console.customer import explanation
from sekisho.console.decisions import DecisionsForm, Row, Titles
from sekisho.console.labels import LabelForm, desk_of
from sekisho.enforcement import actions as enforcement_actions
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.types import Desk


# --- decisions ----------------------------------------------------------------------------------------------
@login_required
def decisions(request: HttpRequest) -> HttpResponse:
    """Show decisions of all organisations as they come in; the first page renews itself while it is open."""
    viewer, at = staff_viewer(request, Permission.STAFF_DECISION_READ), now()
    lang = as_lang(get_language())
    form = DecisionsForm(request.GET, shared.clause_choices(lang, at), None)
    cursor = request.GET.get("cursor", "")
    page = enforcement.decisions(viewer, form.wanted("", at), after=cursor)
    titles = Titles(viewer, lang)
    context = {
        "form": form,
        "filtered": form.is_narrowed,
        "live": not cursor,
        "rows": [
            Row(one, titles.title(one), one.organisation, reverse("console:staff-decision", args=[one.id]))
            for one in page.decisions
        ],
        "after": page.next,
        "newest": bool(cursor),
        "crumbs": [(_("Decisions stream"), "")],
    }
    part = "stream" if request.headers.get("HX-Request") else "decisions"
    return render(request, f"console/staff/{part}.html", context)


@login_required
def decision(request: HttpRequest, decision: str) -> HttpResponse:
    """Show the evidence of one decision: codes, scores and thresholds. Content is not on this page.

    Reviewers and the appeals desk write down here what the text was.
    """
    viewer = staff_viewer(request, Permission.STAFF_DECISION_READ)
    found = enforcement.decision(viewer, decision)
    desk = desk_of(viewer)
    form = LabelForm(request.POST or None, clauses=shared.clause_choices(as_lang(get_language()), now()))
    if desk and form.is_valid() and _labelled(viewer, decision, form, desk):
        messages.success(request, _("Your finding is written down."))
        return HttpResponseRedirect(request.path)
    context = {
        **explanation(viewer, found),
        "form": form if desk else None,
        "label": enforcement.label_of(viewer, decision) if desk else None,
        "key_name": found.key,
        "crumbs": [(_("Decisions stream"), reverse("console:staff-decisions")), (found.id, "")],
    }
    return render(request, "console/staff/decision.html", context, status=422 if form.errors else 200)


def _labelled(viewer: Viewer, decision: str, form: LabelForm, desk: Desk) -> bool:
    """Write a finding down; put what is wrong with it on the form."""
    try:
        enforcement_actions.label(viewer, decision, form.found, desk)
    except SekishoError as refusal:
        form.add_error(None, refusal.told(as_lang(get_language())))
        return False
    return True
