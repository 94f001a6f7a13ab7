"""The tables of `docs/rules/compliance-clocks.md`, and what holds for every term."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.cases.rules.holidays import Region, is_working_day
from sekisho.compliance.law import law, laws
from sekisho.compliance.rules.clocks import TARGET, clocks, due
from sekisho.compliance.types import Matter, Regime, Term, Unit
from tests.pages import table

PAGE = "docs/rules/compliance-clocks.md"
COUNTED = table(PAGE, "term", "zone", "holidays", "received", "due", "why")
SHIPPED = table(PAGE, "regime", "matter", "clock", "limit", "aim", "in danger", "read")
NONE = "–"
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def term_of(words: str) -> Term:
    length, _, rest = words.replace("`", "").partition(" ")
    count = length.rstrip("abcdefghijklmnopqrstuvwxyz")
    return Term(int(count), Unit(length[len(count) :]), "from the next day" in rest, "rolls" in rest)


def words_of(term: Term | None) -> str:
    if term is None:
        return NONE
    how = " from the next day" if term.from_next_day else ""
    return f"{term.count}{term.unit}{how}{', rolls' if term.rolls else ''}"


def moment(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


@pytest.mark.parametrize("row", COUNTED, ids=[f"{row[0]} {row[3]}" for row in COUNTED])
def test_a_term_ends_when_the_page_says(row: list[str]) -> None:
    term, zone, holidays, received, ends, _ = row
    region = cast(Region, "" if holidays == NONE else holidays)
    found = due(term_of(term), moment(received), zone, region)
    assert found.replace(second=0, microsecond=0) == moment(ends)


def test_the_page_lists_every_clock_that_is_shipped() -> None:
    listed = [
        [
            law.regime.value,
            rule.matter.value,
            rule.duty,
            words_of(rule.limit),
            words_of(rule.target),
            words_of(rule.urgent),
            "yes" if rule.cited.verified else "no",
        ]
        for law in laws().values()
        for rule in law.clocks
    ]
    in_order = ["dsa", "uk_osa", "uk_dp", "gdpr", "au_dis", "jp_large", "own"]
    assert sorted(listed, key=lambda row: in_order.index(row[0])) == SHIPPED


MOMENTS = st.integers(0, 5 * 365 * 24 * 60).map(lambda minutes: AT + timedelta(minutes=minutes))
TERMS = st.builds(
    Term, st.integers(1, 40), st.sampled_from(Unit), from_next_day=st.booleans(), rolls=st.booleans()
)
ZONES = st.sampled_from(["UTC", "Europe/London", "Europe/Brussels", "Asia/Tokyo", "Australia/Sydney"])


@given(term=TERMS, received=MOMENTS, zone=ZONES)
def test_a_term_ends_later_than_it_begins_and_never_before_an_earlier_one(
    term: Term, received: datetime, zone: str
) -> None:
    ends = due(term, received, zone, "UK")
    assert ends > received
    assert due(term, received + timedelta(minutes=61), zone, "UK") >= ends


@given(received=MOMENTS, zone=ZONES, count=st.integers(1, 60))
def test_a_term_that_rolls_ends_with_a_working_day(received: datetime, zone: str, count: int) -> None:
    ends = due(Term(count, Unit.DAYS, from_next_day=True, rolls=True), received, zone, "UK")
    assert is_working_day(ends.astimezone(ZoneInfo(zone)).date(), "UK")


def test_a_duty_with_a_limit_has_a_clock_for_our_aim_and_one_for_the_law() -> None:
    found = clocks(law(Regime.UK_DP), Matter.COMPLAINT, AT)
    assert [(one.duty, one.is_statutory) for one in found] == [
        (f"acknowledgement{TARGET}", False),
        ("acknowledgement", True),
        ("outcome", False),
    ]
    assert found[0].due < found[1].due


@pytest.mark.parametrize(
    ("urgent", "hours"),
    [pytest.param(False, 7 * 24, id="ordinary"), pytest.param(True, 24, id="a child or a life in danger")],
)
def test_danger_is_decided_on_within_a_day(urgent: bool, hours: int) -> None:
    found = {one.duty: one.due for one in clocks(law(Regime.DSA), Matter.NOTICE, AT, is_urgent=urgent)}
    assert found["outcome"] == AT + timedelta(hours=hours)
