"""The words that search sees, the ranks that it fuses, the language in which it answers."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.base.text import Lang, as_lang
from sekisho.support.search.rules.excerpts import CHARS, excerpt
from sekisho.support.search.rules.fusion import fused
from sekisho.support.search.rules.grams import Numbers, built, numbered, pieces
from sekisho.support.search.rules.language import language_of
from sekisho.support.search.rules.sayings import sayings, told
from sekisho.support.search.rules.tokens import asked, clues, tokens
from sekisho.support.search.rules.vectors import nearest, packed, unpacked
from tests.pages import table

TEXTS = st.text(max_size=120)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        pytest.param("refunds", "A refund was given.", id="an English stem"),
        pytest.param("ﾌﾟﾗﾝ", "プランの違い", id="half-width kana"),
        pytest.param("ＡＰＩ", "API キー", id="full-width letters"),
        pytest.param("返金", "返金について", id="two characters"),
        pytest.param("鍵", "新しい鍵を作る", id="one character"),
        pytest.param("ー", "サーバー", id="one kana at the end"),
        pytest.param("r", "refund", id="one letter"),
        pytest.param("2FA の設定", "設定と 2fa", id="both languages"),
        pytest.param("止める", "停止", id="one Chinese character in common"),
        pytest.param("don't", "I don't know", id="an apostrophe"),
    ],
)
def test_a_question_shares_words_with_what_it_should_find(question: str, text: str) -> None:
    having = tokens(text)
    assert any(
        word in having or (word.endswith("*") and any(one.startswith(word[:-1]) for one in having))
        for word in asked(question)
    )


@given(TEXTS)
def test_databases_are_handed_letters_and_digits_alone(text: str) -> None:
    assert all(re.fullmatch(r"[a-z][0-9a-z]*", token) for token in tokens(text))
    assert all(re.fullmatch(r"[a-z][0-9a-z]*\*?", token) for token in asked(text))


@given(TEXTS)
def test_a_text_is_found_by_itself(text: str) -> None:
    having = tokens(text)
    assert all(any(one.startswith(word.rstrip("*")) for one in having) for word in asked(text))


@pytest.mark.parametrize(
    ("text", "known", "language"),
    table("docs/rules/help-search.md", "what was written", "known", "answered in"),
    ids=lambda cell: cell,
)
def test_the_language_of_an_answer(text: str, known: str, language: Lang) -> None:
    assert language_of(text, [as_lang(one) for one in known.split(", ") if one != "nothing"]) == language


@pytest.mark.parametrize(
    "short",
    [
        "返金",
        "解約",
        "退会",
        "料金",
        "鍵",
        "苦情",
        "異議",
        "期限",
        "停止",
        "削除",
        "会話",
        "学習",
        "保管",
        "組織",
        "役割",
        "権限",
        "請求",
        "通報",
        "年齢",
        "言語",
    ],
)
def test_short_words_of_chinese_characters_are_japanese_on_japanese_pages(short: str) -> None:
    assert language_of(short, ["ja"]) == "ja"


def test_ranks_are_fused_by_their_reciprocals() -> None:
    found = fused([["a", "b", "c"], ["b", "d"]])
    assert [name for name, _ in found] == ["b", "a", "d", "c"]
    assert found[0][1] == pytest.approx(1 / 62 + 1 / 61)


@given(st.lists(st.text("abc あい漢字", min_size=1, max_size=30), min_size=1, max_size=8))
def test_each_text_is_nearest_to_itself(texts: list[str]) -> None:
    numbers = Numbers()
    made = built([numbered(pieces(text), numbers) for text in texts], numbers)
    for at, text in enumerate(texts):
        scores = made.scores(text)
        assert np.all((scores >= -1e-5) & (scores <= 1 + 1e-5))
        assert not pieces(text) or scores[at] == pytest.approx(scores.max(), abs=1e-5)


def test_what_no_text_has_scores_nothing() -> None:
    numbers = Numbers()
    made = built([numbered(pieces("keys"), numbers)], numbers)
    assert made.scores("鯨").tolist() == [0.0]
    assert built([], numbers).scores("keys").tolist() == []


def test_an_excerpt_is_the_paragraph_that_the_question_is_about() -> None:
    text = ("First of all, a greeting.", "A refund takes five days.", "x" * 400)
    assert excerpt(text, clues("when do I get a refund")) == "A refund takes five days."
    assert excerpt(text, clues("walrus")) == "First of all, a greeting."
    assert len(excerpt(text[2:], clues("anything"))) == CHARS
    assert excerpt((), clues("anything")) == ""


@pytest.mark.parametrize(
    ("question", "words"),
    [
        pytest.param("I want my money back", "refund", id="a set phrase"),
        pytest.param("subscriptions", "stop paying", id="a stem"),
        pytest.param("退会したい", "削除", id="Japanese, anywhere"),
        pytest.param("MFA", "二段階認証", id="in the other language too"),
        pytest.param("walrus", "", id="nothing known"),
    ],
)
def test_what_people_say_is_asked_in_the_articles_words_too(question: str, words: str) -> None:
    assert words in told(question)
    assert bool(told(question)) is bool(words)


def test_sayings_are_words_and_set_phrases_not_sentences() -> None:
    assert max(len(one.words) for one in sayings()) <= 4
    assert max(len(one.part) for one in sayings()) <= 10


def test_vectors_are_compared_by_angle() -> None:
    east, north, mostly = packed([2, 0]), packed([0, 5]), packed([3, 1])
    assert np.linalg.norm(unpacked(mostly)) == pytest.approx(1)
    assert nearest(east, ["n", "m"], [north, mostly], 5) == ["m", "n"]
    assert nearest(east, ["other model"], [packed([1, 0, 0])], 5) == []


@pytest.mark.parametrize("values", [[], [0.0, 0.0], [float("nan")], [[1.0]]], ids=str)
def test_what_is_no_vector_is_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="no vector"):
        packed(values)
