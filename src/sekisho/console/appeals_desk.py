"""Pages of the appeals desk: the queue by deadline, and the case with everything that a decision rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotFoundError, SekishoError
from sekisho.base.text import as_lang
from sekisho.console.access import staff_viewer
from sekisho.console.appeal_forms import ChannelForm, DecideForm, RevealForm
from sekisho.console.appeals import shown
from sekisho.console.customer import explanation
from sekisho.console.decisions import Titles
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.appeals import actions, queries
from sekisho.enforcement.appeals.actions import Proposed
from sekisho.enforcement.appeals.rules.misuse import MayPause, MayWarn
from sekisho.enforcement.appeals.types import AppealView, Gravity, Matter, Purposeful
from sekisho.enforcement.appeals.words import REFUSALS
from sekisho.enforcement.labelling import text_of
from sekisho.enforcement.types import DecisionRecord, Refused
from sekisho.policy.overlay import floor_label
from sekisho.records import queries as records
from sekisho.records.safety import queries as safety
from sekisho.records.safety.types import Evidence
from sekisho.records.types import Destroyed
from sekisho.records.types.purposes import Purpose


@dataclass(frozen=True, slots=True)
class Revealed:
    """What a decision was about, as the desk reads it; without text where nothing can be read."""

    decision: DecisionRecord
    text: str


@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """List what waits, the next deadline first."""
    viewer, at = staff_viewer(request, Permission.STAFF_APPEAL_READ), now()
    wanted = {"minors": True, "others": False}.get(request.GET.get("of", ""))
    context = {
        "items": [
            {"item": one, "is_overdue": one.appeal.is_overdue(at), "is_mine": one.held_by == viewer.id}
            for one in queries.queue(viewer, at, minors=wanted)
        ],
        "of": request.GET.get("of", ""),
        "crumbs": [(_("Appeals"), "")],
    }
    return render(request, "console/staff/appeals.html", context)


@login_required
@never_cache
def case(request: HttpRequest, appeal: str) -> HttpResponse:
    """Show one appeal; its words, and what it is about, to whoever has it on the desk."""
    viewer = staff_viewer(request, Permission.STAFF_APPEAL_READ)
    view = queries.case(viewer, appeal)
    form = DecideForm(request.POST or None, about=view.about)
    if request.method == "POST" and form.is_valid() and _decided(request, viewer, appeal, form):
        return HttpResponseRedirect(request.path)
    return _case(request, viewer, view, form)


@login_required
@require_POST
def move(request: HttpRequest, appeal: str, how: str) -> HttpResponse:
    """Take an appeal onto one's desk, or give it back."""
    viewer = staff_viewer(request, Permission.STAFF_APPEAL_DECIDE)
    moves: dict[str, Callable[[Viewer, str], None]] = {"take": actions.take, "give-back": actions.give_back}
    if how not in moves:
        raise not_found("page_not_found")
    _tried(request, lambda: moves[how](viewer, appeal))
    return HttpResponseRedirect(reverse("console:staff-appeal", args=[appeal]))


@login_required
@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the next one that this person may decide."""
    viewer = staff_viewer(request, Permission.STAFF_APPEAL_DECIDE)
    taken = actions.take_next(viewer)
    if not taken:
        messages.info(request, _("Nothing waits that you may decide."))
        return HttpResponseRedirect(reverse("console:staff-appeals"))
    return HttpResponseRedirect(reverse("console:staff-appeal", args=[taken]))


@login_required
@never_cache
@require_POST
def reveal(request: HttpRequest, appeal: str) -> HttpResponse:
    """Show what the conversation said, to whoever has the appeal on the desk and says why."""
    viewer = staff_viewer(request, Permission.STAFF_APPEAL_DECIDE)
    view, form = queries.case(viewer, appeal), RevealForm(request.POST)
    if queries.holder(viewer, appeal, now()) != viewer.id:
        messages.error(request, _("Take the appeal first, and say why you need to read it."))
        return HttpResponseRedirect(reverse("console:staff-appeal", args=[appeal]))
    if not form.is_valid():
        return _case(request, viewer, view, DecideForm(about=view.about), reveal=form)
    matter = queries.case_matter(viewer, appeal, now())
    reason = f"{appeal}: {form.cleaned_data['reason']}"
    revealed = [_revealed(viewer, one, reason) for one in _decisions(viewer, matter)]
    return _case(request, viewer, view, DecideForm(about=view.about), revealed=revealed)


@login_required
@never_cache
def attachment(request: HttpRequest, appeal: str, attachment: str) -> HttpResponse:
    """Give out one file as a download, so that no browser shows or runs it here."""
    viewer = staff_viewer(request, Permission.STAFF_APPEAL_DECIDE)
    if queries.holder(viewer, appeal, now()) != viewer.id:
        raise not_found("attachment_not_found")
    file = queries.attachment(viewer, appeal, attachment)
    if isinstance(file, Destroyed):
        raise not_found("attachment_not_found")
    response = HttpResponse(file.content, content_type=file.media_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    return response


@login_required
@require_POST
def channel(request: HttpRequest, appeal: str) -> HttpResponse:
    """Warn somebody who misuses the channel, or let their new appeals wait, where the rule allows it."""
    viewer, at = staff_viewer(request, Permission.STAFF_APPEAL_DECIDE), now()
    answer = queries.channel_of(viewer, appeal, at)
    form = ChannelForm(request.POST, is_pause=isinstance(answer, MayPause))
    if form.is_valid():
        gravity, intent = Gravity(form.cleaned_data["gravity"]), Purposeful(form.cleaned_data["intent"])
        if isinstance(answer, MayPause):
            until = at + timedelta(days=form.cleaned_data["days"])
            _tried(request, lambda: actions.pause(viewer, appeal, until, gravity, intent))
        else:
            _tried(request, lambda: actions.warn(viewer, appeal, gravity, intent))
    return HttpResponseRedirect(reverse("console:staff-appeal", args=[appeal]))


# --- the case -----------------------------------------------------------------------------------------------
def _case(
    request: HttpRequest,
    viewer: Viewer,
    view: AppealView,
    form: DecideForm,
    revealed: list[Revealed] | None = None,
    reveal: RevealForm | None = None,
) -> HttpResponse:
    at = now()
    is_mine = queries.holder(viewer, view.id, at) == viewer.id
    matter = queries.case_matter(viewer, view.id, at)
    answer = queries.may_hear(viewer, view.id, at)
    misused = queries.channel_of(viewer, view.id, at)
    words = queries.words_of(viewer, view.id) if is_mine else ""
    context = {
        **shown(view),
        "matter": matter,
        "clause": Titles(viewer, as_lang(get_language())).clause(view.pack, view.clause),
        "version": floor_label(view.pack).partition("@")[2],
        "decisions": [explanation(viewer, one) for one in _decisions(viewer, matter)],
        "is_mine": is_mine,
        "held": queries.holder(viewer, view.id, at),
        "why_not": REFUSALS[answer.code] if isinstance(answer, Refused) else None,
        "said": "" if isinstance(words, Destroyed) else words,
        "is_destroyed": isinstance(words, Destroyed),
        "attachments": queries.attachments(viewer, view.id) if is_mine else (),
        "precedents": queries.precedents(viewer, view.id),
        "form": form,
        "reveal": reveal or RevealForm(),
        "revealed": revealed,
        "misused": misused if isinstance(misused, MayWarn | MayPause) else None,
        "channel": ChannelForm(is_pause=isinstance(misused, MayPause)),
        "is_pause": isinstance(misused, MayPause),
        "crumbs": [(_("Appeals"), reverse("console:staff-appeals")), (view.id, "")],
    }
    is_refused = form.errors or (reveal and reveal.errors)
    return render(request, "console/staff/appeal.html", context, status=422 if is_refused else 200)


def _decided(request: HttpRequest, viewer: Viewer, appeal: str, form: DecideForm) -> bool:
    try:
        done = actions.decide(viewer, appeal, form.finding)
    except SekishoError as refusal:
        form.add_error(None, refusal.told(as_lang(get_language())))
        return False
    if isinstance(done, Proposed):
        messages.success(request, _("Your proposal is written down. A second person looks at it now."))
    else:
        messages.success(request, _("Decided. What follows from it is done, and the person is told."))
    return True


def _decisions(viewer: Viewer, matter: Matter) -> list[DecisionRecord]:
    found = []
    for id in matter.decisions:
        try:
            found.append(enforcement.decision(viewer, id))
        except NotFoundError:  # cleared away after its time
            continue
    return found


def _revealed(viewer: Viewer, decision: DecisionRecord, reason: str) -> Revealed:
    """What the turn says; where it is gone by its own clock, what was copied of it as evidence (R-DATA-243)."""
    return Revealed(decision, _said(viewer, decision, reason) or _copied(viewer, decision, reason))


def _said(viewer: Viewer, decision: DecisionRecord, reason: str) -> str:
    try:
        content = records.content_of(viewer, decision.turn, reason, purpose=Purpose.APPEAL)
    except NotFoundError:
        return ""
    return "" if isinstance(content, Destroyed) else text_of(decision, content.parts)


def _copied(viewer: Viewer, decision: DecisionRecord, reason: str) -> str:
    kept = safety.evidence_for_appeal(viewer, decision.id, reason, now())
    return kept.text if isinstance(kept, Evidence) else ""


def _tried(request: HttpRequest, act: Callable[[], object]) -> None:
    """Do it, or say why not."""
    try:
        act()
    except NotFoundError:
        raise
    except SekishoError as refusal:
        messages.error(request, refusal.told(as_lang(get_language())))
