"""What reviewers answer, and what follows once it stands."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from sekisho.accounts.queries import not_found
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.lengths import whole
from sekisho.enforcement.review import sealed
from sekisho.enforcement.review.actions.claims import refused, reviewer
from sekisho.enforcement.review.actions.following import (
    act_on,
    impose_by,
    is_enough,
    tell_outcome,
    tend_reporter,
)
from sekisho.enforcement.review.models import Case, Deposit, ReviewOpinion, TwoPerson
from sekisho.enforcement.review.rules.queue import Another, Settled, is_blind_drawn, may_answer, outcome
from sekisho.enforcement.review.types import (
    AboutKind,
    Answer,
    Hidden,
    Note,
    Opinion,
    Source,
    State,
    Verdict,
)
from sekisho.enforcement.types import Intent, Measure, Refused
from sekisho.policy.queries import version_at
from sekisho.policy.types import Severity

DAYS: dict[Measure, int | None] = {Measure.THROTTLED: 7, Measure.SUSPENDED: 7, Measure.TERMINATED: None}
"""How long a measure lasts if the reviewer says nothing else. Our decision."""
MEMO_CHARS = 4_000
"""Longest note for colleagues."""


@transaction.atomic
def decide(actor: Viewer, case_id: str, answer: Answer, clock: Clock = system_clock) -> State:
    """Write down an answer to a case that one holds, and return what state the case is in then.

    Where it settles the case, everything that follows happens in this transaction: label, strike, unwinding,
    measure or its proposal, and the message to who reported. Raises `SekishoError`: `claim_lost` (also for a second
    answer), `clause_needed`, `clause_unknown`, `measure_without_violation`, `nobody_to_restrict`, `original_needed`,
    `original_unknown`, `second_already`, `proposal_waits`.
    """
    now, at = reviewer(actor), clock()
    row = _held(now, case_id, at)
    if row.state == State.PROPOSED:
        raise refused("proposal_waits")
    _refuse_what_makes_no_sense(row, answer)
    _let_go(now, row, at)
    _write(now, row, answer, at)
    if row.golden_id is not None:
        return _close(row, answer, at)
    match outcome(_opinions(row), is_blind_drawn(row.id, Source(row.source))):
        case Another(state=state):
            Case.objects.filter(id=row.id).update(state=state.value)
            return state
        case Settled() as settled:
            return _settle(now, row, settled, at)


@transaction.atomic
def confirm(actor: Viewer, case_id: str, agrees: bool, clock: Clock = system_clock) -> State:
    """Confirm or decline, as the second person, the measure that was proposed; return the state of the case.

    Raises `SekishoError`: `claim_lost`, `not_proposed`, `own_proposal`.
    """
    now, at = reviewer(actor), clock()
    row = _held(now, case_id, at)
    proposal = TwoPerson.objects.filter(case=row, confirmed=None).first()
    if proposal is None:
        raise refused("not_proposed")
    if proposal.by == now.id:
        raise refused("own_proposal")
    _let_go(now, row, at)
    made = impose_by(row, proposal, (proposal.by, now.id), at) if agrees else ""
    TwoPerson.objects.filter(id=proposal.id).update(confirmed=agrees, seconded_by=now.id, restriction=made)
    record(now.id, "measure.confirmed" if agrees else "measure.declined", row.id, measure=proposal.measure)
    last = _opinions(row)[-1].answer
    return _close(row, last, at, acted=True)


@transaction.atomic
def note_down(actor: Viewer, case_id: str, memo: str, clock: Clock = system_clock) -> None:
    """Keep a note for colleagues with a case that one holds, encrypted as the report itself."""
    now, at = reviewer(actor), clock()
    row = _held(now, case_id, at)
    number = Deposit.objects.filter(case=row, kind=Hidden.MEMO.value).count()
    Deposit.objects.bulk_create(
        sealed.shut(row, {(Hidden.MEMO, number): whole(memo, MEMO_CHARS).encode()}, at)
    )
    record(now.id, "case.noted", row.id)


def _held(now: Viewer, case_id: str, at: datetime) -> Case:
    row = Case.objects.filter(id=case_id).first()
    if row is None:
        raise not_found("case_not_found")
    if row.claimed_by != now.id or row.closed_at or row.claimed_until is None or row.claimed_until <= at:
        raise refused("claim_lost")
    return row


def _let_go(now: Viewer, row: Case, at: datetime) -> None:
    """Give up the claim by compare-and-set: of two answers at once the second finds it gone."""
    held = Case.objects.filter(
        id=row.id, claimed_by=now.id, claimed_until__gt=at, state=row.state, closed_at=None
    )
    if not held.update(claimed_by="", claimed_until=None):
        raise refused("claim_lost")


def _refuse_what_makes_no_sense(row: Case, answer: Answer) -> None:
    allowed = may_answer(answer, State(row.state))
    if isinstance(allowed, Refused):
        raise refused(allowed.code)
    if answer.measure is not None and not row.unit_id:
        raise refused("nobody_to_restrict")
    if answer.clause and not _is_clause(row, answer.clause):
        raise refused("clause_unknown")
    others = Case.objects.filter(reference=answer.duplicate_of).exclude(id=row.id)
    if answer.verdict is Verdict.DUPLICATE and not others.exists():
        raise refused("original_unknown")


def _is_clause(row: Case, clause: str) -> bool:
    """Whether the policy as of the event has the clause."""
    pack = version_at(row.event_at)
    return pack is not None and pack.clause(clause) is not None


def _write(now: Viewer, row: Case, answer: Answer, at: datetime) -> None:
    known = row.golden
    right = None
    if known is not None:
        right = (known.verdict, known.clause) == (answer.verdict.value, answer.clause)
    ReviewOpinion.objects.create(
        case=row,
        reviewer=now.id,
        at=at,
        verdict=answer.verdict.value,
        clause=answer.clause,
        severity=answer.severity,
        intent=answer.intent,
        measure=answer.measure.value if answer.measure else "",
        days=answer.days or (DAYS[answer.measure] if answer.measure else None),
        note=answer.note.value if answer.note else "",
        duplicate_of=answer.duplicate_of if answer.verdict is Verdict.DUPLICATE else "",
        right=right,
    )
    subject = row.about_id if row.about_kind == AboutKind.DECISION else row.id
    record(now.id, "case.answered", subject, case=row.id, verdict=answer.verdict, clause=answer.clause)


def _opinions(row: Case) -> list[Opinion]:
    return [_opinion(each) for each in row.opinions.order_by("at", "id")]


def _opinion(row: ReviewOpinion) -> Opinion:
    answer = Answer(
        Verdict(row.verdict),
        row.clause,
        Severity(row.severity),
        Intent(row.intent),
        Measure(row.measure) if row.measure else None,
        row.days,
        Note(row.note) if row.note else None,
        row.duplicate_of,
    )
    return Opinion(row.reviewer, answer, row.at)


def _settle(now: Viewer, row: Case, settled: Settled, at: datetime) -> State:
    answer = settled.answer
    act_on(now, row, answer, at)
    if answer.measure is not None and not _imposed(row, settled, at):
        Case.objects.filter(id=row.id).update(state=State.PROPOSED.value, clause=answer.clause)
        return State.PROPOSED
    return _close(row, answer, at, acted=answer.measure is not None)


def _imposed(row: Case, settled: Settled, at: datetime) -> bool:
    """Impose the measure if those who stand behind it are enough; else propose it to a second person."""
    answer = settled.answer
    assert answer.measure is not None  # asked by the caller
    until = at + timedelta(days=answer.days) if answer.days else None
    proposal = TwoPerson(
        case=row,
        unit_kind=row.unit_kind,
        unit_id=row.unit_id,
        organisation=row.organisation,
        measure=answer.measure.value,
        days=answer.days,
        clause=answer.clause,
        by=settled.by[-1],
        at=at,
    )
    behind = tuple(
        row.opinions.filter(reviewer__in=settled.by, measure=answer.measure.value).values_list(
            "reviewer", flat=True
        )
    )
    if is_enough(answer.measure, at, until, behind):
        impose_by(row, proposal, behind, at)
        return True
    proposal.save(force_insert=True)
    record(settled.by[-1], "measure.proposed", row.id, measure=answer.measure)
    return False


def _close(row: Case, answer: Answer, at: datetime, *, acted: bool = False) -> State:
    Case.objects.filter(id=row.id, closed_at=None).update(
        state=State.CLOSED.value,
        outcome=answer.verdict.value,
        note=answer.note.value if answer.note else "",
        clause=answer.clause or row.clause,
        duplicate_of=answer.duplicate_of,
        closed_at=at,
        claimed_by="",
        claimed_until=None,
    )
    if row.golden_id is None and Source(row.source).is_report:
        tell_outcome(row, answer, at)
        tend_reporter(row, at)
    return State.CLOSED
