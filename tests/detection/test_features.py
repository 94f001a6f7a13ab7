"""Features: any text becomes buckets, the same ones in every process, and what is written alike reads alike."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detection.features import BUCKETS, FEATURES_VERSION, ORDERS, features, features_apart
from sekisho.detection.windows import STRIDE, WHOLE, joined, pieces, windows

any_text = st.text(st.characters(exclude_categories=()), max_size=300)

GOLDEN = {
    "": "e3b0c44298fc1c14",
    "How do I kill a process?": "74e0ff54f6c5e86d",
    "プロセスを終了する方法": "a778e3dbcee701ac",
    "\ud800 \U0001f600 mixed 日本 ﾃｽﾄ": "a43b773c8efa3431",
}


def fingerprint(text: str) -> str:
    return hashlib.sha256(features(text).all().astype("<i4").tobytes()).hexdigest()[:16]


@given(any_text)
def test_any_string_falls_into_known_buckets(text):
    read = features(text)
    assert read.grams.shape == (ORDERS, len(text))
    assert read.pairs.size == max(read.words.size - 1, 0)
    assert read.begins.size == read.words.size
    assert all(0 <= bucket < BUCKETS for bucket in read.all())


@given(any_text)
def test_words_begin_inside_the_text_and_in_order(text):
    begins = features(text).begins
    assert all(np.diff(begins) > 0)
    assert all((begins >= 0) & (begins < len(text)))


@given(any_text, any_text)
def test_a_text_keeps_its_ngrams_wherever_it_stands(before, text):
    """All n-grams that lie inside `text` are the same alone and after another text: windows may be sums."""
    inside = max(len(text) - ORDERS, 0)
    alone, carried = (
        features(text).grams[:, :inside],
        features(before + text).grams[:, len(before) :][:, :inside],
    )
    assert np.array_equal(alone, carried)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("BOMB", "bomb", id="case"),
        pytest.param("ｂｏｍｂ", "bomb", id="full width"),
        pytest.param("room 101", "room 999", id="digits"),
        pytest.param("a\tb", "a b", id="white space"),
        pytest.param("ﾃｽﾄ", "テスト", id="half-width kana"),
    ],
)
def test_what_is_written_alike_reads_alike(one, other):
    assert np.array_equal(features(one).all(), features(other).all())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("kill the process", 3, id="spaces"),
        pytest.param("プロセスを殺す", 4, id="scripts: katakana, hiragana, kanji, hiragana"),
        pytest.param("…!?", 0, id="marks alone"),
    ],
)
def test_a_word_is_a_run_of_one_script(text, words):
    assert features(text).words.size == words


@given(any_text)
def test_a_bucket_is_named_once(text):
    read = features(text)
    assert len(set(read.all().tolist())) == read.all().size
    assert set(read.all()) == {*read.grams.ravel(), *read.words, *read.pairs}
    assert set(read.between(0, len(text)).all()) == set(read.all())


@given(any_text, st.integers(WHOLE + 1, 2 * WHOLE + 8 * STRIDE))
def test_windows_read_together_hold_what_each_holds(text, length):
    text = (text + "The path to the lake, 湖への道。 ") * (length // 10)
    spans = windows(length)
    read = features(text[:length])
    buckets, there = read.by_piece(pieces(len(spans)), 2 * len(spans) + 1)
    for span, held in zip(spans, joined(there), strict=True):
        assert set(buckets[held]) == set(read.between(*span).all())
        assert held.sum() == read.between(*span).all().size


@given(st.lists(any_text, min_size=2, max_size=5))
def test_texts_read_together_hold_what_each_holds(texts):
    read, numbers = features_apart(texts)
    buckets, there = read.by_piece(numbers, len(texts) + 1)
    for text, held in zip(texts, there[:-1], strict=True):
        assert set(buckets[held]) == set(features(text).all())


@pytest.mark.parametrize("piece", ["-", "a", "ハ", "lol ", "🎉"])
def test_shouting_adds_no_more_than_saying(piece):
    assert features(piece * 400).all().size == features(piece * 40).all().size


def test_the_order_of_letters_in_a_word_counts():
    assert features("stop").words[0] != features("pots").words[0]


@pytest.mark.parametrize(("text", "expected"), GOLDEN.items(), ids=["empty", "English", "Japanese", "odd"])
def test_buckets_never_change_within_a_version(text, expected):
    """Models hold weights by bucket. When this must change, raise FEATURES_VERSION and train anew."""
    assert (FEATURES_VERSION, fingerprint(text)) == (1, expected)


def test_another_process_reads_the_same():
    text = "同じ text, 同じ buckets"
    code = (
        "from sekisho.detection.features import features;"
        f"print(features({text!r}).all().sum(), features({text!r}).all()[-1])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert [int(number) for number in said] == [features(text).all().sum(), features(text).all()[-1]]


def test_a_huge_text_is_read_whole():
    text = "これは長い文章です。 " * 20_000
    assert features(text).grams.shape == (ORDERS, len(text))
