"""The laws of the clock, over generated stories; and that the rules are pure."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.records import rules
from sekisho.records.rules.batch import fates
from sekisho.records.rules.history import History
from sekisho.records.types import Eligible, Explanation, Kind
from tests.records.clock_laws import AFTER, LAWS, Story, moments, stories

EXAMPLES = 200


@pytest.mark.parametrize("law", LAWS)
@given(story=stories())
@settings(max_examples=EXAMPLES)
def test_law(law: str, story: Story):
    assert LAWS[law](rules, story)


def test_many_of_the_stories_begin_with_a_turn_that_is_eligible():
    asked = []

    @given(stories())
    @settings(max_examples=200, derandomize=True, database=None)
    def ask(story: Story) -> None:
        first = rules.eligible(story.turn, story.events, story.calendar, story.turn.completed_at)
        asked.append(isinstance(first, Eligible))

    ask()
    assert sum(asked) > 0.3 * len(asked)


@given(story=stories())
@settings(max_examples=EXAMPLES)
def test_what_moves_no_deadline_is_left_out_of_restamping(story: Story):
    """Only such an event may do it after receipt."""
    for before, after in zip(story.growing(), story.growing()[1:], strict=False):
        if after[-1].kind not in rules.MOVES_DEADLINES:
            assert rules.deadline(story.turn, before, story.calendar) == rules.deadline(
                story.turn, after, story.calendar
            )


@given(stories(), st.lists(st.sampled_from(AFTER), min_size=1, max_size=4))
@settings(max_examples=EXAMPLES)
def test_many_at_once_come_to_what_each_comes_to_by_itself(story: Story, apart: list[object]):
    turns = [_later(story, number, after) for number, after in enumerate(apart)]
    found = fates(turns, story.events, story.calendar)
    for place, one in enumerate(turns):
        assert found.deadline(place) == rules.deadline(one, story.events, story.calendar)


def _later(story: Story, number: int, after):  # type: ignore[no-untyped-def]
    moved = replace(story.turn.stamp, received_at=story.received + after)
    conversation = story.turn.conversation if number % 2 else "cnv_2"
    return replace(
        story.turn,
        id=f"req_{number}",
        stamp=moved,
        completed_at=story.turn.completed_at + after,
        conversation=conversation,
    )


@given(stories())
def test_a_history_finds_the_events_of_a_turn(story: Story):
    assert History(story.events).touching(story.turn) == rules.touching(story.turn, story.events)


@given(story=stories())
@settings(max_examples=EXAMPLES)
def test_every_story_can_be_explained_in_both_languages(story: Story):
    for at in moments(story):
        told = rules.explain(story.turn, story.events, story.calendar, at)
        assert isinstance(told, Explanation)
        assert len(told.lines) >= 3
        assert all(rule.startswith("R-DATA-") and text.en and text.ja for rule, text in told.lines)
        known = [one for one in story.events if one.at <= at]
        assert told.deadline == rules.deadline(story.turn, known, story.calendar)
        assert told.training == rules.eligible(story.turn, story.events, story.calendar, at)


@given(story=stories())
def test_a_hold_of_which_nobody_may_learn_is_not_told(story: Story):
    without = tuple(one for one in story.events if one.kind not in (Kind.HOLD_PLACED, Kind.HOLD_RELEASED))
    for at in moments(story):
        told = rules.explain(story.turn, story.events, story.calendar, at, untold=("A", "B"))
        assert told == rules.explain(story.turn, without, story.calendar, at)


RULES = sorted((Path(rules.__file__).parent).glob("*.py"))
MAY_USE = {
    "__future__",
    "calendar",
    "collections",
    "collections.abc",
    "dataclasses",
    "datetime",
    "functools",
    "numpy",
    "numpy.typing",
    "typing",
}
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "time_ns", "perf_counter", "system_clock", "open"}


@pytest.mark.parametrize("file", [pytest.param(one, id=one.stem) for one in RULES])
def test_rules_take_no_clock_and_reach_for_nothing(file: Path):
    tree = ast.parse(file.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert {one.name for one in node.names} <= MAY_USE
        if isinstance(node, ast.ImportFrom):
            assert node.module in MAY_USE or str(node.module).startswith(
                ("sekisho.records.rules", "sekisho.records.types", "sekisho.accounts.", "sekisho.base.text")
            )
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            assert name not in CLOCKS, f"{file.name}:{node.lineno}"


def test_rules_hold_no_number_of_data_use():
    """Days, hours and years stand in the calendar (R-DATA-018)."""
    for file in RULES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "timedelta":
                said = (*node.args, *(one.value for one in node.keywords))
                given = [one.value for one in said if isinstance(one, ast.Constant)]
                assert all(number in (0, 1) for number in given), f"{file.name}:{node.lineno}"
