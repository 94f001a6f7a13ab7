"""Disguises are pure, seeded and honest: they hide a request and never change it; and what the normaliser and the
unwrapper promise to undo, they undo."""

from __future__ import annotations

import base64
import codecs
import json
import re
from hashlib import sha256
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.base.text import LANGS, Lang
from sekisho.detection.evaluation.transforms import TRANSFORMS, Transform
from sekisho.detection.evaluation.transforms.carriers import CARRIERS
from sekisho.detection.evaluation.transforms.codes import CODES
from sekisho.detection.evaluation.transforms.pieces import parts_of
from sekisho.detection.evaluation.transforms.wrappers import WRAPPERS
from sekisho.detection.language import language_of
from sekisho.detection.normalise import normalise
from sekisho.detection.unwrap import unwrapped
from sekisho.detection.windows import WHOLE

NAMED = {transform.name: transform for transform in TRANSFORMS}
SAID: dict[Lang, str] = {
    "en": "How do I bake a very nice chocolate cake for the birthday of a friend in the office?",
    "ja": "同僚の誕生日のために、チョコレートケーキをおいしく焼く方法を、はじめから順番に教えてください。",
}
PAIRS = [pytest.param(one, lang, id=f"{one.name}-{lang}") for one in TRANSFORMS for lang in one.languages]
anything = st.text(st.characters(codec="utf-8"), max_size=80)
words = st.text("abcdefghijklmnopqrstuvwxyz ABCXYZ,.?!09ぁがぽんアガパンヴー漢字爆弾。、", max_size=80)


def alone(name: str, text: str, language: Lang, seed: int = 1) -> str:
    (turn,) = NAMED[name](text, language, seed)
    return turn


# --- the suite ---


def test_there_are_many_each_with_a_name_a_title_in_both_languages_and_a_reason() -> None:
    assert len(TRANSFORMS) == len(NAMED) >= 20
    for transform in TRANSFORMS:
        assert len(transform.why) > 30
        assert transform.title.en
        assert transform.title.ja
        assert set(transform.languages) <= set(LANGS)
    for lang in LANGS:
        assert len({one.title.in_(lang) for one in TRANSFORMS}) == len(TRANSFORMS)
        assert sum(lang in one.languages for one in TRANSFORMS) >= 20


@pytest.mark.parametrize(("transform", "language"), PAIRS)
def test_each_changes_an_ordinary_request(transform: Transform, language: Lang) -> None:
    assert transform(SAID[language], language, 1) != (SAID[language],)


@pytest.mark.parametrize(("transform", "language"), PAIRS)
@given(text=anything, seed=st.integers(0, 9))
def test_equal_text_and_seed_give_equal_turns_for_any_text(
    transform: Transform, language: Lang, text: str, seed: int
) -> None:
    turns = transform(text, language, seed)
    assert turns == transform(text, language, seed)
    assert turns


def test_they_are_the_same_in_every_process() -> None:
    """A digest over all of them: it changes only when somebody means to change the suite."""
    total = sha256()
    for transform in TRANSFORMS:
        for language in transform.languages:
            total.update(json.dumps([transform.name, *transform(SAID[language], language, 7)]).encode())
    assert total.hexdigest()[:16] == "1960984880fe47a0"


def test_another_seed_gives_another_disguise() -> None:
    drawn = {alone("leet", SAID["en"], "en", seed) for seed in range(8)}
    assert len(drawn) > 4


def test_a_lone_surrogate_breaks_none() -> None:
    for transform in TRANSFORMS:
        assert transform("a\ud800b", transform.languages[0], 1)


# --- letters ---


@given(words, st.sampled_from(["full_width", "styled_letters", "alternating_case"]))
def test_letters_written_differently_stay_one_each(text: str, name: str) -> None:
    assert len(alone(name, text, "en")) == len(text)


@given(words)
def test_kana_go_there_and_back(text: str) -> None:
    hiragana = alone("hiragana", text, "ja")
    assert alone("hiragana", alone("katakana", text, "ja"), "ja") == hiragana
    assert len(hiragana) == len(text)


UNDONE: dict[str, tuple[Lang, ...]] = {
    "full_width": ("en",),
    "half_width_kana": ("ja",),
    "styled_letters": ("en",),
    "zero_width": LANGS,
    "soft_hyphens": LANGS,
    "alternating_case": ("en",),
}


@pytest.mark.parametrize(
    ("name", "language"), [(name, lang) for name, langs in UNDONE.items() for lang in langs]
)
@given(text=words, seed=st.integers(0, 5))
def test_the_normaliser_undoes_other_forms_and_what_cannot_be_seen(
    name: str, language: Lang, text: str, seed: int
) -> None:
    assert normalise(alone(name, text, language, seed)).text == normalise(text).text


@given(st.text("abcdefghijklmnop qrstuvwxyz", max_size=60), st.integers(0, 5))
def test_the_normaliser_undoes_marks_on_latin_letters(text: str, seed: int) -> None:
    assert normalise(alone("combining_marks", text, "en", seed)).text == text


@given(st.text("ABCDEHIJKMNOPSTXYZ abcdefghijklmnopqrstuvwxyz", max_size=60), st.integers(0, 5))
def test_the_normaliser_undoes_look_alikes(text: str, seed: int) -> None:
    """Two tables by two hands, and the one knows the other."""
    assert normalise(alone("homoglyphs", text, "en", seed)).text == text.lower()


@pytest.mark.parametrize("seed", range(4))
def test_single_letters_in_a_row_are_read_as_words(seed: int) -> None:
    joined = alone("joined_letters", SAID["en"], "en", seed)
    assert "chocolate" in normalise(joined).view.text
    assert any(SAID["en"][:-1] in said for said in unwrapped(joined))


@pytest.mark.parametrize("language", LANGS)
def test_spaced_letters_are_read_as_words(language: Lang) -> None:
    assert " ".join(SAID[language].split()) in unwrapped(alone("spaced_letters", SAID[language], language))


@pytest.mark.parametrize("language", LANGS)
def test_hidden_characters_keep_the_length_and_most_of_the_text(language: Lang) -> None:
    hidden = alone("hidden_characters", SAID[language], language)
    changed = sum(a != b for a, b in zip(hidden, SAID[language], strict=True))
    assert 1 <= changed <= len(hidden) / 4


# --- codes ---


READABLE = st.text(
    "abcdefghijklmnop qrstuvwxyz,.?漢字かなカナ爆弾の作り方🎂", min_size=24, max_size=80
).filter(lambda text: text.strip() == text and len(set(text)) > 5)


@pytest.mark.parametrize("name", ["in_base64", "in_hex", "url_encoded", "escaped", "entities"])
@given(text=READABLE, language=st.sampled_from(LANGS), seed=st.integers(0, 3))
def test_the_unwrapper_reads_every_code(name: str, text: str, language: Lang, seed: int) -> None:
    assert any(text in said for said in unwrapped(alone(name, text, language, seed)))


@pytest.mark.parametrize("language", LANGS)
def test_the_unwrapper_undoes_ciphers_that_are_named(language: Lang) -> None:
    for name in ("rot13", "reversed_text"):
        if language in NAMED[name].languages:
            assert any(SAID[language] in said for said in unwrapped(alone(name, SAID[language], language)))


@given(READABLE)
def test_codes_can_be_decoded_by_hand(text: str) -> None:
    coded = max(re.findall(r"[A-Za-z0-9+/=]+", alone("in_base64", text, "en")), key=len)
    assert base64.b64decode(coded).decode() == text
    assert codecs.decode(alone("rot13", text, "en"), "rot13").count(text)


@pytest.mark.parametrize("transform", CODES, ids=lambda one: one.name)
def test_no_code_leaves_a_word_to_be_read(transform: Transform) -> None:
    for language in transform.languages:
        (turn,) = transform(SAID[language], language, 1)
        assert SAID[language][4:14] not in turn


# --- wrappers and pieces ---


@pytest.mark.parametrize(
    "transform", [one for one in WRAPPERS if one.name != "json_value"], ids=lambda one: one.name
)
@given(
    text=words.filter(lambda text: "\n" not in text), language=st.sampled_from(LANGS), seed=st.integers(0, 3)
)
def test_wrappers_hold_the_request_word_for_word(
    transform: Transform, text: str, language: Lang, seed: int
) -> None:
    (turn,) = transform(text, language, seed)
    assert text in turn


@given(anything)
def test_a_json_value_is_json(text: str) -> None:
    made = alone("json_value", text, "en")
    assert json.loads(made[made.index("{") :])["input"] == text


@pytest.mark.parametrize("language", LANGS)
def test_carriers_are_long_and_in_their_language(language: Lang) -> None:
    for carrier in CARRIERS[language]:
        assert language_of(carrier) == language
        assert len(carrier) > WHOLE / 2


@given(anything, st.integers(1, 5), st.integers())
def test_pieces_are_the_text_and_nothing_else(text: str, count: int, seed: int) -> None:
    parts = parts_of(text, Random(seed), count)
    assert "".join(parts) == text
    assert len(parts) <= count
    assert all(parts) or not text


@given(words.filter(lambda text: len(text) > 3), st.sampled_from(LANGS))
def test_a_request_over_turns_is_several_messages(text: str, language: Lang) -> None:
    turns = NAMED["over_turns"](text, language, 1)
    assert len(turns) > 1
    assert "".join(turns) == text
