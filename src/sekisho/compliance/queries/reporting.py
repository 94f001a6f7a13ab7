"""The report of a period, made from rows alone, and the ids behind each of its numbers (R-SUP-138)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from sekisho.accounts.queries import not_found, staff_who
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer, system
from sekisho.base.facts import Fact
from sekisho.cases.queries.running import clocks_of_cases
from sekisho.cases.types import ClockView
from sekisho.compliance.models import Complaint, Dispute, Notice, Order, SenderMeasure
from sekisho.compliance.queries.stated import profile
from sekisho.compliance.rules.clocks import TARGET
from sekisho.compliance.rules.reporting import DIMENSIONS, Facts, Report, Section
from sekisho.compliance.rules.reporting import report as built
from sekisho.compliance.types import Matter
from sekisho.enforcement.appeals.queries import outcomes
from sekisho.enforcement.appeals.tallies import channel_measures
from sekisho.enforcement.queries.statements import imposed
from sekisho.enforcement.transparency.types import Period

OPEN = "open"
"""What has become of what nobody has answered yet."""
SYSTEM = system("report")
TASKS = {
    "review": Permission.STAFF_CASE_DECIDE,
    "appeals": Permission.STAFF_APPEAL_DECIDE,
    "notices_and_complaints": Permission.STAFF_COMPLAINT_DECIDE,
}
"""What people do about content and measures → the permission of those who do it."""


def report(viewer: Viewer, period: Period, *, is_whole: bool = False) -> Report:
    """Return the report of a period from today's rows, whole or with small numbers withheld.

    Raises `NotFoundError` for who does not read reports.
    """
    _see(viewer)
    return built(period, profile().profile.words(), facts(period), is_whole=is_whole)


def ids_behind(
    viewer: Viewer, period: Period, section: Section, dimension: str, value: str
) -> tuple[str, ...]:
    """Return the ids of what a number of the whole report counts, in order: as many as it says.

    Raises `NotFoundError` for who does not read reports, of orders for who may not open them, and for a dimension that
    the section does not have.
    """
    _see(viewer)
    sealed = section is Section.ORDERS and not may(viewer, Permission.STAFF_ORDER_READ)
    if dimension not in DIMENSIONS[section] or sealed:
        raise not_found("report_not_found")
    at = DIMENSIONS[section].index(dimension)
    return tuple(sorted(fact.id for fact in SOURCES[section](period) if fact.values[at] == value))


def facts(period: Period) -> Facts:
    """Return what the period's rows amount to. For this room and its tests."""
    return {section: tuple(source(period)) for section, source in SOURCES.items()}


def _notices(period: Period) -> Iterator[Fact]:
    rows = list(Notice.objects.filter(**_received(period)).order_by("received_at", "case"))
    clocks = clocks_of_cases([row.case for row in rows])
    for row in rows:
        used = "with_automation" if row.automation_used else "people"
        values = (
            *(row.regime, row.category, "yes" if row.flagger else "no", row.decision or OPEN),
            *(row.basis or OPEN, used if row.decision else OPEN),
            _in_time(clocks.get(row.case, ()), f"{Matter.NOTICE}_outcome", period),
        )
        yield Fact(row.case, values, row.decided_at - row.received_at if row.decided_at else None)


def _complaints(period: Period) -> Iterator[Fact]:
    rows = list(Complaint.objects.filter(**_received(period)).order_by("received_at", "case"))
    clocks = clocks_of_cases([row.case for row in rows])
    for row in rows:
        kept = _in_time(clocks.get(row.case, ()), f"{Matter.COMPLAINT}_outcome", period)
        values = (row.regime, row.kind, row.complainant, row.outcome or OPEN, kept)
        yield Fact(row.case, values, row.informed_at - row.received_at if row.informed_at else None)


def _acknowledgements(period: Period) -> Iterator[Fact]:
    for matter, model in ((Matter.NOTICE, Notice), (Matter.COMPLAINT, Complaint), (Matter.ORDER, Order)):
        rows: list[Notice | Complaint | Order] = list(
            model.objects.filter(**_received(period)).order_by("received_at", "case")
        )
        clocks = clocks_of_cases([row.case for row in rows])
        for row in rows:
            kept = _in_time(clocks.get(row.case, ()), f"{matter}_acknowledgement", period)
            took = row.acknowledged_at - row.received_at if row.acknowledged_at else None
            yield Fact(row.case, (row.regime, matter.value, kept), took)


def _own_measures(period: Period) -> Iterator[Fact]:
    for view in imposed(SYSTEM, period.begins, period.ends):
        told = view.statement
        source = "own_initiative" if told.is_own_initiative else "notice"
        by = "automation" if told.was_decided_automatically else "people"
        yield Fact(view.statement_id, (view.measure.value, view.clause, source, by))


def _automation(period: Period) -> Iterator[Fact]:
    """What programs decided alone, and whether it stands: the indicator of accuracy, and the rate of error."""
    for view in imposed(SYSTEM, period.begins, period.ends):
        if view.statement.was_decided_automatically:
            yield Fact(view.statement_id, (view.measure.value, "reversed" if view.reversed_at else "stands"))


def _appeals(period: Period) -> Iterator[Fact]:
    for one in outcomes(period.begins, period.ends):
        values = (one.about.value, one.clause, one.outcome.value)
        for id, days in zip(one.appeals, one.days, strict=True):
            yield Fact(id, values, timedelta(days=days))


def _disputes(period: Period) -> Iterator[Fact]:
    for row in Dispute.objects.filter(begun_at__gte=period.begins, begun_at__lt=period.ends).order_by("id"):
        took = row.ended_at - row.begun_at if row.ended_at else None
        done = ("yes" if row.implemented else "no") if row.outcome else OPEN
        yield Fact(str(row.id), (row.outcome or OPEN, done), took)


def _suspensions(period: Period) -> Iterator[Fact]:
    yield from channel_measures(period.begins, period.ends)
    for row in SenderMeasure.objects.filter(at__gte=period.begins, at__lt=period.ends).order_by("at", "id"):
        yield Fact(str(row.id), ("pause" if row.until else "warning", row.gravity, row.intent))


def _staff(period: Period) -> Iterator[Fact]:
    """Who does it today: of the past nothing is kept."""
    for task, permission in TASKS.items():
        for person in staff_who(permission):
            yield Fact(person.id, (task, person.language))


def _orders(period: Period) -> Iterator[Fact]:
    for row in Order.objects.filter(**_received(period)).order_by("received_at", "case"):
        took = row.effected_at - row.received_at if row.effected_at else None
        yield Fact(row.case, (row.country, row.kind, row.effect or OPEN), took)


SOURCES: dict[Section, Callable[[Period], Iterable[Fact]]] = {
    Section.NOTICES: _notices,
    Section.OWN_MEASURES: _own_measures,
    Section.COMPLAINTS: _complaints,
    Section.ACKNOWLEDGEMENTS: _acknowledgements,
    Section.APPEALS: _appeals,
    Section.DISPUTES: _disputes,
    Section.SUSPENSIONS: _suspensions,
    Section.AUTOMATION: _automation,
    Section.STAFF: _staff,
    Section.ORDERS: _orders,
}
"""Where each section comes from."""


def _received(period: Period) -> dict[str, datetime | None]:
    return {"received_at__gte": period.begins, "received_at__lt": period.ends, "moved_at": None}


def _in_time(clocks: Iterable[ClockView], duty: str, period: Period) -> str:
    """Return whether a duty was done in time: by the law's limit, and where it has none by our own aim.

    What is open at the end of the period and was due before is overdue: who answers late shows, and who never does.
    """
    mine = [one for one in clocks if one.duty.removesuffix(TARGET) == duty]
    last = max(mine, key=lambda one: (one.duty == duty, one.starts), default=None)
    if last is None:
        return "no_term"
    if last.met_at is None:
        return "overdue" if last.due < period.ends else OPEN
    return "late" if last.met_at > last.due else "in_time"


def _see(viewer: Viewer) -> None:
    if not may(viewer, Permission.STAFF_REPORT_READ):
        raise not_found("report_not_found")
