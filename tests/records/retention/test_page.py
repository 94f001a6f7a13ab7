"""The tables of `docs/rules/destruction.md`."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sekisho.base.inventory import Holder, How
from sekisho.records import registry
from sekisho.records.calendar import shipped
from sekisho.records.retention.rules import announce_from, guard, hold_state, overlap
from sekisho.records.retention.tasks import SWEEP_EVERY_S
from sekisho.records.retention.types import Go, Halt
from sekisho.records.types import Scope
from tests.pages import table
from tests.records.retention.makers import AT, DAY

PAGE = "docs/rules/destruction.md"
CALENDAR = shipped()
_CLOCKS = table(PAGE, "clock, after the last good sweep", "believed before", "what happens")
_HOLDS = table(PAGE, "proposed", "approved", "refused", "review due", "released", "state")
_STEPS = [row[0] for row in table(PAGE, "when", "what", "is it readable?")]
_MOMENTS = {
    "5 minutes later": timedelta(minutes=5),
    "48 hours later": timedelta(hours=48),
    "48 hours and a second later": timedelta(hours=48, seconds=1),
    "9 days later": 9 * DAY,
    "3 days earlier": -3 * DAY,
}


@pytest.mark.parametrize(("clock", "believed", "expected"), _CLOCKS, ids=[row[0] for row in _CLOCKS])
def test_the_time_is_believed_or_not(clock: str, believed: str, expected: str):
    now = AT + _MOMENTS.get(clock, timedelta())
    good_at = AT if believed == "at the sweep" else None
    answer = guard(now, max(now, AT) if good_at else now, good_at, CALENDAR.largest_step)
    says = {
        "swept, as of the clock": Go(now),
        "swept, as of what was believed": Go(AT),
        "halted": Halt(now, AT),
    }
    assert answer == says[expected]


@pytest.mark.parametrize(
    ("proposed", "approved", "refused", "review", "released", "state"),
    _HOLDS,
    ids=[row[-1] for row in _HOLDS],
)
def test_a_hold_stands_where_the_page_says(
    proposed: str, approved: str, refused: str, review: str, released: str, state: str
):
    def moment(said: str) -> datetime | None:
        return AT if said == "yes" else None

    due = {"–": None, "ahead": AT + DAY, "passed": AT - DAY}[review]
    assert proposed == "yes"
    assert hold_state(moment(approved), moment(refused), due, moment(released), AT).value == state


def test_the_spans_of_the_page_are_those_of_the_calendar_and_the_worker():
    assert f"{CALENDAR.key_backups // timedelta(hours=1)} hours later" in _STEPS
    assert f"{CALENDAR.content_backups // DAY} days later" in _STEPS
    assert f"{CALENDAR.metadata_months} months after receipt" in _STEPS
    assert CALENDAR.rows == DAY
    assert SWEEP_EVERY_S == 300
    assert announce_from(AT) == AT - 7 * DAY


def test_each_way_of_erasing_is_on_the_page_and_is_used():
    used = {
        erase.how
        for entry in registry.walk()
        for holder in Holder
        if (erase := entry.data.erasing(holder)) is not None
    }
    assert {row[0] for row in table(PAGE, "how", "what is left")} == {how.value for how in How} == {*used}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(Scope("org_1"), Scope("org_1", end_user="eu"), True, id="one is part of the other"),
        pytest.param(Scope("org_1", end_user="a"), Scope("org_1", end_user="b"), False, id="two end users"),
        pytest.param(
            Scope("org_1", member="usr_1"), Scope("org_1", end_user="eu"), True, id="they can meet in a turn"
        ),
        pytest.param(Scope("org_1"), Scope("org_2"), False, id="two organisations"),
        pytest.param(Scope(), Scope("org_2"), True, id="the installation"),
    ],
)
def test_scopes_overlap(one: Scope, other: Scope, expected: bool):
    assert overlap(one, other) is overlap(other, one) is expected
