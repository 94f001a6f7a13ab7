"""The ladder, by the table of `docs/rules/ladder.md`, and its laws by generated cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.enforcement.rules.ladder import AUTOMATION, DEFAULT_LADDER, may_impose, points_of, standing_after
from sekisho.enforcement.types import Allowed, Decider, Intent, Measure, Refused, Rung, Strike
from sekisho.policy.types import Severity

T0 = datetime(2026, 1, 1, tzinfo=UTC)
WINDOW = timedelta(days=DEFAULT_LADDER.window_days)
INSTANT = timedelta(microseconds=1)
EMI, FUMI = Decider(frozenset({"usr_emi"})), Decider(frozenset({"usr_emi", "usr_fumi"}))


def strike(id: str = "dec_1", at: datetime = T0, severity: Severity = Severity.LOW, **more: object) -> Strike:
    return Strike(id=id, at=at, clause="fraud_predation", severity=severity, **more)


def strikes(count: int, severity: Severity, **more: object) -> list[Strike]:
    return [strike(f"dec_{n}", severity=severity, **more) for n in range(count)]


TABLE = [
    ("no strike", [], Rung.GOOD, Rung.GOOD),
    ("one mild strike, half sure", strikes(1, Severity.LOW, confidence=0.5), Rung.NOTICE, Rung.NOTICE),
    ("one mild strike, hardly sure", strikes(1, Severity.LOW, confidence=0.4), Rung.GOOD, Rung.GOOD),
    ("one mild strike", strikes(1, Severity.LOW), Rung.NOTICE, Rung.NOTICE),
    ("two mild strikes", strikes(2, Severity.LOW), Rung.WARNING, Rung.WARNING),
    ("one mild strike, knowing", strikes(1, Severity.LOW, intent=Intent.KNOWING), Rung.WARNING, Rung.WARNING),
    ("two grave strikes", strikes(2, Severity.HIGH), Rung.THROTTLE, Rung.THROTTLE),
    ("four grave strikes", strikes(4, Severity.HIGH), Rung.THROTTLE, Rung.SUSPENSION),
    ("five of the gravest strikes", strikes(5, Severity.CRITICAL), Rung.THROTTLE, Rung.TERMINATION),
    (
        "one strike under a hard clause",
        strikes(1, Severity.CRITICAL, hard=True),
        Rung.SUSPENSION,
        Rung.SUSPENSION,
    ),
    (
        "five strikes under a hard clause",
        strikes(5, Severity.CRITICAL, hard=True),
        Rung.SUSPENSION,
        Rung.TERMINATION,
    ),
]


@pytest.mark.parametrize(
    ("given_strikes", "in_force", "calls_for"), [pytest.param(*row[1:], id=row[0]) for row in TABLE]
)
def test_standing_by_the_table(given_strikes, in_force, calls_for):
    standing = standing_after(given_strikes, T0)
    assert (standing.rung, standing.calls_for) == (in_force, calls_for)


def test_the_page_holds_the_same_table():
    page = (Path(__file__).parents[2] / "docs/rules/ladder.md").read_text(encoding="utf-8")
    for name, _, in_force, calls_for in TABLE:
        assert f"| {name} | {in_force.word} | {calls_for.word} |" in page


@pytest.mark.parametrize(
    ("measure", "lasts", "decider", "expected"),
    [
        pytest.param(Measure.THROTTLED, None, AUTOMATION, Allowed(), id="automation throttles"),
        pytest.param(
            Measure.SUSPENDED, timedelta(hours=24), AUTOMATION, Allowed(), id="automation suspends for a day"
        ),
        pytest.param(
            Measure.SUSPENDED,
            timedelta(hours=24, seconds=1),
            AUTOMATION,
            Refused("needs_person"),
            id="a second more",
        ),
        pytest.param(
            Measure.SUSPENDED, timedelta(days=30), EMI, Allowed(), id="a person suspends for a month"
        ),
        pytest.param(
            Measure.SUSPENDED, None, EMI, Refused("needs_end_date"), id="no suspension without an end"
        ),
        pytest.param(
            Measure.TERMINATED,
            None,
            AUTOMATION,
            Refused("needs_two_people"),
            id="automation never terminates",
        ),
        pytest.param(
            Measure.TERMINATED, None, EMI, Refused("needs_two_people"), id="one person does not terminate"
        ),
        pytest.param(Measure.TERMINATED, None, FUMI, Allowed(), id="two people terminate"),
        pytest.param(
            Measure.THROTTLED,
            timedelta(0),
            EMI,
            Refused("ends_before_it_begins"),
            id="nothing that is over at once",
        ),
    ],
)
def test_who_may_decide_what(measure, lasts, decider, expected):
    until = None if lasts is None else T0 + lasts
    assert may_impose(measure, T0, until, decider) == expected


def test_a_hard_clause_suspends_for_a_day_in_which_a_person_must_look():
    hard = strike(severity=Severity.CRITICAL, hard=True)
    day = timedelta(hours=24)
    assert standing_after([hard], T0).review_by == T0 + day
    assert standing_after([hard], T0 + day - INSTANT).rung is Rung.SUSPENSION
    assert standing_after([hard], T0 + day).rung is Rung.WARNING


def test_the_standing_says_why():
    kept, gone = strike("dec_1"), strike("dec_2", at=T0 - WINDOW)
    standing = standing_after([gone, kept], T0)
    assert [(each.strike.id, each.points, each.until) for each in standing.because] == [
        ("dec_1", 100, T0 + WINDOW)
    ]


moments = st.integers(0, 200 * 24).map(lambda hours: T0 + timedelta(hours=hours))
any_strike = st.builds(
    Strike,
    id=st.integers(0, 10**6).map(lambda n: f"dec_{n}"),
    at=moments,
    clause=st.just("weapons"),
    severity=st.sampled_from(Severity),
    confidence=st.floats(0, 1),
    weight=st.integers(1, 3),
    intent=st.sampled_from(Intent),
    hard=st.booleans(),
)
some_strikes = st.lists(any_strike, max_size=8, unique_by=lambda s: s.id)


@given(some_strikes, any_strike, moments)
def test_one_more_strike_never_betters_the_standing(before, more, at):
    less, most = standing_after(before, at), standing_after([*before, replace(more, id="dec_more")], at)
    assert most.rung >= less.rung
    assert most.calls_for >= less.calls_for
    assert most.points >= less.points


@given(some_strikes, moments, st.randoms())
def test_order_and_repetition_do_not_matter(before, at, chance):
    shuffled = [*before, *before]
    chance.shuffle(shuffled)
    assert standing_after(shuffled, at) == standing_after(before, at)


@given(some_strikes, st.integers(0, 400))
def test_time_alone_never_worsens_it_and_heals_it_in_the_end(before, days):
    last = max((each.at for each in before), default=T0)
    earlier, later = standing_after(before, last), standing_after(before, last + timedelta(days=days))
    assert later.rung <= earlier.rung
    assert standing_after(before, last + WINDOW).rung is Rung.GOOD


@given(some_strikes, moments)
def test_it_recovers_exactly_when_it_says(before, at):
    """Strikes that are still to come are left out: the promise holds if none is added."""
    known = [each for each in before if each.at <= at]
    standing = standing_after(known, at)
    if standing.recovers_at is None:
        assert standing.calls_for is Rung.GOOD
        return
    before_it, after_it = (
        standing_after(known, moment) for moment in (standing.recovers_at - INSTANT, standing.recovers_at)
    )
    rungs = (standing.rung, standing.calls_for)
    assert (before_it.rung, before_it.calls_for) == rungs
    assert (after_it.rung, after_it.calls_for) < rungs


@given(any_strike)
def test_a_strike_weighs_its_factors(one):
    assert points_of(one) == round(100 * one.weight * one.severity * one.intent * one.confidence)
    assert points_of(replace(one, intent=Intent.KNOWING)) >= points_of(replace(one, intent=Intent.UNCLEAR))
