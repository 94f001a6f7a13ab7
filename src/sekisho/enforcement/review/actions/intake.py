"""What becomes a case: decisions that people look at, measures that wait for them, and what people report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.ids import new_id
from sekisho.enforcement.review import marks, sealed, words
from sekisho.enforcement.review.models import Case, Deposit, Receipt, Reporter
from sekisho.enforcement.review.rules.exposure import weight_of
from sekisho.enforcement.review.rules.intake import (
    due,
    gravity_of_decision,
    gravity_of_report,
    heard,
    source_of,
)
from sekisho.enforcement.review.rules.reporters import RECEIPTS_A_DAY, REPORTS_A_DAY, is_heard
from sekisho.enforcement.review.types import (
    AboutKind,
    Category,
    Gravity,
    Hidden,
    Report,
    Source,
    State,
    Taken,
)
from sekisho.enforcement.types import Arrived, DecisionRecord, Unit, UnitKind
from sekisho.notices.actions import tell
from sekisho.notices.types import Address

INTAKE = "system:review"
TEXT_CHARS = 10_000
"""Longest text of a report. Our decision: longer than any that was ever needed, shorter than a flood."""
DAY_S = 24 * 3600
ENCLOSURES = 10
ENCLOSURE_BYTES = 5 * 1024 * 1024
"""Most and largest attachments that are kept of one report. What is beyond is named to the reviewer, and not kept."""


def take_cases(arrived: Arrived) -> None:
    """Open a case for each decision that people are to look at; call it in the transaction that stores them.

    Which ones is `rules.intake.source_of`. What repeats an open case (same reason, unit and clause) is added to it:
    a flood from one account is one matter, not ten thousand.
    """
    found = [(each, source) for each in arrived.decisions if (source := source_of(each)) is not None]
    if not found:
        return
    rows: dict[str, Case] = {}
    events: Counter[str] = Counter()
    for decision, source in found:
        row = _of_decision(decision, source)
        rows.setdefault(_name(row), row)
        events[_name(row)] += 1
    _opened_once(rows, events)
    record(INTAKE, "cases.opened", "review", decisions=len(found))


@transaction.atomic
def take_waiting(units: Iterable[tuple[Unit, str, datetime | None]], clock: Clock = system_clock) -> int:
    """Open a case for each unit about which the ladder lets people alone decide, once while it is open.

    `units` are all that wait: the unit, the clause that weighs most, and by when a person must have looked. Cases of
    units that wait no more, and that nobody has begun, are closed. Returns how many are new.
    """
    at = clock()
    rows = {_name(row): row for row in (_of_unit(unit, clause, by, at) for unit, clause, by in units)}
    begun = Case.objects.filter(source=Source.LADDER, state=State.WAITING, claimed_by="", closed_at=None)
    over = begun.exclude(same__in=list(rows)).update(state=State.CLOSED.value, closed_at=at)
    opened = _opened_once(rows, Counter()) if rows else 0
    if opened or over:
        record(INTAKE, "cases.opened", "review", waiting=opened, over=over)
    return opened


@transaction.atomic
def take_report(report: Report, clock: Clock = system_clock) -> Taken:
    """Take a report in, from whichever door, tell the reporter so, and return how it is followed.

    Raises `SekishoError`: `report_empty`, `report_too_long`, `too_many_reports`, and `reports_paused` for who reported
    in bad faith after a warning. Danger to a child and imminent harm are always taken in.
    """
    at = clock()
    report_category = heard(report.category, report.text)
    _refuse_what_is_no_report(report)
    _refuse_who_may_not(report, report_category, at)
    row = _of_report(report, report_category, at)
    row.save(force_insert=True)
    if report.address and not _may_be_answered(report.address, at):
        report = replace(report, address="")
    Deposit.objects.bulk_create(sealed.shut(row, _pieces(report), at))
    record(INTAKE, "report.received", row.id, source=row.source, category=row.category, about=row.about_kind)
    link = marks.page_of(row.id, at)
    if report.address:
        subject = words.RECEIVED_SUBJECT.format(reference=row.reference)
        body = words.RECEIVED.format(reference=row.reference)
        to = Address(report.address, report.reader)
        Receipt.objects.create(reporter=marks.of_address(report.address), at=at)
        tell(to, "report_received", row.id, subject, body, key=f"report_received {row.id}", at=at, link=link)
    return Taken(row.id, row.reference, link)


def unit_of(decision: DecisionRecord) -> Unit:
    """Return the smallest unit that explains the behaviour (P-001)."""
    if decision.end_user:
        return Unit(UnitKind.END_USER, decision.end_user, decision.organisation)
    return Unit(UnitKind.KEY, decision.key, decision.organisation)


def fresh(gravity: Gravity, at: datetime, event_at: datetime, by: datetime | None = None) -> Case:
    """Return a case that waits, with its names, and nothing about it yet."""
    made = new_id("case")
    return Case(
        id=made,
        reference=marks.reference_of(made),
        category=Category.OTHER.value,
        about_kind=AboutKind.NONE.value,
        gravity=gravity,
        event_at=event_at,
        received_at=at,
        due=by or due(gravity, at),
        state=State.WAITING.value,
    )


def about_decision(row: Case, decision: DecisionRecord) -> Case:
    """Let a case be about a decision."""
    unit = unit_of(decision)
    row.about_kind, row.about_id = AboutKind.DECISION.value, decision.id
    row.unit_kind, row.unit_id, row.organisation = unit.kind.value, unit.id, unit.organisation
    row.clause, row.language, row.pack = (
        decision.clause or _leading(decision),
        decision.language,
        decision.pack,
    )
    row.category, row.weight = Category.HARMFUL.value, weight_of(row.clause)
    return row


def _of_decision(decision: DecisionRecord, source: Source) -> Case:
    row = about_decision(fresh(gravity_of_decision(decision, source), decision.at, decision.at), decision)
    row.source = source.value
    row.same = f"{source.value} {row.organisation}/{row.unit_id} {row.clause}"[:200]
    return row


def _name(row: Case) -> str:
    return row.same or row.id


def _leading(decision: DecisionRecord) -> str:
    return decision.grounds[0].clause if decision.grounds else ""


def _of_unit(unit: Unit, clause: str, by: datetime | None, at: datetime) -> Case:
    row = fresh(Gravity.GRAVE if by else Gravity.SERIOUS, at, at, by)
    row.source, row.category = Source.LADDER.value, Category.HARMFUL.value
    row.about_kind, row.about_id, row.clause = AboutKind.UNIT.value, unit.id, clause
    row.unit_kind, row.unit_id, row.organisation = unit.kind.value, unit.id, unit.organisation
    row.same = f"ladder {unit.kind.value} {unit.organisation}/{unit.id}"[:200]
    return row


def _of_report(report: Report, category: Category, at: datetime) -> Case:
    row = fresh(gravity_of_report(category), at, at)
    row.source, row.category, row.language = report.source.value, category.value, report.language
    row.about_kind, row.about_id = report.about.kind.value, report.about.id
    if report.about.unit is not None:
        row.unit_kind, row.unit_id = report.about.unit.kind.value, report.about.unit.id
        row.organisation = report.about.unit.organisation
    row.weight, row.reporter = weight_of("", category), report.reporter
    row.agreed, row.reader = report.agreed, report.reader
    return row


def _opened_once(rows: Mapping[str, Case], events: Mapping[str, int]) -> int:
    """Insert the cases of matters that have none open, add to the others, and return how many are new.

    The database's own constraint decides who was first, so two workers at once open one case between them.
    """
    for same, row in rows.items():
        row.count = events.get(same, 1)
    Case.objects.bulk_create(rows.values(), ignore_conflicts=True)
    mine = {row.id for row in rows.values()}
    others = Case.objects.filter(same__in=list(rows), closed_at=None).exclude(id__in=mine)
    known = {name for name in others.values_list("same", flat=True) if name}
    for name in known & events.keys():
        Case.objects.filter(same=name, closed_at=None).update(count=F("count") + events[name])
    return len(rows) - len(known)


def _refuse_what_is_no_report(report: Report) -> None:
    if not report.text.strip() and not report.enclosures:
        raise SekishoError("report_empty", words.REFUSALS["report_empty"])
    if len(report.text) > TEXT_CHARS:
        told = words.REFUSALS["report_too_long"].format(most=f"{TEXT_CHARS:,}")
        raise SekishoError("report_too_long", told, most=TEXT_CHARS)


def _may_be_answered(address: str, at: datetime) -> bool:
    """Whether one more receipt goes to an address today. Nobody has proven that it is the reporter's own: without a
    cap, a form is a way to fill somebody else's mailbox (R-SUP-077, R-SUP-078)."""
    sent = Receipt.objects.filter(reporter=marks.of_address(address), at__gt=at - timedelta(days=1))
    return sent.count() < RECEIPTS_A_DAY


def _refuse_who_may_not(report: Report, category: Category, at: datetime) -> None:
    if not report.reporter:
        return
    known = Reporter.objects.filter(id=report.reporter).first()
    muted = known.muted_until if known else None
    if muted and not is_heard(category, muted, at):
        raise SekishoError("reports_paused", words.REFUSALS["reports_paused"].format(day=f"{muted:%Y-%m-%d}"))
    today = Case.objects.filter(reporter=report.reporter, received_at__gt=at - timedelta(days=1))
    if not category.is_urgent and today.count() >= REPORTS_A_DAY:
        told = words.REFUSALS["too_many_reports"]
        raise SekishoError("too_many_reports", told, status=429, retry_after=DAY_S)


def _pieces(report: Report) -> dict[tuple[Hidden, int], bytes]:
    kept = [each for each in report.enclosures if not each.refused]
    listed = tuple(sealed.Kept(each.name, each.type, each.size, each.refused) for each in report.enclosures)
    pieces = {(Hidden.WORDS, 0): sealed.packed(sealed.Words(report.text, report.place, listed))}
    pieces |= {(Hidden.ATTACHMENT, number): each.data for number, each in enumerate(kept)}
    return pieces | ({(Hidden.CONTACT, 0): report.address.encode()} if report.address else {})
