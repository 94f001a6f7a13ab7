"""No small group of the survey is told, and none can be worked out, not even by who knows how it was chosen."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.base.errors import NotFoundError
from sekisho.records.feedback import actions, queries
from sekisho.records.feedback.rules.suppression import SMALLEST, told
from sekisho.records.feedback.rules.survey import OTHERS, is_closed, month
from sekisho.records.feedback.types import DISMISSED, RATINGS, Answer
from tests.cast import Cast
from tests.pages import table

PAGE = "docs/rules/feedback.md"
DAY = date(2026, 1, 15)
numbers = st.lists(st.integers(0, 60), min_size=1, max_size=6).map(lambda counts: dict(enumerate(counts)))


@pytest.mark.parametrize(
    ("counts", "shown", "total"),
    [pytest.param(*row, id=row[0]) for row in table(PAGE, "answers 1, 2, 3, dismissed", "told", "total")],
)
def test_what_is_told(counts: str, shown: str, total: str) -> None:
    sum_, each = told(dict(enumerate(int(one) for one in counts.split(","))))
    expected = [] if shown == "nothing" else [int(one) for one in shown.split(",")]
    assert [one for one in each.values() if one is not None] == expected
    assert sum_ == (None if total == "withheld" else int(total))


@given(numbers)
def test_no_group_below_ten_is_told(counts: dict[int, int]) -> None:
    total, each = told(counts)
    assert not any(one is not None and one < SMALLEST for one in (total, *each.values()))


@given(numbers)
def test_nothing_is_withheld_where_nothing_is_small(counts: dict[int, int]) -> None:
    if min(counts.values()) >= SMALLEST:
        assert told(counts) == (sum(counts.values()), counts)


@pytest.mark.parametrize(("size", "most", "smallest"), [(2, 26, 10), (3, 14, 4), (4, 10, 3)])
def test_who_knows_the_rule_cannot_tell_a_small_group_from_none_or_a_large_one(
    size: int, most: int, smallest: int
) -> None:
    """Every small table with the same public face is a candidate: an attacker who tries them all learns of a withheld
    number neither that it is not nothing, nor that it is small."""
    faces: dict[tuple[int | None, ...], list[tuple[int, ...]]] = {}
    for counts in product(range(most), repeat=size):
        total, each = told(dict(enumerate(counts)), smallest)
        faces.setdefault((total, *each.values()), []).append(counts)
    for (total, *hidden), candidates in faces.items():
        for at, one in enumerate(hidden):
            if one is None and total is not None and total < most:
                could_be = {counts[at] for counts in candidates}
                assert min(could_be) == 0, (total, hidden)
                assert max(could_be) >= smallest, (total, hidden)


# --- months -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("today", "closed"),
    [
        (date(2026, 1, 31), False),
        (date(2026, 2, 3), False),
        (date(2026, 2, 4), True),
        (date(2026, 9, 1), True),
    ],
)
def test_a_month_is_told_once_nothing_comes_to_it_any_more(today: date, closed: bool) -> None:
    assert is_closed(date(2026, 1, 1), today) is closed


def test_clients_that_few_use_are_not_even_named() -> None:
    answers = [(Answer(DAY, 1, rating, 2001), 20) for rating in RATINGS] + [(Answer(DAY, 1, 1, 9007), 1)]
    found = month(date(2026, 1, 1), answers)
    assert 9007 not in found.clients
    assert OTHERS in found.clients or found.total is None


def test_both_tables_tell_or_neither() -> None:
    few = month(date(2026, 1, 1), [(Answer(DAY, 1, 2, 2001), 9)])
    assert (few.total, set(few.ratings.values()), few.clients) == (None, {None}, {OTHERS: None})
    none = month(date(2026, 1, 1), [])
    assert (none.total, none.clients) == (None, {})


@pytest.mark.database
def test_staff_see_closed_months_with_small_groups_withheld(cast: Cast) -> None:
    for rating, count in ((1, 30), (2, 20), (3, 12), (DISMISSED, 11)):
        for _ in range(count):
            actions.count(Answer(DAY, 1, rating, 2001))
    actions.count(Answer(date(2026, 2, 1), 1, 1, 2001))
    found = queries.closed_months(cast.viewer("daiki"), date(2026, 2, 20), limit=2)
    assert [one.first for one in found] == [date(2025, 12, 1), date(2026, 1, 1)]
    assert found[-1].total == 73
    assert dict(found[-1].ratings) == {1: 30, 2: 20, 3: 12, DISMISSED: 11}
    for name in ("aiko", "chie", "emi"):
        with pytest.raises(NotFoundError):
            queries.closed_months(cast.viewer(name), date(2026, 2, 20))


def test_nothing_that_judges_people_knows_the_survey_or_feedback() -> None:
    """Only the intake, the pages, the worker's duties and what answers people's own rights (R-DATA-244)."""
    source = Path(__file__).parents[3] / "src" / "sekisho"
    knows = {
        file.relative_to(source).as_posix()
        for file in source.rglob("*.py")
        if "sekisho.records.feedback" in file.read_text("utf-8")
    }
    allowed = ("records/feedback/", "records/rights/", "api/", "console/", "link/worker.py", "settings.py")
    assert [one for one in sorted(knows) if not one.startswith(allowed)] == []
