"""Pages of the desk: the queue, and a case with everything that an answer rests on."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from sekisho.accounts.queries import not_found
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.text import as_lang
from sekisho.cases import actions as cases
from sekisho.cases import queries
from sekisho.cases.desk import actions, helper
from sekisho.cases.desk import queries as desk
from sekisho.cases.desk.rules.macros import Unfilled, fill
from sekisho.cases.desk.types import DeskCase
from sekisho.cases.desk.words import refusal as desk_refusal
from sekisho.cases.mail import queries as mail
from sekisho.cases.queries.queue import MOST
from sekisho.cases.rules.queues import queues_of
from sekisho.cases.rules.states import NEXT
from sekisho.cases.types import CaseView, Kind, Queue, Reach, State
from sekisho.console import desk_forms as forms
from sekisho.console import desk_words
from sekisho.console.access import viewer_of
from sekisho.console.case_files import download
from sekisho.console.help import reader_of
from sekisho.console.templatetags.console import reader_lang
from sekisho.records.rights import queries as rights
from sekisho.records.types import Destroyed, Part
from sekisho.support.help import queries as help_centre
from sekisho.support.help.rules.audience import Reader, may_read
from sekisho.support.help.types import ArticleView
from sekisho.support.queries import snapshot_of
from sekisho.support.types import Surface


def agent(request: HttpRequest) -> Viewer:
    """Return the viewer if they work a queue; for anybody else the page does not exist."""
    viewer = viewer_of(request)
    if not queues_of(viewer):
        raise not_found("page_not_found")
    return viewer


@dataclass(frozen=True, slots=True)
class Row:
    case: CaseView
    is_mine: bool
    is_taken: bool
    is_late: bool


# --- the queue --------------------------------------------------------------------------------------------------
@login_required
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """List what there is to do, in the order in which it is worked."""
    viewer, at = agent(request), now()
    form = forms.FilterForm(request.GET or None, queues=[one for one in Queue if one in queues_of(viewer)])
    wanted = _wanted(form, viewer, at)
    after = request.GET.get("cursor", "")
    page = queries.queue(viewer, wanted, after=after)
    context = {
        "rows": [_row(one, viewer, at) for one in page.cases],
        "counts": queries.counts(viewer, at),
        "most": MOST,
        "form": form,
        "filtered": wanted != queries.EVERYTHING,
        "after": page.next,
        "newest": bool(after),
        "crumbs": [(_("Desk"), "")],
    }
    return render(request, "console/staff/desk_queue.html", context)


def _wanted(form: forms.FilterForm, viewer: Viewer, at: datetime) -> queries.QueueFilter:
    said = form.cleaned_data if form.is_valid() else {}
    return queries.QueueFilter(
        queue=Queue(said["queue"]) if said.get("queue") else None,
        state=State(said["state"]) if said.get("state") else None,
        language=said.get("language", ""),
        holder=viewer.id if said.get("show") == "mine" else "",
        late_at=at if said.get("show") == "late" else None,
    )


def _row(case: CaseView, viewer: Viewer, at: datetime) -> Row:
    is_held = bool(case.held_by and case.held_until and case.held_until > at)
    return Row(
        case,
        is_mine=is_held and case.held_by == viewer.id,
        is_taken=is_held and case.held_by != viewer.id,
        is_late=case.due is not None and case.due < at,
    )


@login_required
@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Take what is to be worked next and nobody has."""
    taken = actions.take_next(agent(request), clock=now)
    if not taken:
        messages.info(request, _("Nothing waits that nobody has."))
        return HttpResponseRedirect(reverse("console:staff-desk"))
    return HttpResponseRedirect(reverse("console:staff-desk-case", args=[taken]))


# --- one case ---------------------------------------------------------------------------------------------------
@login_required
@never_cache
@sensitive_post_parameters("text")
def case(request: HttpRequest, case: str) -> HttpResponse:
    """Show a case, and send what was written."""
    viewer = agent(request)
    found = desk.desk_case(viewer, case, now())
    form = forms.AnswerForm(request.POST or None, initial=_initial(request, viewer, found))
    if request.method == "POST" and form.is_valid() and _sent(request, viewer, found, form):
        return HttpResponseRedirect(request.path)
    actions.look(viewer, case, clock=now)
    return _page(request, viewer, found, form)


def _page(
    request: HttpRequest,
    viewer: Viewer,
    found: DeskCase,
    form: forms.AnswerForm,
    refused: Mapping[str, Form] = MappingProxyType({}),
) -> HttpResponse:
    """Show a case with the answer's form; `refused` is another form by its name, with what was written there."""
    at, view = now(), found.case
    views, reader = help_centre.cited(view.cited, reader_lang()), reader_of(request)
    row = _row(view, viewer, at)
    context: dict[str, object] = {
        "desk": found,
        "case": view,
        "row": row,
        "cited": [_cited(one, views.get(one), reader) for one in view.cited],
        "late_clocks": {one.id for one in found.clocks if one.is_late(at)},
        "entitled_then": view.entitlements,
        "entitled_now": _snapshot(view, at),
        "grants": rights.grants_of_ticket(viewer, view.id, at),
        # a mail as it came is full of addresses, so it stands behind the same door
        "originals": mail.originals(viewer, view.id).values() if found.unmasked_until else (),
        "form": form,
        **_forms(view),
        **refused,
        "macros": desk.macros(viewer),
        "helps": helper.is_there(),
        "at": at,
        "crumbs": [(_("Desk"), reverse("console:staff-desk")), (view.reference, "")],
    }
    return render(request, "console/staff/desk_case.html", context | _chosen_macro(request, viewer, view))


@dataclass(frozen=True, slots=True)
class Cited:
    """An article that was cited, by its version; without a title where there is none any more."""

    version: str
    title: str = ""
    slug: str = ""
    """Empty where the agent does not belong to its readers: a link would lead nowhere."""


def _cited(version: str, view: ArticleView | None, reader: Reader) -> Cited:
    if view is None:
        return Cited(version)
    is_open = not view.is_withdrawn and may_read(view.audience, reader)
    return Cited(version, view.title, view.slug if is_open else "")


def _forms(view: CaseView, said: Mapping[str, QueryDict] = MappingProxyType({})) -> dict[str, Form]:
    """Return the forms beside the answer's, by the names of their buttons; `said` is what was sent with one."""
    where = {"queue": view.queue.value, "kind": view.kind.value}
    state = forms.StateForm(said.get("state"), auto_id="state_%s")
    state.fields["state"].choices = [  # type: ignore[attr-defined]
        (one.value, desk_words.STATES[one.value]) for one in State if one in NEXT[view.state]
    ]
    return {
        "note": forms.NoteForm(said.get("note"), initial={"submission": secrets.token_hex(16)}),
        "unmask": forms.ReasonForm(said.get("unmask"), auto_id="unmask_%s"),
        "state": state,
        "move": forms.MoveForm(said.get("move"), auto_id="move_%s", initial=where),
        "link": forms.LinkForm(said.get("link"), auto_id="link_%s"),
    }


def _initial(request: HttpRequest, viewer: Viewer, found: DeskCase) -> dict[str, object]:
    """Return what the answer begins with: the draft that was asked for, or one's own."""
    wanted = request.GET.get("draft", "")
    own = [one for one in found.drafts if one.by == viewer.id]
    chosen = next((one for one in own if one.id == wanted), None) or next(
        (one for one in own if one.origin.value == "person"), None
    )
    return {
        "submission": secrets.token_hex(16),
        "text": chosen.text if chosen else "",
        "translated_from": (chosen.translated_from or "") if chosen else "",
    }


def _chosen_macro(request: HttpRequest, viewer: Viewer, view: CaseView) -> dict[str, object]:
    """Return the text that was chosen, with a form for its placeholders; filled, it becomes one's draft."""
    sent = request.POST if "macro" in request.POST else None
    wanted = (sent or request.GET).get("macro", "")
    if not wanted:
        return {}
    macro = desk.macro(viewer, wanted)
    known = {"reference": view.reference}
    return {
        "macro": macro,
        "placeholders": forms.PlaceholdersForm(sent, macro=macro, initial=known, auto_id="macro_%s"),
    }


def _snapshot(view: CaseView, at: datetime) -> Mapping[str, object]:
    surfaces = {one.value: one for one in Surface}
    surface = surfaces.get(view.surface, Surface.HELP_CENTRE)
    try:
        return snapshot_of(view.requester, view.organisation, surface, at=at)
    except SekishoError:  # the account is gone, or they left it: nothing is open to them for it any more
        return {}


def _sent(request: HttpRequest, viewer: Viewer, found: DeskCase, form: forms.AnswerForm) -> bool:
    said = form.cleaned_data
    source = said["translated_from"]
    try:
        actions.answer(
            viewer,
            found.case.id,
            said["text"],
            submission=said["submission"],
            reach=Reach(said["reach"]),
            then=State(said["then"]) if said["then"] else None,
            entitlements=_snapshot(found.case, now()),
            translated_from=as_lang(source) if source else None,
            clock=now,
        )
    except NotFoundError:
        raise
    except SekishoError as refusal:
        form.add_error(None, refusal.told(reader_lang()))
        return False
    messages.success(request, _("Sent. The mail goes out at once."))
    return True


@login_required
@require_POST
@sensitive_post_parameters("text")
def do(request: HttpRequest, case: str, how: str) -> HttpResponse:
    """Do what a button of the page asks for; what is refused stays in its field."""
    viewer = agent(request)
    if how not in _DEEDS:
        raise not_found("page_not_found")
    found = desk.desk_case(viewer, case, now())
    written = _forms(found.case, {how: request.POST}).get(how)
    if written and not written.is_valid():
        return _refused(request, viewer, found, {how: written})
    try:
        query = _DEEDS[how](request, viewer, case) or ""
    except NotFoundError:
        raise
    except SekishoError as refusal:
        messages.error(request, refusal.told(reader_lang()))
        return _refused(request, viewer, found, {how: written} if written else {})
    try:
        queries.case(viewer, case)
    except NotFoundError:  # it was moved to where one does not look
        return HttpResponseRedirect(reverse("console:staff-desk"))
    return HttpResponseRedirect(reverse("console:staff-desk-case", args=[case]) + query)


def _refused(
    request: HttpRequest, viewer: Viewer, found: DeskCase, written: Mapping[str, Form]
) -> HttpResponse:
    answer = _initial(request, viewer, found)
    if "note" not in written:
        answer["text"] = request.POST.get("text", answer["text"])
    return _page(request, viewer, found, forms.AnswerForm(initial=answer), written)


def _note(request: HttpRequest, viewer: Viewer, case: str) -> None:
    said = request.POST
    actions.note(viewer, case, said["text"], submission=said["submission"], clock=now)


def _unmask(request: HttpRequest, viewer: Viewer, case: str) -> None:
    actions.unmask(viewer, case, request.POST.get("reason", ""), clock=now)


def _change(request: HttpRequest, viewer: Viewer, case: str) -> None:
    wanted = {one.value: one for one in State}.get(request.POST.get("state", ""))
    if wanted:
        cases.change_state(viewer, case, wanted, request.POST.get("reason", ""), clock=now)


def _move(request: HttpRequest, viewer: Viewer, case: str) -> None:
    queue = {one.value: one for one in Queue}.get(request.POST.get("queue", ""))
    kind = {one.value: one for one in Kind}.get(request.POST.get("kind", ""))
    cases.move(viewer, case, queue=queue, kind=kind, reason=request.POST.get("reason", ""), clock=now)
    messages.success(request, _("Moved. When it was received stays as it was."))


def _link(request: HttpRequest, viewer: Viewer, case: str) -> None:
    other = queries.by_reference(request.POST.get("reference", ""))
    cases.link_cases(viewer, case, other or case, clock=now)


def _draft(request: HttpRequest, viewer: Viewer, case: str) -> str:
    language = queries.case(viewer, case).language
    made = actions.save_draft(viewer, case, request.POST.get("text", ""), language=language, clock=now)
    return f"?draft={made.id}"


def _fill(request: HttpRequest, viewer: Viewer, case: str) -> str:
    """Put a text with its placeholders filled into one's draft; what is missing is refused."""
    macro = desk.macro(viewer, request.POST.get("macro", ""))
    language = queries.case(viewer, case).language
    filled = fill(macro.text.in_(language), {name: request.POST.get(name, "") for name in macro.placeholders})
    if isinstance(filled, Unfilled):
        raise desk_refusal("macro_unfilled", names=", ".join(filled.names))
    before = request.POST.get("before", "").strip()
    text = f"{before}\n\n{filled.text}" if before else filled.text
    return f"?draft={actions.save_draft(viewer, case, text, language=language, clock=now).id}"


def _drop(request: HttpRequest, viewer: Viewer, case: str) -> None:
    actions.drop_draft(viewer, request.POST.get("draft", ""))


def _suggest(request: HttpRequest, viewer: Viewer, case: str) -> str:
    return f"?draft={actions.suggest(viewer, case, clock=now).id}"


def _translate(request: HttpRequest, viewer: Viewer, case: str) -> str:
    text = request.POST.get("text", "")
    return f"?draft={actions.translate(viewer, case, text, source=reader_lang(), clock=now).id}"


def _take(request: HttpRequest, viewer: Viewer, case: str) -> None:
    actions.take(viewer, case, clock=now)


def _give_back(request: HttpRequest, viewer: Viewer, case: str) -> None:
    actions.give_back(viewer, case)


_DEEDS: Mapping[str, Callable[[HttpRequest, Viewer, str], str | None]] = {
    "take": _take,
    "give-back": _give_back,
    "note": _note,
    "unmask": _unmask,
    "state": _change,
    "move": _move,
    "link": _link,
    "draft": _draft,
    "fill": _fill,
    "drop": _drop,
    "suggest": _suggest,
    "translate": _translate,
}


@login_required
@require_POST
def look(request: HttpRequest, case: str) -> HttpResponse:
    """Take it that the page is still open, and say who else has it open, a line each."""
    viewer = agent(request)
    actions.look(viewer, case, is_answering=request.POST.get("answering") == "1", clock=now)
    others = desk.others(viewer, case, now())
    lines = render_to_string("console/parts/desk_others.txt", {"others": others}, request)
    return HttpResponse(lines, content_type="text/plain; charset=utf-8")


@login_required
@never_cache
def file(request: HttpRequest, case: str, enclosure: str) -> HttpResponse:
    """Give out one file of a case."""
    viewer = agent(request)
    desk.desk_case(viewer, case, now())
    return download(viewer, case, enclosure)


# --- what was shown for this case -------------------------------------------------------------------------------
@login_required
@never_cache
def conversation(request: HttpRequest, case: str, conversation: str) -> HttpResponse:
    """Show a conversation that its owner let those read who answer this case. Each reading is logged, and told to
    them."""
    viewer, at = agent(request), now()
    found = desk.desk_case(viewer, case, at)
    turns = rights.turns_for_ticket(viewer, case, conversation, at)
    if not turns:
        raise not_found("conversation_not_found")
    context = {
        "case": found.case,
        "turns": [_said(viewer, case, turn, at) for turn in turns],
        "crumbs": [
            (_("Desk"), reverse("console:staff-desk")),
            (found.case.reference, reverse("console:staff-desk-case", args=[case])),
            (_("Conversation"), ""),
        ],
    }
    return render(request, "console/staff/desk_conversation.html", context)


def _said(viewer: Viewer, case: str, turn: str, at: datetime) -> list[tuple[str, str]]:
    """Return what each side said in a turn; empty where it is gone, or kept for another purpose alone."""
    try:
        content = rights.content_for_ticket(viewer, case, turn, at)
    except NotAllowedError:
        return []
    if isinstance(content, Destroyed):
        return []
    shown = (content.parts.get(part, ()) for part in (Part.PROMPT, Part.ANSWER, Part.RELEASED))
    return [(block.role, block.text) for blocks in shown for block in blocks if block.text]
