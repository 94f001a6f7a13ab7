"""The retention clock and eligibility, by the tables of `docs/rules/retention-clock.md`."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from sekisho.accounts.types import Plan
from sekisho.records import rules
from sekisho.records.calendar import shipped
from sekisho.records.rules.calendar_time import years_after
from sekisho.records.types import Eligible, Ineligible, Kind, Product, Terms
from tests.pages import table
from tests.records.clock_words import PAGE, RECEIVED, Vector, calendar, events, moment, turn, vectors

GOLDEN, FURTHER = vectors("V01"), vectors("W01")


def test_the_page_holds_all_golden_vectors():
    assert [one.id for one in GOLDEN] == [f"V{n:02}" for n in range(1, 24)]


@pytest.mark.parametrize("vector", [pytest.param(one, id=one.id) for one in (*GOLDEN, *FURTHER)])
def test_what_the_page_says(vector: Vector):
    end = rules.deadline(vector.turn, vector.events, shipped())
    answer = rules.eligible(vector.turn, vector.events, shipped(), vector.asked)
    assert (end.at, end.rule) == (vector.ends, vector.by)
    assert rules.destroyed_at(vector.turn, vector.events, shipped()).at == vector.destroyed
    assert (answer.reason if isinstance(answer, Ineligible) else "yes") == vector.training


OF_PLAN = table(
    PAGE,
    "plan",
    "terms",
    "nothing chosen",
    "the person allows",
    "the organisation takes part",
    "zero retention",
)
SITUATIONS = (
    "",
    "allowed 2025-09-01",
    "partner_joined 2025-09-01; member_told 2025-09-01T12:00",
    "allowed 2025-09-01; partner_joined 2025-09-01; member_told 2025-09-01T12:00",
)
ENDS = {"30 days": moment("2025-10-02"), "5 years": moment("2030-09-02"), "0": RECEIVED}


@pytest.mark.parametrize(
    ("plan", "situation", "said"),
    [
        pytest.param(row[0], number, said, id=f"{row[0]}-{number}")
        for row in OF_PLAN
        for number, said in enumerate(row[2:])
    ],
)
def test_how_long_and_for_what_by_plan(plan: str, situation: int, said: str):
    lives, trains = said.split(", ")
    told = turn(plan + (", zero retention" if situation == 3 else ""))
    happened = events(SITUATIONS[situation])
    assert rules.deadline(told, happened, shipped()).at == ENDS[lives]
    answer = rules.eligible(told, happened, shipped(), moment("2025-09-15"))
    assert isinstance(answer, Eligible) is (trains == "yes")


def test_every_plan_stands_in_the_table_under_its_terms():
    assert {row[0]: Terms(row[1]) for row in OF_PLAN} == {one.value: rules.terms_of(one) for one in Plan}
    assert rules.plan_of("unheard-of") is Plan.GOV


@pytest.mark.parametrize(
    ("received", "versions", "ends", "by"),
    [
        pytest.param(*row[1:], id=row[0])
        for row in table(PAGE, "id", "received", "later versions", "ends", "by")
    ],
)
def test_which_version_of_the_calendar_holds(received: str, versions: str, ends: str, by: str):
    end = rules.deadline(turn("pro", moment(received)), (), calendar(versions))
    assert (end.at, end.rule) == (moment(ends), by)


def test_under_a_stricter_version_less_is_eligible():
    later = calendar("30 days from 2025-10-01")
    joined = events("partner_joined 2024-10-01; member_told 2024-10-02")
    asked = moment("2025-09-20")
    assert isinstance(rules.eligible(turn("team"), joined, later, asked), Eligible)
    strict = rules.strictest([later, calendar("1 days from 2025-01-01")])
    assert isinstance(rules.eligible(turn("team"), joined, strict, asked), Ineligible)


def test_what_is_made_of_several_turns_ends_with_the_first_and_needs_all():
    sealed = rules.deadline(turn(), events("allowed 2025-09-01; denied 2025-09-07"), shipped())
    long = rules.deadline(turn(), events("allowed 2025-09-01"), shipped())
    assert rules.earliest([long, sealed]) == sealed
    assert rules.together([Eligible("a"), Ineligible("incognito", "b")]) == Ineligible("incognito", "b")
    assert rules.together([Eligible("a"), Eligible("c")]) == Eligible("a")
    assert isinstance(rules.together([]), Ineligible)


@pytest.mark.parametrize(
    ("leap", "years", "then"),
    [("2028-02-29", 5, "2033-02-28"), ("2028-02-29", 4, "2032-02-29"), ("2028-12-31", 1, "2029-12-31")],
)
def test_years_are_of_the_calendar(leap: str, years: int, then: str):
    assert years_after(moment(leap), years) == moment(then)


def test_what_the_person_withdrew_is_sealed_at_once_for_all_others():
    end = rules.deadline(turn(), events("allowed 2025-09-01; denied 2025-09-07"), shipped())
    assert end.sealed_at == moment("2025-09-07")
    never = rules.deadline(turn(), events("denied 2025-09-07"), shipped())
    assert never.sealed_at is None


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_event_is_answered_for(kind: Kind):
    happened = list(events(f"{kind.value} 7 2025-09-05"))
    assert rules.deadline(turn(), happened, shipped()).at <= moment("2025-10-02")
    assert isinstance(rules.eligible(turn(), happened, shipped(), moment("2025-09-06")), Ineligible)


@pytest.mark.parametrize(
    "vector", [pytest.param(one, id=one.id) for one in GOLDEN if one.turn.stamp.plan is Plan.PRO]
)
def test_for_people_it_makes_no_difference_through_what_they_spoke(vector: Vector):
    """The coding client and the chat are one account under one rule (R-DATA-004)."""
    chat = replace(vector, turn=replace(vector.turn, stamp=replace(vector.turn.stamp, product=Product.API)))
    assert chat.holds(rules)


def test_every_reason_and_every_rule_has_its_sentence():
    source = "".join(one.read_text("utf-8") for one in Path(rules.__file__).parent.glob("*.py"))
    reasons = set(re.findall(r'Ineligible\("(\w+)"', source))
    assert reasons | {"eligible", "included"} == set(rules.REASONS)
    decided = set(re.findall(r'(?:Deadline|_nearer)\([^\n]*?"(R-DATA-\d+)"', source))
    assert {one.by for one in (*GOLDEN, *FURTHER)} | {"R-DATA-124"} == set(rules.ENDS) >= decided


@pytest.mark.parametrize(
    ("happened", "asked", "en", "ja"),
    [
        pytest.param("", "2025-09-15", "becomes unreadable for ever on 2 October 2025", "2025年10月2日", id="alive"),
        pytest.param("", "2025-10-02", "ended on 2 October 2025, 00:00 UTC", "に終わりました", id="over"),
        pytest.param("denied 2027-09-02", "2027-09-03", "sealed since 2 September 2027", "封印", id="sealed"),
        pytest.param("hold_placed 2025-09-10", "2025-09-15", "no staff reads it", "法的保全の対象", id="held"),
        pytest.param(
            "hold_placed 2025-09-10; hold_released 2026-03-01", "2026-04-01",
            "kept its key until 1 March 2026", "2026年3月1日", id="was held",
        ),
    ],
)  # fmt: skip
def test_an_explanation_says_what_is_so_at_the_moment(happened: str, asked: str, en: str, ja: str):
    allowed = "allowed 2025-09-01; " if "denied" in happened else ""
    told = rules.explain(turn(), events(allowed + happened), shipped(), moment(asked))
    assert any(en in text.en for _, text in told.lines)
    assert any(ja in text.ja for _, text in told.lines)
    assert told.lines[0][0] == "R-DATA-002"
