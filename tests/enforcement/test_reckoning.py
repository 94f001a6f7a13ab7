"""What violations come to, by the tables of docs/rules/ladder.md, and the laws of reckoning by generated cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.enforcement.rules.ladder import (
    DEFAULT_LADDER,
    organisation_after,
    points_of,
    standing_after,
    until_below,
)
from sekisho.enforcement.rules.reckoning import reckoned
from sekisho.enforcement.types import Intent, Rung, Strike
from sekisho.policy.types import Severity
from tests.enforcement.page import table

T0 = datetime(2026, 1, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
WINDOW = timedelta(days=DEFAULT_LADDER.window_days)


def strike(number: int = 1, minutes: float = 0, **more: object) -> Strike:
    values = {"clause": "fraud_predation", "severity": Severity.LOW, "text": f"text_{number}", **more}
    return Strike(id=f"stk_{number}", at=T0 + timedelta(minutes=minutes), **values)


def points(strikes: list[Strike]) -> int:
    return sum(map(points_of, reckoned(strikes)))


@pytest.mark.parametrize("row", table("minutes apart", "the second", "points"), ids=" ".join)
def test_two_violations_come_to_what_the_page_says(row) -> None:
    minutes, second, expected = row
    more = {
        "same clause, another text": {},
        "same clause, same text": {"text": "text_1"},
        "another clause": {"clause": "cyber"},
    }
    assert points([strike(1), strike(2, float(minutes), **more[second])]) == int(expected)


def test_a_weak_violation_is_not_told_so_the_next_is_not_knowing() -> None:
    assert points([strike(1, confidence=0.4), strike(2, 600)]) == 40 + 100


def test_knowing_ends_with_the_window() -> None:
    late = replace(strike(2), at=T0 + WINDOW)
    (_, second) = reckoned([strike(1), late])
    assert second.intent is Intent.UNCLEAR
    (_, second) = reckoned([strike(1), replace(late, at=T0 + WINDOW - INSTANT)])
    assert second.intent is Intent.KNOWING


def test_what_a_person_called_knowing_stays_so() -> None:
    assert points([strike(1, intent=Intent.KNOWING)]) == 200


def test_a_retry_loop_counts_once_and_from_its_last_try() -> None:
    loop = [strike(number, number / 60, text="same") for number in range(600)]
    (counting,) = reckoned(loop)
    assert points_of(counting) == 100
    assert standing_after([counting], T0 + timedelta(hours=1)).because[0].until == loop[-1].at + WINDOW


moments = st.integers(0, 120 * 24 * 4).map(lambda quarters: T0 + timedelta(minutes=15 * quarters))
close = st.integers(0, 300).map(lambda minutes: T0 + timedelta(minutes=minutes))
any_strike = st.builds(
    Strike,
    id=st.integers(0, 10**6).map(lambda number: f"stk_{number}"),
    at=st.one_of(moments, close),
    clause=st.sampled_from(["weapons", "cyber"]),
    severity=st.sampled_from(Severity),
    confidence=st.sampled_from([0.1, 0.4, 0.5, 0.9, 1.0]),
    hard=st.booleans(),
    text=st.sampled_from(["", "a", "b"]),
)
some_strikes = st.lists(any_strike, max_size=10, unique_by=lambda one: one.id)


@given(some_strikes, any_strike, moments)
def test_one_more_violation_never_betters_the_standing(before, more, late):
    at = max([late, more.at, *(one.at for one in before)])
    less = standing_after(reckoned(before), at)
    most = standing_after(reckoned([*before, replace(more, id="stk_more")]), at)
    assert (most.rung, most.calls_for, most.points) >= (less.rung, less.calls_for, less.points)
    assert most.rung >= less.rung
    assert most.calls_for >= less.calls_for


@given(some_strikes, st.randoms())
def test_the_order_of_arrival_and_repetition_do_not_matter(before, chance):
    shuffled = [*before, *before]
    chance.shuffle(shuffled)
    assert reckoned(shuffled) == reckoned(before)


@given(some_strikes)
def test_each_text_counts_at_most_once_an_hour(before):
    counting = [one for one in reckoned(before) if one.text]
    places = [(one.clause, one.text, one.at.replace(minute=0)) for one in counting]
    assert len(places) == len(set(places))


@given(some_strikes, st.sampled_from([Rung.NOTICE, Rung.WARNING, Rung.THROTTLE, Rung.TERMINATION]))
def test_it_is_told_exactly_until_when_the_points_reach_a_rung(before, rung):
    at = max((one.at for one in before), default=T0)
    counting = reckoned(before)
    until = until_below(standing_after(counting, at), rung)
    lowest = getattr(DEFAULT_LADDER, rung.word)
    if until is None:
        assert standing_after(counting, at).points < lowest
        return
    assert standing_after(counting, until - INSTANT).points >= lowest
    assert standing_after(counting, until).points < lowest


@pytest.mark.parametrize(
    "row", table("units in bad standing", "in force by rule alone", "called for"), ids=" ".join
)
def test_an_organisation_stands_as_the_page_says(row) -> None:
    units, in_force, called = row
    found = organisation_after((), [T0 + WINDOW] * int(units), T0)
    assert (found.rung.word, found.calls_for.word, found.units) == (in_force, called, int(units))


untils = st.lists(st.integers(1, 90).map(lambda days: T0 + timedelta(days=days)), max_size=40)


@given(untils, st.integers(1, 90))
def test_one_more_unit_in_bad_standing_never_betters_its_organisation(units, days):
    less = organisation_after((), units, T0)
    most = organisation_after((), [*units, T0 + timedelta(days=days)], T0)
    assert most.calls_for >= less.calls_for
    assert most.rung >= less.rung


@given(untils)
def test_an_organisation_recovers_exactly_when_it_is_told(units):
    found = organisation_after((), units, T0)
    if found.recovers_at is None:
        assert found.calls_for is Rung.GOOD
        return
    assert organisation_after((), units, found.recovers_at - INSTANT).calls_for is found.calls_for
    assert organisation_after((), units, found.recovers_at).calls_for < found.calls_for


def test_automation_does_no_more_to_an_organisation_than_to_warn_it() -> None:
    hard = [strike(1, severity=Severity.CRITICAL, hard=True)]
    found = organisation_after(hard, [T0 + WINDOW] * 50, T0)
    assert (found.rung, found.calls_for) == (Rung.WARNING, Rung.TERMINATION)
