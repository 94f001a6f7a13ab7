"""What follows from answers: labels, strikes, undoing, measures by two people, and what who reported is told."""

from __future__ import annotations

import pytest

from sekisho.accounts.types import system
from sekisho.audit import queries as audit
from sekisho.base.errors import SekishoError
from sekisho.enforcement import actions as enforcement_actions
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.review import actions, marks, queries, tasks
from sekisho.enforcement.review.models import Case, GoldenItem, ReviewOpinion
from sekisho.enforcement.review.rules import queue
from sekisho.enforcement.review.types import Answer, Category, Note, Source, State, Verdict
from sekisho.enforcement.types import Arrived, Desk, Found, Measure, Rung, Unit, UnitKind
from sekisho.notices.links import Purpose, opened
from sekisho.notices.models import Notice
from sekisho.policy.types import Severity
from tests.enforcement.review.conftest import Desk as ReviewDesk

VIOLATION = Answer(Verdict.VIOLATION, "weapons", Severity.CRITICAL, note=Note.ACTED)
HARMLESS = Answer(Verdict.NO_VIOLATION, note=Note.WITHIN_POLICY)
ANYBODY = system("test")


def decided_by(desk: ReviewDesk, who: str, case: str, answer: Answer) -> State:
    viewer = desk.cast.viewer(who)
    return actions.decide(viewer, desk.taken(viewer, case), answer, desk.clock)


@pytest.fixture
def case(desk: ReviewDesk) -> str:
    return desk.case_of(desk.decided("dec_1", clause="weapons"))


@pytest.fixture
def unit(desk: ReviewDesk) -> Unit:
    return Unit(UnitKind.END_USER, "eu_1", desk.cast.atelier.id)


def test_a_violation_is_labelled_and_counts(desk: ReviewDesk, case: str, unit: Unit) -> None:
    assert decided_by(desk, "emi", case, VIOLATION) is State.CLOSED
    label = enforcement.label_of(ANYBODY, "dec_1")
    assert label is not None
    assert (label.found, label.by, label.desk) == (Found(True, ("weapons",)), desk.cast.emi.id, Desk.REVIEW)
    (strike,) = enforcement.strikes(ANYBODY, unit)
    assert (strike.decision, strike.clause) == ("dec_1", "weapons")


def test_what_automation_counted_is_not_counted_again(desk: ReviewDesk, unit: Unit) -> None:
    decision = desk.decided("dec_1", clause="weapons")
    enforcement_actions.take_strikes(Arrived((), (decision,)), desk.clock)
    assert decided_by(desk, "emi", desk.case_of(decision), VIOLATION) is State.CLOSED
    assert len(enforcement.strikes(ANYBODY, unit)) == 1


def test_what_was_no_violation_is_undone_and_labelled_harmless(desk: ReviewDesk, unit: Unit) -> None:
    decision = desk.decided("dec_1", clause="weapons")
    enforcement_actions.take_strikes(Arrived((), (decision,)), desk.clock)
    assert enforcement.restrictions(ANYBODY, unit.organisation, desk.at)  # a hard clause suspends at once
    decided_by(desk, "emi", desk.case_of(decision), HARMLESS)
    assert enforcement.standing(ANYBODY, unit, desk.at).rung is Rung.GOOD
    assert not enforcement.restrictions(ANYBODY, unit.organisation, desk.at)
    label = enforcement.label_of(ANYBODY, "dec_1")
    assert label is not None
    assert label.found == Found(False)


def test_what_the_ladder_leaves_to_people_is_in_the_queue_once_and_settled_by_the_answer(
    desk: ReviewDesk, unit: Unit
) -> None:
    decision = desk.decided("dec_1", clause="weapons")
    enforcement_actions.take_strikes(Arrived((), (decision,)), desk.clock)
    case = desk.case_of(decision)
    assert enforcement.waiting_for_people(ANYBODY, desk.at)
    assert tasks.take_waiting(desk.clock) == 0  # the decision itself is a case already
    decided_by(desk, "emi", case, VIOLATION)
    assert not enforcement.waiting_for_people(ANYBODY, desk.at)


def test_two_answers_of_one_person_are_one(desk: ReviewDesk, case: str) -> None:
    decided_by(desk, "emi", case, VIOLATION)
    with pytest.raises(SekishoError, match="claim_lost"):
        actions.decide(desk.emi, case, HARMLESS, desk.clock)
    assert ReviewOpinion.objects.count() == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param(Answer(Verdict.VIOLATION), "clause_needed", id="no clause"),
        pytest.param(Answer(Verdict.VIOLATION, "no_such"), "clause_unknown", id="unknown clause"),
        pytest.param(Answer(Verdict.DUPLICATE, duplicate_of="R-NONE"), "original_unknown", id="of nothing"),
    ],
)
def test_what_makes_no_sense_is_refused_and_the_claim_stays(
    answer: Answer, code: str, desk: ReviewDesk, case: str
) -> None:
    desk.taken(desk.emi, case)
    with pytest.raises(SekishoError, match=code):
        actions.decide(desk.emi, case, answer, desk.clock)
    held = queries.held(desk.emi, desk.at)
    assert held is not None
    assert held.id == case


# --- a second person, unseen ---
def test_a_case_drawn_for_a_second_person_waits_for_them_and_nothing_follows_before(
    desk: ReviewDesk, case: str, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "BLIND_RATE", 1.0)
    assert decided_by(desk, "emi", case, VIOLATION) is State.SECOND
    assert enforcement.strikes(ANYBODY, unit) == ()
    assert enforcement.label_of(ANYBODY, "dec_1") is None
    assert actions.take_next(desk.emi, desk.clock) == actions.NothingWaits()
    with pytest.raises(SekishoError, match="answered_before"):
        actions.take(desk.emi, case, desk.clock)
    seen = queries.case(desk.daiki, desk.taken(desk.daiki, case), desk.at)
    assert not {"weapons_found", "emi"} & {str(getattr(seen, name)) for name in ("outcome", "proposal")}
    assert seen.outcome is None
    assert actions.decide(desk.daiki, case, VIOLATION, desk.clock) is State.CLOSED
    assert len(enforcement.strikes(ANYBODY, unit)) == 1


def test_where_two_disagree_a_third_decides(
    desk: ReviewDesk, case: str, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sekisho.accounts.models import StaffAppointment
    from sekisho.accounts.types import StaffRole

    StaffAppointment.objects.create(person=desk.cast.fumi, role=StaffRole.REVIEWER)
    monkeypatch.setattr(queue, "BLIND_RATE", 1.0)
    assert decided_by(desk, "emi", case, VIOLATION) is State.SECOND
    assert decided_by(desk, "daiki", case, HARMLESS) is State.THIRD
    assert decided_by(desk, "fumi", case, HARMLESS) is State.CLOSED
    assert enforcement.strikes(ANYBODY, unit) == ()
    assert queries.took_part(ANYBODY, "dec_1") == {desk.cast.emi.id, desk.cast.daiki.id, desk.cast.fumi.id}


def test_whoever_asks_for_a_second_person_leaves_it_to_them(desk: ReviewDesk, case: str) -> None:
    assert decided_by(desk, "emi", case, Answer(Verdict.SECOND)) is State.SECOND
    assert decided_by(desk, "daiki", case, HARMLESS) is State.CLOSED


# --- measures ---
TERMINATE = Answer(Verdict.VIOLATION, "weapons", Severity.CRITICAL, measure=Measure.TERMINATED)


def test_a_person_alone_suspends_and_the_statement_says_so(desk: ReviewDesk, case: str, unit: Unit) -> None:
    suspend = Answer(Verdict.VIOLATION, "weapons", measure=Measure.SUSPENDED, days=30)
    assert decided_by(desk, "emi", case, suspend) is State.CLOSED
    found = [one for one in enforcement.restrictions(ANYBODY, unit.organisation, desk.at) if one.until]
    mine = next(one for one in found if one.imposed_by == (desk.cast.emi.id,))
    assert (mine.measure, mine.unit, (mine.until or desk.at) - desk.at) == (
        Measure.SUSPENDED, unit, (mine.until or desk.at) - mine.since,
    )  # fmt: skip
    assert not mine.statement.was_decided_automatically
    assert "2026-01-10" in mine.statement.facts.ja


def test_a_termination_bites_only_when_a_second_person_confirms(
    desk: ReviewDesk, case: str, unit: Unit
) -> None:
    assert decided_by(desk, "emi", case, TERMINATE) is State.PROPOSED
    assert not terminated(desk, unit)
    assert actions.take_next(desk.emi, desk.clock) == actions.NothingWaits()
    with pytest.raises(SekishoError, match="answered_before"):
        actions.take(desk.emi, case, desk.clock)
    assert actions.take_next(desk.daiki, desk.clock) == actions.Took(case)
    proposal = queries.case(desk.daiki, case, desk.at).proposal
    assert proposal is not None
    assert (proposal.measure, proposal.by) == (Measure.TERMINATED, desk.cast.emi.id)
    with pytest.raises(SekishoError, match="proposal_waits"):
        actions.decide(desk.daiki, case, HARMLESS, desk.clock)
    assert actions.confirm(desk.daiki, case, True, desk.clock) is State.CLOSED
    assert terminated(desk, unit) == [(desk.cast.emi.id, desk.cast.daiki.id)]


def test_a_declined_termination_leaves_the_violation_and_takes_no_measure(
    desk: ReviewDesk, case: str, unit: Unit
) -> None:
    decided_by(desk, "emi", case, TERMINATE)
    desk.taken(desk.daiki, case)
    assert actions.confirm(desk.daiki, case, False, desk.clock) is State.CLOSED
    assert not terminated(desk, unit)
    assert queries.case(desk.emi, case, desk.at).outcome is Verdict.VIOLATION


def test_two_who_want_the_same_unseen_are_two_people(
    desk: ReviewDesk, case: str, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "BLIND_RATE", 1.0)
    decided_by(desk, "emi", case, TERMINATE)
    assert decided_by(desk, "daiki", case, TERMINATE) is State.CLOSED
    assert {frozenset(people) for people in terminated(desk, unit)} == {
        frozenset({desk.cast.emi.id, desk.cast.daiki.id})
    }


def terminated(desk: ReviewDesk, unit: Unit) -> list[tuple[str, ...]]:
    found = enforcement.restrictions(ANYBODY, unit.organisation, desk.at)
    return [one.imposed_by for one in found if one.measure is Measure.TERMINATED]


def test_nothing_can_be_taken_from_nobody(desk: ReviewDesk) -> None:
    case = desk.taken(desk.emi, desk.report().case)
    with pytest.raises(SekishoError, match="nobody_to_restrict"):
        actions.decide(desk.emi, case, TERMINATE, desk.clock)


# --- who reported ---
@pytest.mark.parametrize("answer", [VIOLATION, HARMLESS, Answer(Verdict.SPAM, note=Note.NOT_ENOUGH)])
def test_who_reported_is_told_what_became_of_it(answer: Answer, desk: ReviewDesk) -> None:
    taken = desk.report()
    decided_by(desk, "emi", taken.case, answer)
    notice = Notice.objects.get(kind="report_decided")
    found = queries.report_state(taken.link.removeprefix("/reports/"), desk.at)
    assert (notice.about, notice.link, found.outcome) == (taken.case, taken.link, answer.verdict)
    refused = answer.verdict is Verdict.NO_VIOLATION
    assert bool(found.appeal) is refused
    assert ("six months" in notice.body_en) is refused
    assert desk.cast.emi.id not in notice.body_en


def test_a_refusal_to_act_can_be_appealed_for_six_months(desk: ReviewDesk) -> None:
    taken = desk.report()
    decided_by(desk, "emi", taken.case, HARMLESS)
    found = queries.report_state(taken.link.removeprefix("/reports/"), desk.at)
    token = found.appeal.removeprefix("/appeals/new/")
    desk.later(days=183)
    assert opened(Purpose.REPORT, token, desk.at) == taken.case
    desk.later(days=2)
    with pytest.raises(SekishoError, match="link_expired"):
        opened(Purpose.REPORT, token, desk.at)


def test_a_duplicate_names_the_earlier_case(desk: ReviewDesk) -> None:
    first, second = desk.report(), desk.report()
    decided_by(desk, "emi", second.case, Answer(Verdict.DUPLICATE, duplicate_of=first.reference))
    assert Case.objects.get(id=second.case).duplicate_of == first.reference


def test_earlier_cases_under_the_clause_are_shown_but_none_about_the_same_event(desk: ReviewDesk) -> None:
    first = desk.case_of(desk.decided("dec_1", clause="weapons"))
    decided_by(desk, "emi", first, VIOLATION)
    second = desk.case_of(desk.decided("dec_2", clause="weapons", end_user="eu_2"))
    (shown,) = queries.precedents(desk.daiki, second)
    assert (shown.verdict, shown.note) == (Verdict.VIOLATION, Note.ACTED)
    Case.objects.filter(id=second).update(about_id="dec_1")
    assert queries.precedents(desk.daiki, second) == ()


def test_each_step_is_audited_without_content(desk: ReviewDesk) -> None:
    taken = desk.report("secret words of a person")
    decided_by(desk, "emi", taken.case, HARMLESS)
    entries = list(audit.entries(ANYBODY, audit.EntryFilter(subject=taken.case)))
    assert {"report.received", "case.claimed", "case.answered"} <= {entry.action for entry in entries}
    assert "secret words" not in str(entries)


# --- what is known already ---
@pytest.fixture
def golden(desk: ReviewDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "GOLDEN_RATE", 1.0)
    desk.decided("dec_known", clause="weapons")
    GoldenItem.objects.create(
        decision="dec_known", verdict="violation", clause="weapons", origin="appeal", added_at=desk.at
    )


@pytest.mark.usefixtures("golden")
@pytest.mark.parametrize(("answer", "right"), [(VIOLATION, 1), (HARMLESS, 0)])
def test_a_golden_case_looks_like_any_other_and_nothing_follows_from_it(
    answer: Answer, right: int, desk: ReviewDesk, unit: Unit
) -> None:
    other = desk.case_of(desk.decided("dec_2", clause="weapons", end_user="eu_2"))
    taken = actions.take_next(desk.emi, desk.clock)
    assert isinstance(taken, actions.Took)
    assert taken.case != other
    seen = queries.case(desk.emi, taken.case, desk.at)
    assert (seen.row.source, seen.row.state, seen.outcome) == (Source.SAMPLE, State.WAITING, None)
    assert "golden" not in str(seen)
    actions.decide(desk.emi, taken.case, answer, desk.clock)
    assert enforcement.strikes(ANYBODY, unit) == ()
    assert enforcement.label_of(ANYBODY, "dec_known") is None
    (figures,) = queries.quality(desk.daiki, desk.at).reviewers
    assert (figures.golden, figures.right) == (1, right)
    assert actions.take_next(desk.emi, desk.clock) == actions.Took(other)  # no item is given twice


def test_what_the_appeals_desk_found_becomes_golden(
    desk: ReviewDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sekisho.enforcement.review.actions import upkeep

    monkeypatch.setattr(upkeep, "GOLDEN_SHARE", 1.0)
    for id in ("dec_1", "dec_2"):
        desk.decided(id, clause="weapons")
    enforcement_actions.label(desk.fumi, "dec_1", Found(False), Desk.APPEAL, clock=desk.clock)
    enforcement_actions.label(desk.emi, "dec_2", Found(True, ("weapons",)), Desk.REVIEW, clock=desk.clock)
    assert actions.gather_golden(desk.clock) == 1
    assert actions.gather_golden(desk.clock) == 0
    assert GoldenItem.objects.get().verdict == "no_violation"


# --- how well ---
def test_agreement_is_shown_by_clause_over_cases_seen_by_two(
    desk: ReviewDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "BLIND_RATE", 1.0)
    pairs = [(VIOLATION, VIOLATION), (HARMLESS, HARMLESS), (VIOLATION, HARMLESS), (HARMLESS, HARMLESS)]
    for number, (first, second) in enumerate(pairs):
        case = desk.case_of(desk.decided(f"dec_{number}", clause="weapons", end_user=f"eu_{number}"))
        decided_by(desk, "emi", case, first)
        decided_by(desk, "daiki", case, second)
        desk.later(hours=2)
    found = queries.quality(desk.emi, desk.at.replace(month=1, day=1))
    (agreement,) = found.agreements
    assert (agreement.clause, agreement.cases, agreement.alike) == ("weapons", 4, 3)
    assert agreement.kappa == pytest.approx(0.5)
    assert agreement.alpha == pytest.approx(1 - 7 * 2 / (2 * 3 * 5))
    assert found.overall == agreement.alpha
    assert (found.closed, found.in_time) == (3, 3)


def test_a_report_of_harm_about_a_turn_takes_no_measure_by_itself(desk: ReviewDesk) -> None:
    taken = desk.report(category=Category.HARMFUL, reporter=marks.of_key("key_1"), address="")
    assert decided_by(desk, "emi", taken.case, VIOLATION) is State.CLOSED
    assert not Notice.objects.filter(kind="report_decided").exists()
