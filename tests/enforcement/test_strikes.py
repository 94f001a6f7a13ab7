"""Strikes: taken from what arrives, and what follows from them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sekisho.accounts.types import system
from sekisho.base.clock import fixed_clock
from sekisho.enforcement import queries
from sekisho.enforcement.models import Call, Restriction, Step, Strike
from sekisho.enforcement.types import Intent, Measure, Rung, Unit, UnitKind
from sekisho.notices.models import Notice
from sekisho.policy.actions import install_reference
from sekisho.policy.types import Severity
from tests.enforcement.violations import T0, arrive, ground, violation

SYSTEM = system("test")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _policy(db: None) -> None:
    install_reference(clock=fixed_clock(T0))


def key_of(organisation) -> Unit:
    return Unit(UnitKind.KEY, "key_1", organisation.id)


def standing(unit: Unit, at=T0):
    return queries.standing(SYSTEM, unit, at)


def test_a_violation_is_one_strike_against_the_smallest_unit(cast):
    arrive([violation(1, cast.atelier.id, end_user="eu_1"), violation(2, cast.atelier.id)])
    end_user = Unit(UnitKind.END_USER, "eu_1", cast.atelier.id)
    assert [one.decision for one in queries.strikes(SYSTEM, end_user)] == ["dec_1"]
    assert [one.decision for one in queries.strikes(SYSTEM, key_of(cast.atelier))] == ["dec_2"]
    assert standing(end_user).points == standing(key_of(cast.atelier)).points == 300


def test_two_grave_ones_throttle_with_a_statement_and_a_notice(cast):
    arrive([violation(1, cast.atelier.id), violation(2, cast.atelier.id)])
    made = Restriction.objects.get()
    assert (made.measure, made.requests_per_minute, made.tools_off) == (Measure.THROTTLED, 10, True)
    assert made.until == T0 + 90 * DAY
    assert made.statement.was_decided_automatically
    assert "2 requests were found" in made.statement.facts_en
    assert Notice.objects.filter(kind="restriction").count() == 1


def test_a_hard_clause_suspends_at_once_and_calls_a_person(cast):
    arrive([violation(1, cast.atelier.id, clause="weapons", severity=Severity.CRITICAL)])
    made = Restriction.objects.get()
    assert (made.measure, made.until) == (Measure.SUSPENDED, T0 + DAY)
    (waits,) = queries.waiting_for_people(SYSTEM, T0)
    assert (waits.why, waits.due_at, waits.decision) == ("hard_clause", T0 + DAY, "dec_1")
