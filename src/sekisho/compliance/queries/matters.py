"""Notices, complaints and orders: for staff of their queue, and for whoever holds the link of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypedDict

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer, system
from sekisho.base.text import Lang, as_lang
from sekisho.cases import queries as cases
from sekisho.cases.queries.running import clocks_of_cases, running
from sekisho.cases.types import ClockView, Kind, Reach, Voice
from sekisho.compliance import marks
from sekisho.compliance.law import law
from sekisho.compliance.models import Complaint, Notice, Order
from sekisho.compliance.rules.clocks import TARGET
from sekisho.compliance.types import Followed, Matter, MatterView, Regime, RunningClock, Said

MOST = 500
"""Matters that a page lists, the latest first."""
SEEN_WITH = {
    Matter.NOTICE: Permission.STAFF_COMPLAINT_READ,
    Matter.COMPLAINT: Permission.STAFF_COMPLAINT_READ,
    Matter.ORDER: Permission.STAFF_ORDER_READ,
}
_KINDS = {Matter.NOTICE: Kind.NOTICE, Matter.COMPLAINT: Kind.COMPLAINT, Matter.ORDER: Kind.AUTHORITY}


def matters(viewer: Viewer, matter: Matter, *, open_only: bool = True) -> tuple[MatterView, ...]:
    """Return notices, complaints or orders, the latest first. Raises `NotFoundError` for who may not see them."""
    _see(viewer, matter)
    rows: list[MatterView]
    match matter:
        case Matter.NOTICE:
            found = Notice.objects.filter(moved_at=None, **({"decision": ""} if open_only else {}))
            rows = [of_notice(row) for row in found.order_by("-received_at", "case")[:MOST]]
        case Matter.COMPLAINT:
            asked = Complaint.objects.filter(moved_at=None, **({"outcome": ""} if open_only else {}))
            rows = [of_complaint(row) for row in asked.order_by("-received_at", "case")[:MOST]]
        case Matter.ORDER:
            sealed = Order.objects.filter(moved_at=None, **({"effect": ""} if open_only else {}))
            rows = [of_order(row) for row in sealed.order_by("-received_at", "case")[:MOST]]
    return tuple(rows)


def matter(viewer: Viewer, case: str) -> MatterView:
    """Return one of them. Raises `NotFoundError`, also for what the viewer may not see."""
    view = _known(case)
    if view is None or not may(viewer, SEEN_WITH[view.matter]):
        raise not_found("matter_not_found")
    return view


def is_matter(case: str) -> bool:
    """Return whether a case is one of these."""
    return _known(case) is not None


def clocks_of(view: MatterView) -> tuple[RunningClock, ...]:
    """Return the clocks of a matter, as what it is now, in the order in which they end."""
    return _its_own(view, cases.clocks(view.case))


def next_clocks(views: Iterable[MatterView]) -> Mapping[str, RunningClock]:
    """Return for each matter the clock that ends next, with one question for all; none for what nothing is owed on."""
    each = {view.case: view for view in views}
    found = clocks_of_cases(each)
    running_ = {
        case: [one for one in _its_own(each[case], clocks) if one.met_at is None]
        for case, clocks in found.items()
    }
    return {case: clocks[0] for case, clocks in running_.items() if clocks}


def running_clocks(viewer: Viewer, until: datetime | None = None) -> tuple[RunningClock, ...]:
    """Return every clock of these matters that nobody has met, the next to run out first; those of orders only to who
    may open them. Raises `NotFoundError` for who sees no complaints."""
    _see(viewer, Matter.COMPLAINT)
    kinds = [_KINDS[one] for one in Matter if may(viewer, SEEN_WITH[one])]
    return tuple(
        _clock(one, reference)
        for reference, one in running(kinds, until=until)
        if one.duty.partition("_")[0] in set(Matter)
    )


def followed(link: str, at: datetime) -> Followed:
    """Return the matter that a link opens, as who brought it sees it: how far it is, its clocks, and what was said.

    Raises `SekishoError` (`link_forged`, `link_expired`), and `NotFoundError` for what is gone.
    """
    view = _known(marks.case_of(link, at))
    if view is None or view.matter is Matter.ORDER:
        raise not_found("matter_not_found")
    asked = cases.case(system("compliance"), view.case)
    decided = view.matter is Matter.NOTICE and not view.is_open
    return Followed(
        view, asked.reference, clocks_of(view), _said(view.case), law(view.regime).routes, decided
    )


def of_notice(row: Notice) -> MatterView:
    return MatterView(
        **_shared(row, Matter.NOTICE),
        what=row.category,
        outcome=row.decision,
        ended_at=row.decided_at,
        flagger=row.flagger,
        statement=row.statement,
        rests_until=row.rests_until,
        decided_by=row.decided_by,
        automation_used=row.automation_used,
    )


def of_complaint(row: Complaint) -> MatterView:
    return MatterView(
        **_shared(row, Matter.COMPLAINT),
        what=row.kind,
        outcome=row.outcome,
        ended_at=row.informed_at,
        complainant=row.complainant,
        about=row.about,
        rests_until=row.rests_until,
        is_minor=row.is_minor,
        decided_by=row.reviewer,
        automation_used=row.automation_used,
    )


def of_order(row: Order) -> MatterView:
    return MatterView(
        **_shared(row, Matter.ORDER),
        what=row.kind,
        outcome=row.effect,
        ended_at=row.effected_at,
        decided_by=row.effected_by,
    )


class _Shared(TypedDict):
    """What is said alike of all three."""

    case: str
    matter: Matter
    regime: Regime
    language: Lang
    region: str
    received_at: datetime
    acknowledged_at: datetime | None
    by_whom: str


def _shared(row: Notice | Complaint | Order, matter: Matter) -> _Shared:
    return {
        "case": row.case,
        "matter": matter,
        "regime": Regime(row.regime),
        "language": as_lang(row.language),
        "region": row.region,
        "received_at": row.received_at,
        "acknowledged_at": row.acknowledged_at,
        "by_whom": row.by_whom,
    }


def _known(case: str) -> MatterView | None:
    if notice := Notice.objects.filter(case=case, moved_at=None).first():
        return of_notice(notice)
    if complaint := Complaint.objects.filter(case=case, moved_at=None).first():
        return of_complaint(complaint)
    order = Order.objects.filter(case=case, moved_at=None).first()
    return of_order(order) if order else None


def _its_own(view: MatterView, clocks: Iterable[ClockView]) -> tuple[RunningClock, ...]:
    """Leave out those of what it was before it was moved."""
    law_ = "" if view.regime is Regime.OWN else view.regime.value
    mine = (one for one in clocks if one.duty.startswith(f"{view.matter}_") and one.regime == law_)
    return tuple(_clock(one, "") for one in mine)


def _clock(one: ClockView, reference: str) -> RunningClock:
    regime = Regime(one.regime) if one.regime else Regime.OWN
    is_target = one.duty.endswith(TARGET)
    return RunningClock(one.case, reference, one.duty, regime, is_target, one.starts, one.due, one.met_at)


def _said(case: str) -> tuple[Said, ...]:
    each = cases.messages(system("compliance"), case)
    return tuple(
        Said(one.at, one.voice is not Voice.REQUESTER, one.text)
        for one in each
        if one.reach is Reach.EVERYBODY
    )


def _see(viewer: Viewer, matter: Matter) -> None:
    if not may(viewer, SEEN_WITH[matter]):
        raise not_found("matter_not_found")
