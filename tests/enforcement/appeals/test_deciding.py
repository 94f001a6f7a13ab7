"""An appeal is decided once, by another person, whole or not at all; what was wrong is as if it had never been."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekisho.accounts.models import StaffAppointment
from sekisho.accounts.types import KeyView, StaffRole, system
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, SekishoError
from sekisho.base.text import Text
from sekisho.enforcement import actions as enforcement
from sekisho.enforcement import queries as standing
from sekisho.enforcement.appeals import actions, queries
from sekisho.enforcement.appeals.actions import LEASE, Decided, Proposed
from sekisho.enforcement.appeals.models import Appeal, ChannelMeasure
from sekisho.enforcement.appeals.types import (
    About,
    Finding,
    Gravity,
    Outcome,
    Purposeful,
    Speaker,
    State,
)
from sekisho.enforcement.models import Credit, Overturn, Restriction, ReviewLabel, Strike
from sekisho.enforcement.types import Desk, Found, Intent, Measure, Standing, Unit, UnitKind
from sekisho.notices.models import Notice
from sekisho.policy.types import Severity
from sekisho.webhooks import actions as webhooks
from sekisho.webhooks.models import Message
from sekisho.webhooks.types import Kind
from tests.cast import Cast
from tests.enforcement.appeals.conftest import (
    AT,
    DAY,
    FACTS,
    REASONS,
    REVERSED,
    SAID,
    UPHELD,
    Suspend,
    appeal,
    decision,
)

LATER = AT + DAY
CLOCK = fixed_clock(LATER)


@pytest.fixture
def second(cast: Cast) -> str:
    """Daiki hears appeals too."""
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.APPEALS)
    return "daiki"


@pytest.fixture
def unit(cast: Cast, key: KeyView) -> Unit:
    return Unit(UnitKind.KEY, key.id, cast.atelier.id)


def decide(
    cast: Cast, made: str, finding: Finding, who: str = "fumi", at: datetime = LATER
) -> Decided | Proposed:
    actions.take(cast.viewer(who), made, fixed_clock(at))
    return actions.decide(cast.viewer(who), made, finding, fixed_clock(at))


def strike(cast: Cast, unit: Unit, number: int, key: KeyView, at: datetime = AT) -> str:
    made = decision(number, key)
    return enforcement.strike(
        cast.viewer("emi"), unit, made.id, "fraud_predation", Severity.HIGH, 0.9, Intent.UNCLEAR, at
    )


# --- what follows -------------------------------------------------------------------------------------------------
def test_a_reversal_undoes_what_was_done_tells_why_and_names_courts(
    suspend: Suspend, cast: Cast, key: KeyView, unit: Unit
) -> None:
    strike(cast, unit, 1, key)
    enforcement.label(cast.viewer("emi"), "dec_0001", Found(True, ("fraud_predation",)))
    view = suspend()
    Restriction.objects.filter(id=view.id).update(strikes=[Strike.objects.get().id])
    made = appeal(view, replace(SAID, email="who@example.test"))
    done = decide(cast, made, REVERSED)
    assert done == Decided({"strikes": 1, "restrictions": 1, "labels": 1, "credited_days": 1})
    assert list(standing.restrictions_for_gateway(LATER)) == []
    assert standing.standing(cast.viewer("emi"), unit, LATER).points == 0
    assert ReviewLabel.objects.get().withdrawn_at == LATER
    assert Credit.objects.get().organisation == cast.atelier.id
    assert Overturn.objects.get().because == made
    seen = queries.case(cast.viewer("fumi"), made)
    assert (seen.state, seen.outcome, seen.reasons, seen.decided_at) == (
        State.DECIDED,
        Outcome.REVERSED,
        REASONS,
        LATER,
    )
    told = Notice.objects.filter(about=made, kind="appeal_decided")
    assert told.count() == 2
    assert all("小説からの引用でした。" in one.body_ja and "裁判所" in one.body_ja for one in told)
    (noted,) = audit.entries(system("test"), audit.EntryFilter(action="appeal.decided"))
    assert (noted.actor, noted.facts["outcome"]) == (cast.fumi.id, "reversed")


def test_upholding_changes_nothing_and_says_where_to_go_on(suspend: Suspend, cast: Cast) -> None:
    view = suspend()
    made = appeal(view)
    decide(cast, made, UPHELD)
    assert [one.id for one in standing.restrictions_for_gateway(LATER)] == [view.id]
    told = Notice.objects.get(about=made, kind="appeal_decided")
    assert "court" in told.body_en
    assert "dispute settlement body" in told.body_en


def test_a_change_puts_a_milder_measure_in_its_place_with_a_statement_of_its_own(
    suspend: Suspend, cast: Cast
) -> None:
    made = appeal(suspend())
    done = decide(cast, made, Finding(Outcome.CHANGED, REASONS, Measure.THROTTLED, LATER + 7 * DAY))
    (now,) = standing.restrictions_for_gateway(LATER)
    assert done == Decided({"replaced": 1})
    assert (now.measure, now.until, now.statement.facts) == (Measure.THROTTLED, LATER + 7 * DAY, FACTS)
    assert now.requests_per_minute
    assert now.imposed_by == (cast.fumi.id,)


def test_a_single_answer_is_reversed_with_its_strike(
    policy: None, cast: Cast, key: KeyView, unit: Unit
) -> None:
    strike(cast, unit, 1, key)
    made = actions.make_by_link("req_0001", SAID, submission="d" * 32, clock=fixed_clock(AT)).id
    assert decide(cast, made, REVERSED) == Decided(
        {"strikes": 1, "restrictions": 0, "labels": 0, "credited_days": 0}
    )
    assert standing.standing(cast.viewer("emi"), unit, LATER).points == 0


def test_programs_of_the_organisation_are_told_of_its_own_appeals(suspend: Suspend, cast: Cast) -> None:
    aiko, org = cast.viewer("aiko"), cast.atelier.id
    webhooks.register_endpoint(
        aiko,
        org,
        "https://hooks.example.com/x",
        frozenset({Kind.APPEAL_DECIDED}),
        lookup=lambda _host, _port: ("93.184.216.34",),
    )
    own, theirs = suspend(), suspend(unit=Unit(UnitKind.END_USER, "eu_1", org))
    for view in (own, theirs):
        decide(cast, appeal(view), REVERSED)
    (message,) = Message.objects.filter(kind=Kind.APPEAL_DECIDED)
    assert message.data["outcome"] == "reversed"
    assert "reasons" not in message.data


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counted=st.lists(st.booleans(), min_size=1, max_size=6))
def test_reversing_leaves_the_standing_as_if_it_had_never_been(
    counted: list[bool], policy: None, cast: Cast, key: KeyView
) -> None:
    """`counted` says of each violation whether it is overturned; the twin never had those that are."""
    numbers = NUMBERS
    mine, twin = (Unit(UnitKind.END_USER, f"eu_{next(numbers)}", cast.atelier.id) for _ in range(2))
    for place, is_wrong in enumerate(counted):
        at = AT + place * timedelta(hours=2)
        wrong = next(numbers)
        strike(cast, mine, wrong, key, at)
        if is_wrong:
            made = actions.make_by_link(
                f"req_{wrong:04}", SAID, submission="e" * 32, clock=fixed_clock(at)
            ).id
            decide(cast, made, REVERSED, at=at)
        else:
            strike(cast, twin, next(numbers), key, at)
    assert _as_told(standing.standing(cast.viewer("emi"), mine, LATER)) == _as_told(
        standing.standing(cast.viewer("emi"), twin, LATER)
    )


NUMBERS = count(100)


def _as_told(found: Standing) -> tuple[object, ...]:
    return found.rung, found.calls_for, found.points, found.recovers_at, found.review_by, len(found.because)


# --- whole or not at all ------------------------------------------------------------------------------------------
STEPS = [
    "deciding.applied",
    "undoing.enforcement.unwind",
    "deciding.tell_appellant",
    "deciding.announce",
    "deciding.record",
    "deciding.redress",
]


@pytest.mark.parametrize("step", STEPS)
def test_when_a_step_fails_nothing_is_half_done(
    step: str, suspend: Suspend, cast: Cast, key: KeyView, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    strike(cast, unit, 1, key)
    view = suspend()
    made = appeal(view)
    actions.take(cast.viewer("fumi"), made, CLOCK)
    before = _everything()
    where = f"sekisho.enforcement.appeals.actions.{step}"

    class PowerCutError(Exception):
        pass

    def cut(*_: object, **__: object) -> None:
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(where, cut)
        with pytest.raises(PowerCutError):
            actions.decide(cast.viewer("fumi"), made, REVERSED, CLOCK)
    assert _everything() == before
    assert isinstance(actions.decide(cast.viewer("fumi"), made, REVERSED, CLOCK), Decided)


def test_when_the_last_step_of_unwinding_fails_nothing_is_half_done(
    suspend: Suspend, cast: Cast, key: KeyView, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    strike(cast, unit, 1, key)
    made = appeal(suspend())
    actions.take(cast.viewer("fumi"), made, CLOCK)
    before = _everything()

    def full(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("sekisho.enforcement.actions.unwinding._write_down", full)
    with pytest.raises(OSError, match="disk full"):
        actions.decide(cast.viewer("fumi"), made, REVERSED, CLOCK)
    assert _everything() == before


def _everything() -> list[object]:
    tables = (Appeal, Restriction, Strike, Overturn, Credit, Notice, Message)
    return [sorted(map(str, table._default_manager.values())) for table in tables]


# --- by another person --------------------------------------------------------------------------------------------
def refused(act: Callable[[], object]) -> str:
    with pytest.raises(SekishoError) as refusal:
        act()
    return refusal.value.code


@pytest.mark.parametrize(
    ("who", "code"),
    [("aiko", "not_the_desk"), ("chie", "not_the_desk"), ("emi", "not_the_desk"), ("fumi", "took_part")],
)
def test_who_imposed_it_and_who_is_not_of_the_desk_cannot_take_it(
    who: str, code: str, suspend: Suspend, cast: Cast
) -> None:
    StaffAppointment.objects.create(person=cast.fumi, role=StaffRole.REVIEWER)
    made = appeal(suspend(by="fumi"))
    assert refused(lambda: actions.take(cast.viewer(who), made, CLOCK)) == code
    assert actions.take_next(cast.viewer(who), CLOCK) == ""


def test_automation_cannot_decide(suspend: Suspend) -> None:
    made = appeal(suspend())
    for act in (actions.take, lambda who, id: actions.decide(who, id, REVERSED)):
        with pytest.raises(NotAllowedError, match="not_a_person"):
            act(system("worker"), made)


def test_who_labelled_it_as_a_reviewer_has_taken_part_and_who_labels_for_the_appeal_has_not(
    policy: None, cast: Cast, key: KeyView, second: str
) -> None:
    decision(1, key)
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.REVIEWER)
    enforcement.label(cast.viewer("daiki"), "dec_0001", Found(True, ("fraud_predation",)))
    enforcement.label(cast.viewer("fumi"), "dec_0001", Found(False), Desk.APPEAL)
    made = actions.make_by_link("req_0001", SAID, submission="d" * 32, clock=fixed_clock(AT)).id
    assert refused(lambda: actions.take(cast.viewer("daiki"), made, CLOCK)) == "took_part"
    actions.take(cast.viewer("fumi"), made, CLOCK)


def test_who_confirmed_a_strike_beneath_it_has_taken_part(
    suspend: Suspend, cast: Cast, key: KeyView, unit: Unit, second: str
) -> None:
    StaffAppointment.objects.create(person=cast.daiki, role=StaffRole.REVIEWER)
    made = decision(1, key)
    enforcement.strike(
        cast.viewer("daiki"), unit, made.id, "fraud_predation", Severity.HIGH, 0.9, Intent.UNCLEAR, AT
    )
    view = suspend()
    Restriction.objects.filter(id=view.id).update(strikes=[Strike.objects.get().id])
    assert refused(lambda: actions.take(cast.viewer("daiki"), appeal(view), CLOCK)) == "took_part"


def test_the_same_person_does_not_hear_a_second_appeal_against_it(
    suspend: Suspend, cast: Cast, second: str
) -> None:
    view = suspend()
    decide(cast, appeal(view), UPHELD)
    again = actions.make(
        cast.viewer("aiko"), About.RESTRICTION, view.statement_id, SAID, submission="f" * 32, clock=CLOCK
    ).id
    assert refused(lambda: actions.take(cast.viewer("fumi"), again, CLOCK)) == "took_part"
    actions.take(cast.viewer(second), again, CLOCK)


def test_to_leave_a_termination_standing_takes_two(suspend: Suspend, cast: Cast, second: str) -> None:
    StaffAppointment.objects.create(person=cast.ben, role=StaffRole.REVIEWER)
    made = appeal(suspend(measure=Measure.TERMINATED, until=None, seconded_by="ben"))
    assert decide(cast, made, UPHELD) == Proposed()
    assert queries.case(cast.viewer("fumi"), made).state is State.PROPOSED
    assert queries.case(cast.viewer("fumi"), made).outcome is None
    assert refused(lambda: actions.take(cast.viewer("fumi"), made, CLOCK)) == "proposed_it"
    assert decide(cast, made, UPHELD, who=second) == Decided({})
    assert Appeal.objects.get(id=made).decided_by == [cast.fumi.id, cast.daiki.id]


def test_one_is_enough_to_take_a_termination_back(suspend: Suspend, cast: Cast) -> None:
    StaffAppointment.objects.create(person=cast.ben, role=StaffRole.REVIEWER)
    made = appeal(suspend(measure=Measure.TERMINATED, until=None, seconded_by="ben"))
    assert isinstance(decide(cast, made, REVERSED), Decided)


def test_appeals_of_minors_are_heard_by_the_trained_while_that_counts(suspend: Suspend, cast: Cast) -> None:
    StaffAppointment.objects.create(person=cast.emi, role=StaffRole.POLICY)
    made = appeal(suspend(), replace(SAID, for_minor=True, speaker=Speaker.PARENT))
    fumi = cast.viewer("fumi")
    assert refused(lambda: actions.take(fumi, made, CLOCK)) == "needs_training"
    with pytest.raises(NotAllowedError):
        actions.train(fumi, fumi.id, LATER + DAY)
    actions.train(cast.viewer("emi"), fumi.id, LATER + DAY)
    assert refused(lambda: actions.take(fumi, made, fixed_clock(LATER + DAY))) == "needs_training"
    assert actions.take_next(fumi, CLOCK) == made
    actions.decide(fumi, made, UPHELD, CLOCK)
    told = Notice.objects.get(about=made, kind="appeal_decided")
    assert "talk about it with your parents" in told.body_en
    assert "court" in told.body_en


# --- once ---------------------------------------------------------------------------------------------------------
def test_deciding_twice_is_impossible(suspend: Suspend, cast: Cast) -> None:
    made, fumi = appeal(suspend()), cast.viewer("fumi")
    decide(cast, made, REVERSED)
    assert refused(lambda: actions.decide(fumi, made, UPHELD, CLOCK)) == "decided_already"
    assert refused(lambda: actions.take(fumi, made, CLOCK)) == "decided_already"
    assert Appeal.objects.get(id=made).outcome == "reversed"
    noted = audit.entries(system("test"), audit.EntryFilter(action="appeal.refused", subject=made))
    assert [(one.facts["act"], one.facts["code"]) for one in noted] == [
        ("take", "decided_already"),
        ("decide", "decided_already"),
    ]
    assert Notice.objects.filter(kind="appeal_decided").count() == 1


def test_a_colleague_waits_until_the_lease_has_ended(suspend: Suspend, cast: Cast, second: str) -> None:
    made, fumi, daiki = appeal(suspend()), cast.viewer("fumi"), cast.viewer("daiki")
    actions.take(fumi, made, CLOCK)
    assert refused(lambda: actions.take(daiki, made, CLOCK)) == "held_by_other"
    assert refused(lambda: actions.decide(daiki, made, UPHELD, CLOCK)) == "not_held"
    assert refused(lambda: actions.decide(fumi, made, UPHELD, fixed_clock(LATER + LEASE))) == "not_held"
    actions.take(daiki, made, fixed_clock(LATER + LEASE))
    actions.give_back(daiki, made)
    assert refused(lambda: actions.give_back(daiki, made)) == "not_held"


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_of_two_who_decide_at_once_one_does(suspend: Suspend, cast: Cast) -> None:
    """Fumi in two windows: each reads the appeal as open and hers, and sends another outcome."""
    made, fumi = appeal(suspend()), cast.viewer("fumi")
    actions.take(fumi, made, CLOCK)
    ready, came = threading.Barrier(2), []

    def send(finding: Finding) -> None:
        ready.wait()
        try:
            actions.decide(fumi, made, finding, CLOCK)
            came.append("decided")
        except SekishoError as refusal:
            came.append(refusal.code)
        finally:
            connections.close_all()

    both = [threading.Thread(target=send, args=(finding,)) for finding in (UPHELD, REVERSED)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(came) == ["decided", "decided_already"]
    assert Notice.objects.filter(kind="appeal_decided").count() == 1


def test_the_next_one_is_the_one_with_the_next_deadline(suspend: Suspend, cast: Cast) -> None:
    late, soon = (
        suspend(unit=Unit(UnitKind.END_USER, name, cast.atelier.id)) for name in ("eu_late", "eu_soon")
    )
    last = appeal(late, at=AT + timedelta(hours=2))
    first = appeal(soon, at=AT + timedelta(hours=1))
    fumi = cast.viewer("fumi")
    assert [one.appeal.id for one in queries.queue(fumi, LATER)] == [first, last]
    assert [actions.take_next(fumi, CLOCK) for _ in range(3)] == [first, last, ""]
    assert queries.queue(fumi, LATER)[0].appeal.is_overdue(LATER + 14 * DAY)


# --- what comes of them -------------------------------------------------------------------------------------------
@pytest.fixture
def decided(suspend: Suspend, cast: Cast) -> list[str]:
    units = [Unit(UnitKind.END_USER, f"eu_{number}", cast.atelier.id) for number in range(3)]
    made = [appeal(suspend(unit=unit)) for unit in units]
    for one, finding in zip(made, (UPHELD, REVERSED, REVERSED), strict=True):
        decide(cast, one, finding)
    return made


def test_outcomes_are_counted_and_name_their_appeals(decided: list[str]) -> None:
    found = queries.outcomes(LATER, LATER + timedelta(seconds=1))
    assert [(one.about, one.clause, one.outcome, one.was_automatic, one.count) for one in found] == [
        (About.RESTRICTION, "fraud_predation", Outcome.REVERSED, False, 2),
        (About.RESTRICTION, "fraud_predation", Outcome.UPHELD, False, 1),
    ]
    assert {id for one in found for id in one.appeals} == set(decided)
    assert all(one.median_days == 1.0 for one in found)
    assert queries.outcomes(AT, LATER) == ()


def test_earlier_outcomes_under_the_same_clause_are_precedents(
    decided: list[str], suspend: Suspend, cast: Cast
) -> None:
    made = appeal(suspend())
    found = queries.precedents(cast.viewer("fumi"), made)
    assert {one.id for one in found} == set(decided)
    assert all(one.reasons == REASONS for one in found)


# --- misuse of the channel ----------------------------------------------------------------------------------------
UNFOUNDED = replace(UPHELD, unfounded=True)


def unfounded(suspend: Suspend, cast: Cast, times: int, at: datetime) -> str:
    """Let Aiko appeal without any ground so many times, and return her last appeal."""
    made = ""
    for number in range(times):
        view = suspend(unit=Unit(UnitKind.END_USER, f"eu_{at.timestamp()}_{number}", cast.atelier.id))
        made = actions.make(
            cast.viewer("aiko"),
            About.RESTRICTION,
            view.statement_id,
            SAID,
            submission="a" * 32,
            clock=fixed_clock(at),
        ).id
        decide(cast, made, UNFOUNDED, at=at)
    return made


def test_a_pause_comes_only_after_a_warning_ends_and_loses_nothing(suspend: Suspend, cast: Cast) -> None:
    fumi, how = cast.viewer("fumi"), (Gravity.HINDERS, Purposeful.CARELESS)
    last = unfounded(suspend, cast, 3, AT)
    assert (
        refused(lambda: actions.pause(fumi, last, AT + 7 * DAY, *how, clock=fixed_clock(AT))) == "no_misuse"
    )
    actions.warn(fumi, last, *how, clock=fixed_clock(AT))
    assert refused(lambda: actions.warn(fumi, last, *how, clock=fixed_clock(AT))) == "no_misuse"
    last, until = unfounded(suspend, cast, 2, LATER), LATER + 7 * DAY
    assert refused(lambda: actions.pause(fumi, last, LATER + 31 * DAY, *how, clock=CLOCK)) == "no_misuse"
    actions.pause(fumi, last, until, *how, clock=CLOCK)
    measure = ChannelMeasure.objects.get(until=until)
    assert (measure.unfounded, measure.decided, measure.gravity, measure.intent) == (
        5,
        5,
        "hinders",
        "careless",
    )
    resting = actions.make(
        cast.viewer("aiko"), About.RESTRICTION, suspend().statement_id, SAID, submission="b" * 32, clock=CLOCK
    ).id
    assert queries.appeal(cast.viewer("aiko"), cast.atelier.id, resting).due_at == until + 14 * DAY
    assert queries.queue(fumi, LATER) == ()
    assert refused(lambda: actions.take(fumi, resting, CLOCK)) == "rests"
    assert [one.appeal.id for one in queries.queue(fumi, until)] == [resting]
    assert set(Notice.objects.values_list("kind", flat=True)) >= {"appeal_warning", "appeal_pause"}


def test_automation_and_others_neither_warn_nor_pause(suspend: Suspend, cast: Cast) -> None:
    last = unfounded(suspend, cast, 3, AT)
    for who in (system("worker"), cast.viewer("emi"), cast.viewer("aiko")):
        with pytest.raises(NotAllowedError):
            actions.warn(who, last, Gravity.NUISANCE, Purposeful.UNKNOWN)
    assert not ChannelMeasure.objects.exists()


# --- words --------------------------------------------------------------------------------------------------------
def test_an_outcome_without_courts_and_bodies_does_not_go_out(
    suspend: Suspend, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    made = appeal(suspend())
    monkeypatch.setenv("SEKISHO_REDRESS_DIR", str(tmp_path))
    assert refused(lambda: decide(cast, made, UPHELD)) == "redress_unreadable"
    assert queries.case(cast.viewer("fumi"), made).state is State.OPEN


def test_reasons_in_both_languages_are_needed(suspend: Suspend, cast: Cast) -> None:
    made = appeal(suspend())
    without = Finding(Outcome.UPHELD, Text("It was a scam, as the statement says.", ""))
    assert refused(lambda: decide(cast, made, without)) == "reasons_missing"
