"""The ladder applied: each rung once, told, ended by time alone, and left to people above what automation may."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sekisho.accounts.types import system
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.text import Text
from sekisho.enforcement import queries
from sekisho.enforcement.actions import confirm, impose, lift, propose, settle, turn_down
from sekisho.enforcement.events import standing_changed
from sekisho.enforcement.models import Restriction, StatementOfReasons, Step
from sekisho.enforcement.rules.automation import DEFAULT_LIMITS
from sekisho.enforcement.tasks import recover
from sekisho.enforcement.types import Measure, Rung, Settled, Statement, Unit, UnitKind, Why
from sekisho.notices.models import Notice
from sekisho.policy.actions import install_reference
from sekisho.policy.types import Severity
from tests.enforcement.violations import T0, arrive, violation

SYSTEM = system("test")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WINDOW = 90 * DAY
MILD = {"severity": Severity.LOW}
FACTS = Text("Gift cards were asked for.", "ギフトカードを求める内容でした。")


@pytest.fixture(autouse=True)
def _policy(db: None) -> None:
    install_reference(clock=fixed_clock(T0))


def key_of(organisation) -> Unit:
    return Unit(UnitKind.KEY, "key_1", organisation.id)


def whole(organisation) -> Unit:
    return Unit(UnitKind.ORGANISATION, organisation.id, organisation.id)


def told(kind: str) -> int:
    return Notice.objects.filter(kind=kind).count()


def several(cast, count: int, at=T0, first: int = 1, **more) -> None:
    """Let violations arrive one by one, a minute apart."""
    for number in range(count):
        arrive([violation(first + number, cast.atelier.id, at=at + number * MINUTE, **more)])


# --- rising ---


def test_a_mild_violation_is_a_notice_and_restricts_nothing(cast):
    several(cast, 1, **MILD)
    assert (told("notice"), told("warning"), Restriction.objects.count()) == (1, 0, 0)
    notice = Notice.objects.get(kind="notice")
    assert (notice.organisation, notice.link) == (cast.atelier.id, f"/o/{cast.atelier.id}/standing")
    assert "one request was found to violate" in notice.body_en
    assert "1 件のリクエスト" in notice.body_ja


def test_rung_after_rung_each_is_told_once(cast):
    several(cast, 6, **MILD)
    assert (told("notice"), told("warning"), told("restriction")) == (1, 1, 1)
    assert sorted(Step.objects.values_list("rung", flat=True)) == [1, 2, 3]


def test_another_clause_has_a_notice_of_its_own(cast):
    several(cast, 3, **MILD)
    several(cast, 1, first=9, at=T0 + HOUR, clause="cyber", **MILD)
    assert set(Step.objects.filter(rung=1).values_list("about", flat=True)) == {"fraud_predation", "cyber"}
    assert told("notice") == 2


def test_who_comes_to_several_rungs_at_once_is_told_of_the_highest(cast):
    arrive([violation(1, cast.atelier.id), violation(2, cast.atelier.id)])
    assert (told("notice"), told("warning"), told("restriction")) == (0, 0, 1)


def test_a_throttle_leaves_a_few_requests_and_no_tools_and_says_why(cast):
    several(cast, 2)
    (seen,) = queries.restrictions(cast.viewer("aiko"), cast.atelier.id, T0 + HOUR)
    assert (seen.measure, seen.requests_per_minute, seen.tools_off) == (Measure.THROTTLED, 10, True)
    assert seen.statement.was_decided_automatically
    assert "2 requests were found" in seen.statement.facts.en
    assert len(seen.strikes) == 2


def test_an_end_user_is_told_where_they_look(cast):
    several(cast, 1, end_user="eu_1", **MILD)
    notice = Notice.objects.get(kind="notice")
    assert (notice.end_user, notice.link) == ("eu_1", "")


def test_more_violations_put_off_the_end_and_say_so_once_a_day(cast):
    several(cast, 2)
    several(cast, 3, first=10, at=T0 + 10 * DAY)
    restriction = Restriction.objects.get()
    assert restriction.until == T0 + 10 * DAY + WINDOW
    assert Notice.objects.filter(key__startswith="longer:").count() == 1
    assert StatementOfReasons.objects.count() == 1


def test_gateways_are_told_after_the_commit(cast, django_capture_on_commit_callbacks):
    heard = []

    def hear(organisation, **_):
        heard.append(organisation)

    standing_changed.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        several(cast, 2)
        assert heard == []
    standing_changed.disconnect(hear)
    assert heard == [cast.atelier.id]


# --- falling ---


def test_a_standing_falls_by_itself_exactly_when_it_was_told(cast):
    several(cast, 2)
    unit = key_of(cast.atelier)
    recovers = queries.standing(SYSTEM, unit, T0 + HOUR).recovers_at
    assert recovers == T0 + WINDOW
    instant = timedelta(microseconds=1)
    assert recover(fixed_clock(recovers - instant)) == 0
    assert len(queries.restrictions(SYSTEM, cast.atelier.id, recovers - instant)) == 1
    assert recover(fixed_clock(recovers)) > 0
    assert queries.standing(SYSTEM, unit, recovers).rung is Rung.WARNING
    assert queries.restrictions(SYSTEM, cast.atelier.id, recovers) == ()
    assert [notice.subject_en for notice in Notice.objects.filter(kind="recovered")] == [
        "Your standing has improved"
    ]
    recover(fixed_clock(recovers + MINUTE))
    assert told("recovered") == 2
    assert queries.standing(SYSTEM, unit, recovers + MINUTE).rung is Rung.GOOD


def test_to_recover_twice_changes_nothing(cast):
    several(cast, 2)
    clock = fixed_clock(T0 + 2 * WINDOW)
    recover(clock)
    told_before = told("recovered")
    assert recover(clock) == 0
    assert told("recovered") == told_before == 1


def test_after_it_fell_a_rung_is_taken_anew(cast):
    several(cast, 2)
    recover(fixed_clock(T0 + 2 * WINDOW))
    several(cast, 2, first=20, at=T0 + 2 * WINDOW)
    assert Restriction.objects.count() == 2
    assert Step.objects.filter(rung=3).count() == 2


# --- hard clauses ---


def weapons(cast, number: int = 1, at=T0) -> None:
    several(cast, 1, first=number, at=at, clause="weapons", severity=Severity.CRITICAL)


def test_a_hard_clause_suspends_for_a_day_and_calls_reviewers_at_once(cast):
    weapons(cast)
    made = Restriction.objects.get()
    assert (made.measure, made.until) == (Measure.SUSPENDED, T0 + DAY)
    (waits,) = queries.waiting_for_people(cast.viewer("emi"), T0)
    assert (waits.why, waits.due_at, waits.decision) == (Why.HARD_CLAUSE, T0 + DAY, "dec_1")
    assert set(Notice.objects.filter(kind="staff_alarm").values_list("person", flat=True)) == {cast.emi.id}


def test_the_suspension_ends_with_the_day_but_the_look_does_not(cast):
    weapons(cast)
    after = T0 + DAY
    recover(fixed_clock(after))
    assert queries.restrictions(SYSTEM, cast.atelier.id, after) == ()
    assert queries.standing(SYSTEM, key_of(cast.atelier), after).rung is Rung.WARNING
    assert [one.why for one in queries.waiting_for_people(cast.viewer("emi"), after)] == [Why.HARD_CLAUSE]


def test_a_person_who_suspends_for_longer_has_looked(cast):
    weapons(cast)
    until, clock = T0 + 30 * DAY, fixed_clock(T0 + HOUR)
    unit = key_of(cast.atelier)
    impose(cast.viewer("emi"), unit, Measure.SUSPENDED, "weapons", until, Statement(FACTS), clock=clock)
    assert queries.waiting_for_people(cast.viewer("emi"), T0 + HOUR) == ()
    recover(fixed_clock(T0 + 2 * DAY))
    assert [one.until for one in queries.restrictions(SYSTEM, cast.atelier.id, T0 + 2 * DAY)] == [until]


def test_what_a_person_lifted_automation_does_not_impose_again(cast):
    weapons(cast)
    lift(cast.viewer("emi"), Restriction.objects.get().id, fixed_clock(T0 + HOUR))
    several(cast, 1, first=5, at=T0 + 2 * HOUR, score=0.5, **MILD)
    assert queries.restrictions(SYSTEM, cast.atelier.id, T0 + 2 * HOUR) == ()


def test_a_hard_strike_that_arrives_days_late_suspends_nobody_and_is_looked_at(cast):
    arrive([violation(1, cast.atelier.id, clause="weapons", severity=Severity.CRITICAL)], T0 + 3 * DAY)
    assert not Restriction.objects.exists()
    (waits,) = queries.waiting_for_people(cast.viewer("emi"), T0 + 3 * DAY)
    assert waits.due_at == T0 + 3 * DAY


# --- people ---


def test_above_a_throttle_it_waits_for_people_once(cast):
    several(cast, 6)
    (waits,) = queries.waiting_for_people(cast.viewer("emi"), T0 + HOUR)
    assert (waits.rung, waits.why, waits.unit) == (
        Rung.SUSPENSION,
        Why.ABOVE_AUTOMATION,
        key_of(cast.atelier),
    )
    settle(cast.viewer("emi"), waits.id, Settled.LEFT, fixed_clock(T0 + HOUR))
    several(cast, 1, first=20, at=T0 + 10 * MINUTE, **MILD)
    assert queries.waiting_for_people(cast.viewer("emi"), T0 + HOUR) == ()
    several(cast, 2, first=30, at=T0 + 20 * MINUTE)
    assert [one.rung for one in queries.waiting_for_people(cast.viewer("emi"), T0 + HOUR)] == [
        Rung.TERMINATION
    ]


def test_what_is_settled_is_settled_once(cast):
    several(cast, 6)
    (waits,) = queries.waiting_for_people(cast.viewer("emi"), T0 + HOUR)
    settle(cast.viewer("emi"), waits.id, Settled.LEFT, fixed_clock(T0 + HOUR))
    with pytest.raises(NotFoundError):
        settle(cast.viewer("emi"), waits.id, Settled.RESTRICTED, fixed_clock(T0 + HOUR))
    with pytest.raises(NotFoundError):
        queries.waiting(cast.viewer("emi"), waits.id)


@pytest.mark.parametrize("name", ["aiko", "chie", "daiki"])
def test_others_neither_see_nor_settle_what_waits(cast, name):
    several(cast, 6)
    (waits,) = queries.waiting_for_people(SYSTEM, T0 + HOUR)
    with pytest.raises(NotFoundError):
        queries.waiting_for_people(cast.viewer(name), T0 + HOUR)
    with pytest.raises(NotAllowedError):
        settle(cast.viewer(name), waits.id, Settled.LEFT)


def test_what_no_longer_waits_is_gone_from_the_queue(cast):
    several(cast, 6)
    recover(fixed_clock(T0 + WINDOW + 5 * MINUTE))
    assert queries.waiting_for_people(cast.viewer("emi"), T0 + WINDOW + 5 * MINUTE) == ()


def proposed(cast, name: str = "emi", measure: Measure = Measure.TERMINATED, until=None) -> str:
    clock = fixed_clock(T0)
    return propose(cast.viewer(name), key_of(cast.atelier), measure, "fraud_predation", until, FACTS, clock)


def test_a_termination_is_proposed_by_one_and_confirmed_by_another(cast):
    made = proposed(cast)
    assert not Restriction.objects.exists()
    with pytest.raises(NotAllowedError, match="second_person_needed"):
        confirm(cast.viewer("emi"), made, fixed_clock(T0))
    confirm(cast.viewer("fumi"), made, fixed_clock(T0))
    row = Restriction.objects.get()
    assert (row.measure, row.imposed_by) == (Measure.TERMINATED, [cast.emi.id, cast.fumi.id])
    assert queries.proposals(SYSTEM) == ()
    with pytest.raises(NotFoundError):
        confirm(cast.viewer("fumi"), made, fixed_clock(T0))


def test_a_proposal_that_is_turned_down_does_nothing(cast):
    made = proposed(cast)
    assert [one.id for one in queries.proposals(SYSTEM, key_of(cast.atelier))] == [made]
    turn_down(cast.viewer("fumi"), made, fixed_clock(T0))
    assert queries.proposals(SYSTEM) == ()
    assert not Restriction.objects.exists()


def test_the_same_is_not_proposed_twice_nor_without_an_end_nor_by_others(cast):
    proposed(cast)
    with pytest.raises(SekishoError, match="proposed_already"):
        proposed(cast, "fumi")
    with pytest.raises(SekishoError, match="needs_end_date"):
        proposed(cast, measure=Measure.SUSPENDED)
    with pytest.raises(SekishoError, match="ends_before_it_begins"):
        proposed(cast, measure=Measure.SUSPENDED, until=T0)
    for name in ("aiko", "chie", "daiki"):
        with pytest.raises(NotAllowedError):
            proposed(cast, name)


# --- the brake ---


def test_beyond_its_day_automation_leaves_it_to_people_and_tells_them_once(cast):
    many = DEFAULT_LIMITS.unremarkable
    for number in range(many + 3):
        user = f"eu_{number}"
        arrive([violation(10 * number + each, cast.atelier.id, end_user=user) for each in (1, 2)])
    assert Restriction.objects.count() == many
    waiting = [one for one in queries.waiting_for_people(SYSTEM, T0) if one.why is Why.AUTOMATION_STOPPED]
    assert {one.unit.id for one in waiting} == {f"eu_{many + each}" for each in range(3)}
    assert told("staff_alarm") == 1
    assert len(list(audit.entries(SYSTEM, audit.EntryFilter(action="automation.stopped")))) == 3


def test_the_next_day_automation_goes_on(cast):
    for number in range(DEFAULT_LIMITS.unremarkable + 1):
        user = f"eu_{number}"
        arrive([violation(10 * number + each, cast.atelier.id, end_user=user) for each in (1, 2)])
    late = f"eu_{DEFAULT_LIMITS.unremarkable}"
    several(cast, 1, first=999, at=T0 + DAY, end_user=late)
    assert Restriction.objects.filter(unit_id=late).exists()
    waiting = queries.waiting_for_people(SYSTEM, T0 + DAY)
    assert not any(one.why is Why.AUTOMATION_STOPPED for one in waiting)


# --- the organisation ---


def bad_users(cast, count: int, at=T0) -> None:
    for number in range(count):
        several(cast, 1, first=1000 + number, at=at, end_user=f"eu_{number}")


def test_one_bad_end_user_does_not_sink_the_organisation(cast):
    several(cast, 30, end_user="eu_1", clause="weapons", severity=Severity.CRITICAL)
    found = queries.standing(SYSTEM, whole(cast.atelier), T0 + HOUR)
    assert (found.rung, found.calls_for, found.units) == (Rung.GOOD, Rung.GOOD, 1)


def test_the_organisation_is_warned_of_its_units_and_never_restricted_by_automation(cast):
    bad_users(cast, 8)
    found = queries.standing(SYSTEM, whole(cast.atelier), T0)
    assert (found.rung, found.calls_for, found.units) == (Rung.WARNING, Rung.THROTTLE, 8)
    assert not Restriction.objects.exists()
    assert Notice.objects.filter(kind="warning", organisation=cast.atelier.id, end_user="").count() == 1
    (waits,) = [one for one in queries.waiting_for_people(SYSTEM, T0) if one.unit == whole(cast.atelier)]
    assert (waits.rung, waits.decision) == (Rung.THROTTLE, "")


def test_the_organisation_recovers_with_its_units(cast):
    bad_users(cast, 3)
    bad_users_until = T0 + WINDOW
    assert queries.standing(SYSTEM, whole(cast.atelier), T0).recovers_at == bad_users_until
    recover(fixed_clock(bad_users_until))
    assert queries.standing(SYSTEM, whole(cast.atelier), bad_users_until).rung is Rung.GOOD
    assert Notice.objects.filter(kind="recovered", organisation=cast.atelier.id, end_user="").count() == 1


def test_the_organisation_sees_whose_conduct_it_is_the_worst_first(cast):
    several(cast, 2, end_user="eu_bad")
    several(cast, 1, first=9, end_user="eu_mild", clause="cyber", **MILD)
    worst, mild = queries.units_of(cast.viewer("ben"), cast.atelier.id, T0 + HOUR)
    assert (worst.unit.id, worst.rung, worst.strikes, worst.restricted) == (
        "eu_bad",
        Rung.THROTTLE,
        2,
        Measure.THROTTLED,
    )
    assert (mild.unit.id, mild.clauses, mild.restricted) == ("eu_mild", (("cyber", 1),), None)
    assert queries.units_of(cast.viewer("ben"), cast.atelier.id, T0 + HOUR, after="eu_bad") == (mild,)
    counted = queries.conduct_over_time(cast.viewer("ben"), cast.atelier.id, T0 - DAY, T0 + DAY)
    assert counted == ((T0, "cyber", 1), (T0, "fraud_predation", 2))


def test_staff_find_units_by_how_their_names_begin(cast):
    several(cast, 2, end_user="eu_bad")
    emi = cast.viewer("emi")
    assert [one.unit.id for one in queries.find_units(emi, "eu_b", T0)] == ["eu_bad"]
    assert queries.find_units(emi, "nobody", T0) == ()
    with pytest.raises(NotFoundError):
        queries.find_units(cast.viewer("aiko"), "eu_b", T0)
