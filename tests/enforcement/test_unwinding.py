"""Undoing: what was wrong is gone as if it had never been, and everything that rested on it with it."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sekisho.accounts.queries import viewer
from sekisho.accounts.types import StaffRole, Viewer, system
from sekisho.audit import queries as audit
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotAllowedError, NotFoundError
from sekisho.base.text import Text
from sekisho.enforcement import queries
from sekisho.enforcement.actions import impose, label, unwind
from sekisho.enforcement.models import (
    Bearer,
    Credit,
    Overturn,
    Restriction,
    ReviewLabel,
    StatementOfReasons,
    Step,
    Strike,
)
from sekisho.enforcement.queries.overturns import last_overturned
from sekisho.enforcement.rules.ladder import organisation_after, standing_after, until_below
from sekisho.enforcement.rules.reckoning import reckoned
from sekisho.enforcement.rules.strikes import unit_of
from sekisho.enforcement.tasks import recover
from sekisho.enforcement.types import (
    DecisionRecord,
    Found,
    Measure,
    Rung,
    Standing,
    Statement,
    Unit,
    UnitKind,
    Unwound,
)
from sekisho.enforcement.types import Strike as Reckoned
from sekisho.notices.models import Notice
from sekisho.policy.actions import install_reference
from sekisho.policy.types import Severity
from tests import factories
from tests.enforcement.violations import T0, arrive, violation

SYSTEM = system("test")
EVENTS = 10_000 if os.environ.get("SEKISHO_STRESS") == "all" else 200
"""Events of the big simulation; with `SEKISHO_STRESS=all` it takes minutes."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FACTS = Text("Gift cards were asked for.", "ギフトカードを求める内容でした。")


@pytest.fixture
def _policy(db: None) -> None:
    install_reference(clock=fixed_clock(T0))


pytestmark = pytest.mark.usefixtures("_policy")


def key_of(organisation) -> Unit:
    return Unit(UnitKind.KEY, "key_1", organisation.id)


def undo(
    cast, *decisions: str, at: datetime = T0 + HOUR, restriction: str = "", name: str = "fumi"
) -> Unwound:
    return unwind(cast.viewer(name), decisions=decisions, restriction=restriction, because="apl_1", at=at)


def two_grave(cast, **more) -> None:
    arrive([violation(1, cast.atelier.id, **more), violation(2, cast.atelier.id, **more)])


# --- what is undone ---


def test_without_one_of_them_the_throttle_would_never_have_been(cast):
    two_grave(cast)
    made = Restriction.objects.get()
    done = undo(cast, "dec_1")
    assert done == Unwound(("dec_1",), (made.id,), 0, 0, (key_of(cast.atelier),))
    made.refresh_from_db()
    assert (made.lifted_at, made.reversed_at) == (T0 + HOUR, T0 + HOUR)
    found = queries.standing(SYSTEM, key_of(cast.atelier), T0 + HOUR)
    assert (found.rung, found.points) == (Rung.WARNING, 300)
    assert queries.restrictions(SYSTEM, cast.atelier.id, T0 + HOUR) == ()


def test_what_the_others_call_for_all_the_same_stays(cast):
    arrive([violation(number, cast.atelier.id) for number in (1, 2, 3)])
    assert undo(cast, "dec_1").restrictions == ()
    assert len(queries.restrictions(SYSTEM, cast.atelier.id, T0 + HOUR)) == 1


def test_again_it_changes_nothing(cast):
    two_grave(cast)
    undo(cast, "dec_1")
    assert undo(cast, "dec_1", at=T0 + 2 * HOUR) == Unwound()
    assert Overturn.objects.count() == 1


def test_a_restriction_goes_with_every_strike_that_it_rests_on(cast):
    two_grave(cast)
    made = Restriction.objects.get().id
    done = undo(cast, restriction=made)
    assert (done.strikes, done.restrictions) == (("dec_1", "dec_2"), (made,))
    assert queries.standing(SYSTEM, key_of(cast.atelier), T0 + HOUR).rung is Rung.GOOD


def test_a_restriction_that_rests_on_no_strike_is_lifted(cast):
    unit, until = key_of(cast.atelier), T0 + 10 * DAY
    clock = fixed_clock(T0)
    made = impose(cast.viewer("emi"), unit, Measure.SUSPENDED, "cyber", until, Statement(FACTS), clock=clock)
    assert undo(cast, restriction=made, at=T0 + 36 * HOUR).restrictions == (made,)
    assert queries.restrictions(SYSTEM, cast.atelier.id, T0 + 36 * HOUR) == ()


def test_what_a_person_imposed_upon_the_strikes_is_lifted_too(cast):
    arrive([violation(number, cast.atelier.id) for number in range(4)])
    unit, clock = key_of(cast.atelier), fixed_clock(T0)
    statement = Statement(FACTS)
    made = impose(cast.viewer("emi"), unit, Measure.SUSPENDED, "cyber", T0 + 9 * DAY, statement, clock=clock)
    done = undo(cast, "dec_1")
    assert done.restrictions == (made,)
    assert [one.measure for one in queries.restrictions(SYSTEM, cast.atelier.id, T0 + HOUR)] == [
        Measure.THROTTLED
    ]


def test_the_people_concerned_are_told(cast):
    two_grave(cast)
    undo(cast, "dec_1")
    assert Notice.objects.filter(kind="recovered").count() == 1


def test_a_throttle_that_remains_ends_when_the_others_say(cast):
    arrive([violation(1, cast.atelier.id), violation(2, cast.atelier.id)])
    arrive([violation(3, cast.atelier.id, at=T0 + 10 * DAY)])
    assert Restriction.objects.get().until == T0 + 100 * DAY
    undo(cast, "dec_3", at=T0 + 11 * DAY)
    assert Restriction.objects.get().until == T0 + 90 * DAY


def test_a_suspension_that_is_over_is_marked_and_paid_time_is_credited(cast):
    arrive([violation(1, cast.atelier.id, clause="weapons", severity=Severity.CRITICAL)])
    recover(fixed_clock(T0 + 2 * DAY))
    done = undo(cast, "dec_1", at=T0 + 30 * DAY)
    made = Restriction.objects.get()
    assert (done.restrictions, made.reversed_at, done.credited_days) == ((made.id,), T0 + 30 * DAY, 1)
    (credit,) = queries.credits_of(cast.viewer("aiko"), cast.atelier.id)
    assert (credit.restriction, credit.days, credit.until) == (made.id, 1, T0 + DAY)
    assert queries.waiting_for_people(SYSTEM, T0 + 30 * DAY) == ()


@pytest.mark.parametrize(("lasted", "days"), [(HOUR, 1), (DAY, 1), (DAY + MINUTE, 2), (9 * DAY, 9)])
def test_days_that_had_begun_are_credited(cast, lasted, days):
    unit, statement = Unit(UnitKind.ORGANISATION, cast.atelier.id, cast.atelier.id), Statement(FACTS)
    until, clock = T0 + 10 * DAY, fixed_clock(T0)
    made = impose(cast.viewer("emi"), unit, Measure.SUSPENDED, "cyber", until, statement, clock=clock)
    assert undo(cast, restriction=made, at=T0 + lasted).credited_days == days
    assert Credit.objects.get().days == days


def test_an_end_user_and_a_throttle_earn_no_credit(cast):
    two_grave(cast, end_user="eu_1")
    arrive([violation(3, cast.atelier.id, end_user="eu_2", clause="weapons", severity=Severity.CRITICAL)])
    done = undo(cast, "dec_1", "dec_3")
    assert (len(done.restrictions), done.credited_days) == (2, 0)


def test_findings_that_called_it_a_violation_are_withdrawn(cast):
    two_grave(cast)
    label(cast.viewer("emi"), "dec_1", Found(True, ("fraud_predation",)), clock=fixed_clock(T0))
    label(cast.viewer("emi"), "dec_2", Found(False), clock=fixed_clock(T0))
    assert undo(cast, "dec_1", "dec_2").labels == 1
    assert [one.decision.id for one in queries.labels(cast.viewer("emi"))] == ["dec_2"]
    assert queries.label_of(cast.viewer("emi"), "dec_1") is None
    assert ReviewLabel.objects.count() == 2


def test_gateways_are_told_to_forget(cast):
    two_grave(cast)
    undo(cast, "dec_1")
    assert last_overturned() == {cast.atelier.id: T0 + HOUR}


def test_it_is_audited_with_ids_alone(cast):
    two_grave(cast)
    undo(cast, "dec_1")
    (noted,) = audit.entries(SYSTEM, audit.EntryFilter(action="decision.overturned"))
    assert (noted.actor, noted.facts["strikes"]) == (cast.fumi.id, 1)


@pytest.mark.parametrize("name", ["aiko", "ben", "chie", "daiki"])
def test_others_undo_nothing(cast, name):
    two_grave(cast)
    with pytest.raises(NotAllowedError):
        undo(cast, "dec_1", name=name)
    assert not Overturn.objects.exists()


def test_automation_undoes_nothing(cast):
    two_grave(cast)
    with pytest.raises(NotAllowedError):
        unwind(SYSTEM, decisions=["dec_1"], because="", at=T0)


def test_an_unknown_restriction_is_not_found(cast):
    with pytest.raises(NotFoundError):
        undo(cast, restriction="rst_none")


# --- as if it had never been ---


def expected(decisions: Iterable[DecisionRecord], unit: Unit, at: datetime) -> Standing:
    """How a unit would stand, by the pure rules alone, had only these decisions ever been."""
    mine = [one for one in decisions if unit_of(one.organisation, one.key, one.end_user) == unit]
    return standing_after(reckoned(map(as_strike, mine)), at)


def as_strike(one: DecisionRecord) -> Reckoned:
    found = one.grounds[0]
    hard = found.clause == "weapons"
    return Reckoned(
        one.id, one.at, found.clause, found.severity, found.score, hard=hard, text=one.input_digest
    )


def core(standing: Standing) -> tuple[object, ...]:
    points = min(standing.points, 2000)
    return standing.rung, standing.calls_for, points, standing.recovers_at, standing.review_by


def hold_to(decisions: list[DecisionRecord], at: datetime) -> None:
    """Every unit, and the organisations above them, stand as the pure rules say."""
    bad: dict[str, list[datetime]] = {one.organisation: [] for one in decisions}
    for unit in {unit_of(one.organisation, one.key, one.end_user) for one in decisions}:
        pure = expected(decisions, unit, at)
        assert core(queries.standing(SYSTEM, unit, at)) == core(pure), unit
        if until := until_below(pure, Rung.WARNING):
            bad[unit.organisation].append(until)
    for organisation, untils in bad.items():
        found = queries.standing(SYSTEM, Unit(UnitKind.ORGANISATION, organisation, organisation), at)
        assert core(found) == core(organisation_after((), untils, at))


offsets = st.one_of(st.integers(0, 200), st.integers(0, 60 * 24 * 100))
events = st.tuples(
    offsets,
    st.sampled_from(["eu_1", "eu_2", "eu_3", "eu_4", ""]),
    st.sampled_from(["fraud_predation", "cyber", "weapons"]),
    st.sampled_from([0.4, 0.9, 1.0]),
    st.sampled_from(["", "", "same"]),
)
histories = st.lists(events, min_size=1, max_size=14)


def decided(number: int, event: tuple[int, str, str, float, str]) -> DecisionRecord:
    minutes, user, clause, score, text = event
    severity = Severity.CRITICAL if clause == "weapons" else Severity.HIGH
    more = {"clause": clause, "score": score, "severity": severity, "text": text}
    return violation(number, "org_1", T0 + minutes * MINUTE, end_user=user, **more)


class AsIfItHadNeverBeen(TestCase):
    def setUp(self) -> None:
        install_reference(clock=fixed_clock(T0))
        self.fumi = fumi_of_today()

    @settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
    @given(histories, st.data())
    def test_arrival_in_any_order_and_undoing_come_to_what_the_rules_say(self, history, data) -> None:
        decisions = [decided(number, event) for number, event in enumerate(history)]
        at = max(one.at for one in decisions)
        waiting = list(data.draw(st.permutations(decisions)))
        while waiting:
            size = data.draw(st.integers(1, len(waiting)))
            arrive(waiting[:size], at)
            del waiting[:size]
        hold_to(decisions, at)
        wrong = data.draw(st.sets(st.sampled_from([one.id for one in decisions])))
        unwind(self.fumi, decisions=wrong, because="apl_1", at=at)
        hold_to([one for one in decisions if one.id not in wrong], at)


def fumi_of_today() -> Viewer:
    return viewer(factories.staff("Fumi", StaffRole.APPEALS).id)


@pytest.mark.stress
def test_after_thousands_of_events_each_sanction_has_one_statement_and_undoing_restores(db):
    """Half a year of three organisations with some bad apples; then a tenth of what was decided is overturned."""
    chance, fumi = random.Random(4), fumi_of_today()
    days = [decisions_of_day(chance, day, EVENTS // 180 + (day < EVENTS % 180)) for day in range(180)]
    for number, decisions in enumerate(days):
        at = T0 + number * DAY + 23 * HOUR
        arrive(decisions, at)
        recover(fixed_clock(at))
    everything = [one for day in days for one in day]
    assert len(everything) == EVENTS
    end = T0 + 180 * DAY
    recover(fixed_clock(end))
    imposed = Restriction.objects.count()
    assert imposed > EVENTS / 100
    assert StatementOfReasons.objects.count() == imposed
    assert Notice.objects.filter(key__startswith="restriction:").count() == imposed
    assert Step.objects.exclude(restriction=None).count() == imposed
    hold_to(everything, end)

    wrong = chance.sample([one.id for one in everything], EVENTS // 10)
    for begin in range(0, len(wrong), 20):
        unwind(fumi, decisions=wrong[begin : begin + 20], because=f"apl_{begin}", at=end)
    gone = set(wrong)
    right = [one for one in everything if one.id not in gone]
    hold_to(right, end)
    for row in Bearer.objects.exclude(unit_kind="organisation"):
        unit = Unit(UnitKind(row.unit_kind), row.unit_id, row.organisation)
        pure = expected(right, unit, end)
        assert (row.rung, row.calls_for, row.recovers_at) == (pure.rung, pure.calls_for, pure.recovers_at)
        assert not Step.objects.filter(bearer=row, ended_at=None, rung__gt=pure.rung).exists()
    assert Strike.objects.filter(voided_at=None).count() == len(right)
    assert StatementOfReasons.objects.count() == Restriction.objects.count()


def decisions_of_day(chance: random.Random, day: int, count: int) -> list[DecisionRecord]:
    """A day's violations: most people violate once in a while, a few again and again, some clients in a loop."""
    made = []
    for number in range(count):
        user = f"eu_{chance.randrange(12 if chance.random() < 0.3 else EVENTS // 5)}"
        clause = chance.choices(["fraud_predation", "cyber", "misinformation", "weapons"], [8, 6, 4, 1])[0]
        severity = Severity.CRITICAL if clause == "weapons" else Severity(chance.randint(1, 3))
        made.append(
            violation(
                day * 100 + number,
                f"org_{chance.randrange(3)}",
                T0 + day * DAY + chance.randrange(22 * 60) * MINUTE,
                end_user=user,
                clause=clause,
                severity=severity,
                score=chance.choice([0.5, 0.7, 0.9, 1.0]),
                text="loop" if chance.random() < 0.1 else "",
            )
        )
    return made
