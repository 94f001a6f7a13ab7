"""Pages of held answers: the queue and one answer for who is qualified, and their states for the organisation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from sekisho.accounts import queries as accounts
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.text import Lang, Text, as_lang
from sekisho.console import words
from sekisho.console.access import viewer_of
from sekisho.console.charts import Bar
from sekisho.console.customer import crumbs
from sekisho.enforcement.holds import actions, queries
from sekisho.enforcement.holds.attestation import statement
from sekisho.enforcement.holds.diff import changes
from sekisho.enforcement.holds.refusals import UNQUALIFIED
from sekisho.enforcement.holds.rules import Unqualified
from sekisho.enforcement.holds.types import DOMAINS, HoldState, HoldView, Opened

NO_DOMAIN = Text("A check was missing", "確認処理の不足")
TONES = {
    HoldState.WAITING: "hold",
    HoldState.CLAIMED: "annotate",
    HoldState.FACTS_ASKED: "modify",
    HoldState.RELEASED: "allow",
    HoldState.RELEASED_EDITED: "allow",
    HoldState.REJECTED: "block",
    HoldState.EXPIRED: "quiet",
}
ATTESTED = frozenset({HoldState.RELEASED, HoldState.RELEASED_EDITED, HoldState.REJECTED})


@dataclass(frozen=True, slots=True)
class Row:
    """A hold in a list."""

    hold: HoldView
    domain: Text
    tone: str
    href: str
    is_mine: bool
    is_late: bool


# --- staff --------------------------------------------------------------------------------------------------------
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """Show what waits for the viewer, the next deadline first, and how much waits at all."""
    viewer, at = _decider(request), now()
    domains = queries.domains_of(viewer, at)
    wanted = request.GET.get("domain", "")
    page = queries.queue(
        viewer, at, domain=wanted if wanted in domains else "", after=request.GET.get("cursor", "")
    )
    bars = _bars(queries.counts(viewer, at))
    context = {
        "rows": _rows(viewer, page.holds, at, lambda one: reverse("console:staff-hold", args=[one.id])),
        "after": page.next,
        "newest": bool(request.GET.get("cursor")),
        "domains": [(name, DOMAINS[name]) for name in domains if name],
        "domain": wanted,
        "is_registered": any(domains) or not may(viewer, Permission.STAFF_HOLD_DECIDE),
        "bars": bars,
        "most": max((one.value for one in bars), default=0),
        "bars_caption": _("Open now, and decided in the last 30 days; counted up to 1,000"),
        "crumbs": [(_("Held answers"), "")],
    }
    return render(request, "console/staff/holds_queue.html", context)


@login_required
@never_cache
def hold(request: HttpRequest, hold: str) -> HttpResponse:
    """Let who is qualified claim one answer, read it, and decide."""
    viewer = _decider(request)
    view = queries.hold(viewer, hold, now())
    listing = reverse("console:staff-holds")
    trail = [(_("Held answers"), listing), (view.id, "")]
    document = reverse("console:staff-hold-attestation", args=[view.id])
    desk = Desk(request, viewer, view, trail, listing=listing, document=document)
    return desk.page("console/staff/holds_hold.html")


@login_required
def attestation(request: HttpRequest, hold: str) -> HttpResponse:
    """Give the signed attestation to keep."""
    return _document(viewer_of(request), hold)


# --- the organisation ---------------------------------------------------------------------------------------------
@login_required
def of_organisation(request: HttpRequest, org: str) -> HttpResponse:
    """List the organisation's held answers, and say where its professionals have to be licensed."""
    viewer, at = viewer_of(request), now()
    organisation = accounts.organisation(viewer, org)
    problem = ""
    if request.method == "POST":
        try:
            actions.demand(viewer, org, request.POST.get("jurisdiction", ""))
        except NotAllowedError:
            raise
        except SekishoError as refusal:
            problem = refusal.told(_lang())
        else:
            messages.success(request, _("Saved. It holds for answers that are held from now on."))
            return HttpResponseRedirect(request.path)
    page = queries.holds_of(viewer, org, at, before=request.GET.get("cursor", ""))
    context = {
        "organisation": organisation,
        "rows": _rows(viewer, page.holds, at, lambda one: reverse("console:hold", args=[org, one.id])),
        "after": page.next,
        "newest": bool(request.GET.get("cursor")),
        "jurisdiction": request.POST.get("jurisdiction", queries.jurisdiction_of(org)),
        "may_demand": may(viewer, Permission.ORG_USE_DECLARE, org),
        "problem": problem,
        "crumbs": [*crumbs(organisation), (_("Held answers"), "")],
    }
    return render(request, "console/customer/holds_list.html", context, status=422 if problem else 200)


@login_required
@never_cache
def one_of_organisation(request: HttpRequest, org: str, hold: str) -> HttpResponse:
    """Show the state of one held answer; the organisation's own professionals decide on it here."""
    viewer = viewer_of(request)
    organisation = accounts.organisation(viewer, org)
    view = _own(viewer, org, hold)
    listing = reverse("console:holds", args=[org])
    trail = [*crumbs(organisation), (_("Held answers"), listing), (view.id, "")]
    document = reverse("console:hold-attestation", args=[org, view.id])
    desk = Desk(request, viewer, view, trail, listing=listing, document=document)
    return desk.page("console/customer/holds_hold.html")


@login_required
def own_attestation(request: HttpRequest, org: str, hold: str) -> HttpResponse:
    viewer = viewer_of(request)
    return _document(viewer, _own(viewer, org, hold).id)


def _own(viewer: Viewer, org: str, hold: str) -> HoldView:
    """The hold, if it is of this organisation and its people may see it."""
    view = queries.hold(viewer, hold, now())
    if view.organisation != org or not may(viewer, Permission.ORG_DECISION_READ, org):
        raise accounts.not_found("hold_not_found")
    return view


# --- deciding -----------------------------------------------------------------------------------------------------
class Desk:
    """One answer before one person: what they may do with it, and what they have just asked for."""

    def __init__(
        self,
        request: HttpRequest,
        viewer: Viewer,
        view: HoldView,
        trail: list[tuple[str, str]],
        *,
        listing: str,
        document: str,
    ) -> None:
        """`trail` leads here, `listing` is where one goes on, and `document` gives the attestation."""
        self.request, self.viewer, self.view, self.trail = request, viewer, view, trail
        self.listing, self.document = listing, document
        self.problem = ""

    def page(self, template: str) -> HttpResponse:
        deed = self.request.POST.get("deed", "")
        if deed == "preview" and self.request.headers.get("HX-Request"):
            return render(self.request, "console/parts/hold_diff.html", self._preview(self._opened()))
        if self.request.method == "POST" and deed in DEEDS and (done := self._do(DEEDS[deed])):
            return done
        return render(self.request, template, self._context(), status=409 if self.problem else 200)

    def _do(self, deed: Deed) -> HttpResponse | None:
        """Do it and lead on; None when the page is to be shown again, with what was wrong or was written."""
        try:
            deed.do(self.viewer, self.view.id, self.request)
        except NotFoundError:
            raise
        except SekishoError as refusal:
            self.problem = refusal.told(_lang())
            return None
        if deed.done:
            messages.success(self.request, str(deed.done()))
        if deed.stays and self.request.POST.get("text"):
            return None  # a claim that was renewed while something was written: it is still in the form
        return HttpResponseRedirect(self.request.path if deed.stays else self.listing)

    def _opened(self) -> Opened | None:
        try:
            return queries.opened(self.viewer, self.view.id, now())
        except NotAllowedError:
            return None

    def _context(self) -> dict[str, object]:
        at = now()
        self.view = view = queries.hold(self.viewer, self.view.id, at)
        who = queries.qualified(self.viewer, queries.matter_of(view), at)
        opened = self._opened()
        return {
            "hold": view,
            "domain": DOMAINS.get(view.domain, NO_DOMAIN),
            "tone": TONES[view.state],
            "opened": opened,
            "is_mine": opened is not None,
            "may_claim": view.state in (HoldState.WAITING, HoldState.CLAIMED)
            and not isinstance(who, Unqualified),
            "unqualified": UNQUALIFIED[who.code] if isinstance(who, Unqualified) else None,
            "statement": statement(HoldState.RELEASED, view.domain),
            "written": self.request.POST.get("text", ""),
            "reason": self.request.POST.get("reason", ""),
            "question": self.request.POST.get("question", ""),
            "problem": self.problem,
            "attestation": self.document if view.state in ATTESTED else "",
            "crumbs": self.trail,
            **self._preview(opened),
        }

    def _preview(self, opened: Opened | None) -> dict[str, object]:
        """What the text in the form changes in the draft, word by word."""
        text = self.request.POST.get("text")
        if opened is None or text is None:
            return {"diff": None}
        made = changes(opened.draft.strip(), text.replace("\r\n", "\n").strip())
        return {"diff": made, "is_changed": any(one.kind != "same" for one in made)}


@dataclass(frozen=True, slots=True)
class Deed:
    do: Callable[[Viewer, str, HttpRequest], None]
    done: Callable[[], str] | None = None
    stays: bool = False
    """Whether the page is shown again afterwards, and not the list."""


DEEDS = {
    "claim": Deed(lambda who, id, request: actions.claim(who, id), stays=True),
    "give_back": Deed(
        lambda who, id, request: actions.give_back(who, id), lambda: _("Given back. Others can take it now.")
    ),
    "release": Deed(
        lambda who, id, request: actions.release(
            who,
            id,
            request.POST.get("text", ""),
            agreed=bool(request.POST.get("agreed")),
            language=_lang(),
        ),
        lambda: _("Released. The client has it now, with your attestation."),
    ),
    "reject": Deed(
        lambda who, id, request: actions.reject(who, id, request.POST.get("reason", ""), language=_lang()),
        lambda: _("Rejected. The client is told your reason."),
    ),
    "ask": Deed(
        lambda who, id, request: actions.ask_facts(who, id, request.POST.get("question", "")),
        lambda: _("Asked. The answer comes back to the queue with the facts."),
    ),
}


# --- shared -------------------------------------------------------------------------------------------------------
def _decider(request: HttpRequest) -> Viewer:
    """The viewer, if they decide on held answers at all; for anybody else the page does not exist."""
    viewer = viewer_of(request)
    if not (may(viewer, Permission.STAFF_HOLD_READ) or may(viewer, Permission.STAFF_CASE_READ)):
        raise accounts.not_found("page_not_found")
    return viewer


def _document(viewer: Viewer, hold: str) -> HttpResponse:
    told = queries.attestation_of(viewer, hold, now())
    name = f'attachment; filename="{hold}.attestation.json"'
    return HttpResponse(told, "application/json", headers={"content-disposition": name})


def _rows(
    viewer: Viewer, found: tuple[HoldView, ...], at: datetime, href: Callable[[HoldView], str]
) -> list[Row]:
    return [
        Row(
            one,
            DOMAINS.get(one.domain, NO_DOMAIN),
            TONES[one.state],
            href(one),
            one.claimed_by == viewer.id and one.state is HoldState.CLAIMED,
            one.state.is_open and one.escalated_at is not None,
        )
        for one in found
    ]


def _bars(counts: dict[HoldState, int]) -> list[Bar]:
    return [
        Bar(words.word(words.HOLD_STATES, state.value), count, TONES[state])
        for state, count in counts.items()
        if count
    ]


def _lang() -> Lang:
    return as_lang(get_language())
