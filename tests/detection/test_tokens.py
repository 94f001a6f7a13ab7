"""Tokens: the longest pieces that are known, in two scripts; windows that together are all of a text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detection.tokens import (
    BEGIN,
    END,
    LONGEST_WORD,
    PADDING,
    SPEAKERS,
    UNKNOWN,
    Vocabulary,
    read_vocabulary,
    windows_of,
)
from sekisho.detection.types import Role

NEEDED = [PADDING, UNKNOWN, BEGIN, END, *SPEAKERS.values()]
WORDS = [
    "how",
    "to",
    "play",
    "##ing",
    "##ed",
    "##s",
    "?",
    "1",
    "2",
    "12",
    "爆弾",
    "爆",
    "の",
    "作り方",
    "作り",
    "方",
]


@pytest.fixture(scope="module")
def vocabulary():
    return Vocabulary(NEEDED + WORDS)


def entries(vocabulary, text):
    return [vocabulary.entries[number] for number in vocabulary.read(text)]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param("how to", ["how", "to"], id="words"),
        pytest.param("playing", ["play", "##ing"], id="pieces of a word"),
        pytest.param("plays, how?", ["play", "##s", UNKNOWN, "how", "?"], id="marks stand alone"),
        pytest.param("howl", [UNKNOWN], id="one unknown piece makes the word unknown"),
        pytest.param("12", ["12"], id="a number"),
        pytest.param("爆弾の作り方", ["爆弾", "の", "作り方"], id="the longest Japanese words"),
        pytest.param(
            "爆の猫作り", ["爆", "の", UNKNOWN, "作り"], id="an unknown character between known ones"
        ),
        pytest.param("how爆弾", ["how", "爆弾"], id="scripts change without a space"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_a_text_is_cut_into_the_longest_known_pieces(vocabulary, text, read):
    assert entries(vocabulary, text) == read


def test_a_run_of_letters_that_is_no_word_reads_as_one_unknown(vocabulary):
    assert entries(vocabulary, "how" * LONGEST_WORD) == [UNKNOWN]


def test_a_window_says_who_speaks(vocabulary):
    framed = vocabulary.framed(vocabulary.read("how"), Role.TOOL_RESULT)
    assert [vocabulary.entries[number] for number in framed] == [BEGIN, "[tool_result]", "how", END]


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        pytest.param(NEEDED[1:], "lacks", id="no padding"),
        pytest.param([*NEEDED, "how", "how"], "twice", id="an entry twice"),
    ],
)
def test_a_vocabulary_that_cannot_work_is_refused(entries, complaint):
    with pytest.raises(ValueError, match=complaint):
        Vocabulary(entries)


def test_the_line_is_the_number(tmp_path):
    (tmp_path / "vocabulary.txt").write_text("\n".join(NEEDED + WORDS) + "\n", encoding="utf-8")
    vocabulary = read_vocabulary(tmp_path / "vocabulary.txt")
    assert vocabulary.read("how") == [len(NEEDED)]
    assert len(vocabulary) == len(NEEDED + WORDS)


@given(st.text(max_size=300))
def test_every_text_can_be_read(text):
    vocabulary = Vocabulary(NEEDED + WORDS)
    assert all(0 <= number < len(vocabulary) for number in vocabulary.read(text))


@given(st.integers(0, 2_000), st.integers(2, 200), st.data())
def test_windows_are_together_all_of_it_and_overlap(length, size, data):
    stride = data.draw(st.integers(1, size - 1))
    windows = windows_of([0] * length, size, stride)
    assert windows[0][0] == 0
    assert windows[-1][1] == length
    assert all(end - start <= size for start, end in windows)
    assert all(first[1] > second[0] for first, second in pairwise(windows))
