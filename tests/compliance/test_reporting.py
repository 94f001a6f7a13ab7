"""The report reconciles to ids, says the same for the same rows, and withholds what could be somebody."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.accounts.types import Viewer, system
from sekisho.base.clock import fixed_clock
from sekisho.base.errors import NotFoundError
from sekisho.base.facts import Fact
from sekisho.compliance import queries
from sekisho.compliance.actions import (
    begin_dispute,
    decide_complaint,
    decide_notice,
    end_dispute,
    give_effect,
    take_complaint,
    take_notice,
    take_order,
)
from sekisho.compliance.rules.reporting import DIMENSIONS, Section, as_csv, as_json, report
from sekisho.compliance.types import (
    Basis,
    Category,
    Decision,
    Effect,
    OrderGiven,
    OrderKind,
    Outcome,
    Regime,
)
from sekisho.enforcement.transparency.types import Period
from tests.cast import Cast
from tests.compliance.conftest import AT
from tests.compliance.makers import complaint, notice

QUARTER = Period(date(2026, 1, 1), date(2026, 4, 1))
DAY = timedelta(days=1)
WHY = "Because."


@pytest.fixture
def busy(everywhere: None, legal: Viewer) -> None:
    """A quarter in which something of everything happened."""
    for number, category in enumerate([Category.FRAUD, Category.FRAUD, Category.HATE]):
        taken = take_notice(notice(submission=f"n{number}", category=category), clock=fixed_clock(AT))
        if number:
            at = fixed_clock(AT + (number * 5) * DAY)
            decide_notice(legal, taken.case, Decision.REMOVED, Basis.LAW, WHY, clock=at)
    (kept,) = take_complaint(complaint(), clock=fixed_clock(AT))
    decide_complaint(legal, kept.case, Outcome.UPHELD, WHY, clock=fixed_clock(AT + DAY))
    take_complaint(complaint(submission="b", text="Another"), clock=fixed_clock(AT))
    order = take_order(
        OrderGiven("o", OrderKind.ACT, "Office", "DE", "Remove it", "Art. 9"), clock=fixed_clock(AT)
    )
    give_effect(legal, order.case, Effect.COMPLIED, WHY, clock=fixed_clock(AT + DAY))
    dispute = begin_dispute(legal, kept.case, "Body", clock=fixed_clock(AT))
    end_dispute(legal, dispute, "for_us", implemented=True, clock=fixed_clock(AT + 30 * DAY))


def test_each_number_is_the_count_of_the_ids_behind_it(busy: None, legal: Viewer) -> None:
    found = queries.report(legal, QUARTER, is_whole=True)
    looked_at = 0
    for part in found.parts:
        for table in part.tables:
            assert sum(count or 0 for count in table.counts.values()) == part.total
            for value, count in table.counts.items():
                ids = queries.ids_behind(legal, QUARTER, part.section, table.dimension, value)
                assert len(ids) == count, (part.section, table.dimension, value)
                looked_at += 1
    assert looked_at > 30


def test_what_was_late_and_what_is_overdue_shows(busy: None, legal: Viewer) -> None:
    parts = {part.section: part for part in queries.report(legal, QUARTER, is_whole=True).parts}
    in_time = {table.dimension: dict(table.counts) for table in parts[Section.NOTICES].tables}["in_time"]
    assert in_time == {"in_time": 1, "late": 1, "overdue": 1}
    complaints = {table.dimension: dict(table.counts) for table in parts[Section.COMPLAINTS].tables}
    assert complaints["in_time"] == {"in_time": 1, "overdue": 1}
    assert parts[Section.COMPLAINTS].waited_s[50] == 24 * 3600
    assert parts[Section.DISPUTES].waited_s[50] == 30 * 24 * 3600


def test_the_same_rows_make_the_same_bytes(busy: None, legal: Viewer) -> None:
    first, again = (queries.report(legal, QUARTER, is_whole=True) for _ in range(2))
    assert as_json(first) == as_json(again)
    assert as_csv(first) == as_csv(again)


def test_small_numbers_are_withheld_unless_the_report_is_whole(busy: None, legal: Viewer) -> None:
    told = json.loads(as_json(queries.report(legal, QUARTER)))
    assert told["small_numbers_withheld"] is True
    assert told["sections"]["notices"]["total"] is None
    assert told["sections"]["complaints"]["waited_seconds"] == {}


def test_a_period_before_counts_nothing(busy: None, legal: Viewer) -> None:
    before = Period(date(2025, 1, 1), date(2025, 4, 1))
    parts = queries.report(legal, before, is_whole=True).parts
    assert {part.total for part in parts if part.section is not Section.STAFF} == {0}


def test_what_was_moved_is_counted_where_it_went(everywhere: None, legal: Viewer) -> None:
    from sekisho.compliance.actions import move
    from sekisho.compliance.types import Matter

    (taken,) = take_complaint(complaint(), clock=fixed_clock(AT))
    move(legal, taken.case, Matter.NOTICE, Regime.UK_OSA, "privacy", "A notice", clock=fixed_clock(AT + DAY))
    totals = {part.section: part.total for part in queries.report(legal, QUARTER, is_whole=True).parts}
    assert (totals[Section.NOTICES], totals[Section.COMPLAINTS]) == (1, 0)


@pytest.mark.parametrize("name", ["aiko", "chie"])
def test_only_staff_who_read_reports_see_it(busy: None, cast: Cast, name: str) -> None:
    with pytest.raises(NotFoundError):
        queries.report(cast.viewer(name), QUARTER)
    with pytest.raises(NotFoundError):
        queries.ids_behind(cast.viewer("emi"), QUARTER, Section.ORDERS, "kind", "act")


FACTS = st.lists(st.sampled_from(["fraud", "hate", "privacy"]), max_size=30)


@given(FACTS)
def test_nothing_withheld_follows_from_what_is_told(categories: list[str]) -> None:
    """Whoever subtracts what is told from the total is left with two numbers at least."""
    facts = tuple(
        Fact(str(number), ("dsa", category, *["x"] * (len(DIMENSIONS[Section.NOTICES]) - 2)))
        for number, category in enumerate(categories)
    )
    made = report(QUARTER, {}, {Section.NOTICES: facts}, is_whole=False)
    part = made.parts[0]
    (table,) = [one for one in part.tables if one.dimension == "category"]
    hidden = [value for value, count in table.counts.items() if count is None]
    assert all(count is None or count >= 5 for count in table.counts.values())
    assert len(hidden) != 1 or part.total is None
    assert report(QUARTER, {}, {Section.NOTICES: facts[::-1]}, is_whole=False) == made


def test_the_system_reads_it_for_commands(busy: None) -> None:
    assert queries.report(system("cli"), QUARTER, is_whole=True).parts
