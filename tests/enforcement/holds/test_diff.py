"""What an edit changed is told word by word, in every language, and nothing of either text is lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.enforcement.holds.diff import MOST_PAIRS, Change, changes

TEXTS = st.text(st.sampled_from("ab 。\n薬を飲む.テスト"), max_size=60)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("", "", [], id="nothing"),
        pytest.param("Same.", "Same.", [("same", "Same.")], id="unchanged"),
        pytest.param(
            "Take two pills daily.", "Take one pill daily.",
            [("same", "Take "), ("out", "two"), ("in", "one"), ("same", " "), ("out", "pills"), ("in", "pill"),
             ("same", " daily.")],
            id="words",
        ),
        pytest.param(
            "毎日二錠飲みます。", "毎日一錠飲みます。",
            [("same", "毎日"), ("out", "二"), ("in", "一"), ("same", "錠飲みます。")],
            id="no spaces between words",
        ),
        pytest.param(
            "One. Two.", "One. Two. See a doctor.", [("same", "One. Two."), ("in", " See a doctor.")], id="added"
        ),
    ],
)  # fmt: skip
def test_an_edit_is_told_word_by_word(before, after, expected):
    assert changes(before, after) == tuple(Change(*each) for each in expected)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_diff(before, after):
    made = changes(before, after)
    assert "".join(one.text for one in made if one.kind != "in") == before
    assert "".join(one.text for one in made if one.kind != "out") == after
    assert all(one.text for one in made)
    assert all(a.kind != b.kind for a, b in pairwise(made))


def test_texts_that_have_nothing_in_common_are_told_as_replaced():
    before, after = "a " * MOST_PAIRS, "b " * MOST_PAIRS
    assert [one.kind for one in changes(before, after)] == ["out", "in"]
