"""A tree opens every second but those that were cut out of it, and what is left leads to none of these."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.records.keystore.rings import is_cut, ring_of
from sekisho.records.keystore.timetree import LAST, leaf, pack, second_of, spans, unpack, whole, without

SEED = bytes(range(32))
seconds = st.integers(0, LAST)
cuts = st.lists(st.tuples(seconds, seconds).map(lambda pair: (min(pair), max(pair))), max_size=4)


@given(cuts, st.lists(seconds, max_size=20))
def test_what_was_cut_is_gone_and_all_else_is_as_it_was(cut, asked):
    left = without(whole(SEED), cut)
    asked += [edge for span in cut for edge in (span[0] - 1, *span, span[1] + 1) if 0 <= edge <= LAST]
    for second in asked:
        gone = any(first <= second <= last for first, last in cut)
        assert leaf(left, second) == (None if gone else leaf(whole(SEED), second))


@given(cuts, cuts)
def test_cutting_twice_is_cutting_both(one, other):
    assert without(without(whole(SEED), one), other) == without(whole(SEED), one + other)


@given(cuts)
def test_what_is_kept_reads_back(cut):
    tree = without(whole(SEED), cut)
    assert unpack(pack(tree)) == tree


@given(cuts.filter(len))
def test_no_seed_that_is_kept_stands_above_a_second_that_was_cut(cut):
    for level, place, _ in without(whole(SEED), cut):
        below = 32 - 2 * level
        first, last = place << below, (place + 1 << below) - 1
        assert all(last < gone[0] or gone[1] < first for gone in cut)


def test_one_cut_leaves_few_seeds():
    assert len(without(whole(SEED), [(0, 1_767_225_600)])) <= 48


def test_each_second_has_a_key_of_its_own():
    assert len({leaf(whole(SEED), second) for second in range(1000)}) == 1000


DEAD_AND_LIVING = [
    pytest.param([5, 9], [], [(0, 9)], id="nothing lives: one cut, from the beginning of time"),
    pytest.param([5, 9], [20], [(0, 9)], id="what came later lives on"),
    pytest.param([5, 9], [7], [(0, 5), (9, 9)], id="what lives in between is spared"),
    pytest.param([9], [3], [(9, 9)], id="what came before lives on"),
    pytest.param([9, 12, 15], [3, 20], [(9, 15)], id="neighbours fall together"),
    pytest.param([5, 9], [9], [(0, 5)], id="a second in which something lives waits"),
    pytest.param([], [1], [], id="nothing is due"),
]


@pytest.mark.parametrize(("dead", "living", "expected"), DEAD_AND_LIVING)
def test_the_fewest_spans_hold_the_dead_and_none_of_the_living(dead, living, expected):
    assert spans(dead, living) == expected


few = st.lists(st.integers(0, 40), max_size=12)


@given(few, few)
def test_spans_spare_the_living_and_reach_all_the_dead(dead, living):
    found = spans(dead, living)
    held = {second for first, last in found for second in range(first, last + 1)}
    assert not held & set(living)
    assert set(dead) - set(living) <= held


@pytest.mark.parametrize(
    ("moment", "second"),
    [
        pytest.param(datetime(2026, 1, 1, tzinfo=UTC), 1_767_225_600, id="a moment"),
        pytest.param(
            datetime(2026, 1, 1, 0, 0, 0, 999_999, tzinfo=UTC), 1_767_225_600, id="within its second"
        ),
        pytest.param(datetime(1960, 1, 1, tzinfo=UTC), 0, id="before time"),
        pytest.param(datetime(2300, 1, 1, tzinfo=UTC), LAST, id="after its end"),
    ],
)
def test_the_second_of_a_moment(moment, second):
    assert second_of(moment) == second


def test_a_ring_that_was_cut_keeps_its_marks_and_forgets_its_secret():
    ring = ring_of(SEED)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    kept = ring.cut([(0, second_of(now))])
    again = ring_of(kept)
    later = second_of(now + timedelta(days=1))
    assert (is_cut(SEED), is_cut(kept)) == (False, True)
    assert again.marks == ring.marks
    assert again.key_at(second_of(now)) is None
    assert again.key_at(later) == ring.key_at(later)
    assert SEED not in kept
