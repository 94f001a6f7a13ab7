"""What follows from a case that is settled: for the decision, for the account, for who reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sekisho.accounts.queries import viewer
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import fixed_clock
from sekisho.base.text import Text
from sekisho.detection.labels import CLAUSES
from sekisho.enforcement import actions as enforcement
from sekisho.enforcement import queries
from sekisho.enforcement.review import marks, sealed, words
from sekisho.enforcement.review.models import Case, Deposit, Reporter, TwoPerson
from sekisho.enforcement.review.rules.reporters import Decided, Mute, Warn, faith
from sekisho.enforcement.review.types import AboutKind, Answer, Hidden, Source, Verdict
from sekisho.enforcement.rules.ladder import may_impose
from sekisho.enforcement.types import Allowed, Decider, Found, Measure, Settled, Statement, Unit, UnitKind
from sekisho.notices.actions import tell
from sekisho.notices.types import Address, Organisation, Recipient
from sekisho.policy.queries import version_at
from sekisho.policy.types import Clause, Part

SURE = 1.0
"""How sure a strike is that a person confirmed."""
REPORTS_LOOKED_AT = 20
"""Of one reporter, to find an address whose key was not destroyed."""
REQUESTS_A_MINUTE = 6
"""The rate that a reviewer's throttle leaves: one request in ten seconds. Our decision."""


def act_on(now: Viewer, row: Case, answer: Answer, at: datetime) -> None:
    """Label the decision that a case is about, and let it count, or undo whatever it did."""
    if row.about_kind == AboutKind.DECISION and answer.verdict is Verdict.VIOLATION:
        _confirm(now, row, answer, at)
    elif row.about_kind == AboutKind.DECISION and answer.verdict is Verdict.NO_VIOLATION:
        # first undone, then labelled: undoing withdraws what was found before
        enforcement.unwind(now, decisions=[row.about_id], because=row.id, at=at)
        enforcement.label(now, row.about_id, Found(False), clock=fixed_clock(at))
    if row.source in (Source.HARD, Source.LADDER) and answer.measure is None:
        stands = answer.verdict is Verdict.VIOLATION
        _settle_calls(now, unit_of(row), Settled.RESTRICTED if stands else Settled.LEFT, at)


def _confirm(now: Viewer, row: Case, answer: Answer, at: datetime) -> None:
    """Label what was found, and count it where automation did not."""
    labels = (answer.clause,) if answer.clause in CLAUSES else ()
    enforcement.label(now, row.about_id, Found(True, labels), clock=fixed_clock(at))
    counted = queries.strike_of(now, row.about_id)
    if (counted is None or counted.voided_at is not None) and _is_standard(row, answer.clause):
        unit = unit_of(row)
        enforcement.strike(now, unit, row.about_id, answer.clause, answer.severity, SURE, answer.intent, at)


def _settle_calls(now: Viewer, unit: Unit, outcome: Settled, at: datetime) -> None:
    """Tell the ladder that a person has decided about the unit, and let what is in force stand."""
    for waits in queries.waiting_for_people(now, at):
        if waits.unit == unit:
            enforcement.settle(now, waits.id, outcome, fixed_clock(at))


def unit_of(row: Case | TwoPerson) -> Unit:
    return Unit(UnitKind(row.unit_kind), row.unit_id, row.organisation)


def is_enough(measure: Measure, at: datetime, until: datetime | None, people: Sequence[str]) -> bool:
    """Return whether the ladder lets so many people take a measure."""
    return isinstance(may_impose(measure, at, until, Decider(frozenset(people))), Allowed)


def impose_by(row: Case, proposal: TwoPerson, people: Sequence[str], at: datetime) -> str:
    """Impose a measure with its statement of reasons, by those who stand behind it; return the restriction's id."""
    first, *others = dict.fromkeys(people)
    measure = Measure(proposal.measure)
    return enforcement.impose(
        viewer(first),
        unit_of(proposal),
        measure,
        proposal.clause,
        at + timedelta(days=proposal.days) if proposal.days else None,
        _statement(row, proposal, 1 + bool(others)),
        seconded_by=viewer(others[0]) if others else None,
        requests_per_minute=REQUESTS_A_MINUTE if measure is Measure.THROTTLED else None,
        clock=fixed_clock(at),
    )


def tell_outcome(row: Case, answer: Answer, at: datetime) -> None:
    """Tell who reported what became of it, with a way to appeal where nothing was done (R-SUP-114, R-SUP-124)."""
    address = sealed.address_of(row.id)
    if not address:
        return
    parts = [words.OUTCOMES[answer.verdict]]
    if answer.note is not None:
        parts.append(words.NOTES[answer.note])
    if answer.verdict is Verdict.NO_VIOLATION:
        parts.append(words.APPEAL)
    body = Text("\n\n".join(each.en for each in parts), "\n\n".join(each.ja for each in parts))
    subject = words.DECIDED_SUBJECT.format(reference=row.reference)
    to = Address(address, "ja" if row.reader == "ja" else "en")
    link = marks.page_of(row.id, row.received_at)
    key = (
        f"report_decided {row.id} {row.opinions.count()}"  # an appeal may open it again, and it is told anew
    )
    tell(to, "report_decided", row.id, subject, body, key=key, at=at, link=link)


def tend_reporter(row: Case, at: datetime) -> None:
    """Warn who keeps reporting what is plainly unfounded, and after a warning pause the handling of their reports.

    Nobody is warned, and so nobody muted, who cannot be told.
    """
    if not row.reporter:
        return
    known, _ = Reporter.objects.get_or_create(id=row.reporter)
    closed = Case.objects.filter(reporter=row.reporter).exclude(closed_at=None)
    decided = [
        Decided(when, Verdict(what)) for when, what in closed.values_list("closed_at", "outcome") if when
    ]
    match faith(decided, known.warned_at, at):
        case Warn(unfounded=unfounded):
            if _tell(row, "report_warning", words.WARNING.format(count=unfounded), at):
                Reporter.objects.filter(id=known.id).update(warned_at=at)
                record("system:review", "reporter.warned", row.id, unfounded=unfounded)
        case Mute(until=until) if known.muted_until is None or known.muted_until <= at:
            if _tell(row, "report_muted", words.MUTED.format(day=f"{until:%Y-%m-%d}"), at):
                Reporter.objects.filter(id=known.id).update(muted_until=until)
                record("system:review", "reporter.muted", row.id, until=until)


def _tell(row: Case, kind: str, body: Text, at: datetime) -> bool:
    """Tell who reported, and return whether there is anybody to tell: a warning that nobody gets is none."""
    to = _reader_of(row)
    if to is not None:
        tell(to, kind, row.id, words.WARNING_SUBJECT, body, key=f"{kind} {row.id}", at=at)
    return to is not None


def _reader_of(row: Case) -> Recipient | None:
    """The organisation whose key it is; or the address under the mark, from whichever report it is kept with."""
    if row.reporter == marks.of_key(row.reporter.removeprefix("key:")):
        return Organisation(row.organisation)
    known = Deposit.objects.filter(case__reporter=row.reporter, kind=Hidden.CONTACT)
    for case_id in known.order_by("-id").values_list("case_id", flat=True)[:REPORTS_LOOKED_AT]:
        if address := sealed.address_of(case_id):
            return Address(address, "ja" if row.reader == "ja" else "en")
    return None


def _statement(row: Case, proposal: TwoPerson, people: int) -> Statement:
    title = _title(row, proposal.clause)
    facts = Text(
        words.FACTS.en.format(
            day=f"{row.event_at:%Y-%m-%d}", clause=title.en, people=words.PEOPLE[people].en
        ),
        words.FACTS.ja.format(
            day=f"{row.event_at:%Y-%m-%d}", clause=title.ja, people=words.PEOPLE[people].ja
        ),
    )
    own = not Source(row.source).is_report
    return Statement(facts, is_own_initiative=own, was_detected_automatically=own)


def _title(row: Case, clause_id: str) -> Text:
    clause = _clause(row, clause_id)
    return clause.title if clause else Text(clause_id, clause_id)


def _is_standard(row: Case, clause_id: str) -> bool:
    """Whether the clause forbids something to everybody; the others oblige, and nothing is counted under them."""
    clause = _clause(row, clause_id)
    return clause is not None and clause.part is Part.STANDARD


def _clause(row: Case, clause_id: str) -> Clause | None:
    """The clause as of the event."""
    pack = version_at(row.event_at)
    return pack.clause(clause_id) if pack else None
