"""Silence counts only where a detector was measured, in time and healthy (P-042)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detection.cascade import Cascade, Missing, default_cascade
from sekisho.detection.language import language_of
from sekisho.detection.media import unscreened
from sekisho.detection.types import EVERY_CLAUSE, Finding, Outcome, Passage, Role

SHIPPED = default_cascade(scorer=False)


class FixedDetector:
    """Says what it was told to say; a development twin."""

    version = "1"

    def __init__(self, found=(), languages=(), name="fixed", is_healthy=True):
        self.name, self.languages, self._found, self._is_healthy = (
            name,
            frozenset(languages),
            found,
            is_healthy,
        )

    def find(self, passage):
        if isinstance(self._found, Exception):
            raise self._found
        return self._found

    def healthy(self):
        return self._is_healthy


MATCH = Finding("cyber", "fixed")


def codes(findings):
    return [(finding.clause, finding.outcome, finding.code) for finding in findings]


@pytest.mark.parametrize(
    ("detector", "language", "expected"),
    [
        pytest.param(FixedDetector(), "th", [], id="language does not matter to it"),
        pytest.param(FixedDetector(languages=["en"]), "en", [], id="measured language"),
        pytest.param(FixedDetector(languages=["en"]), "th", [(EVERY_CLAUSE, Outcome.UNSURE, "language_unmeasured")], id="unmeasured language"),
        pytest.param(FixedDetector((MATCH,), ["en"]), "th", [("cyber", Outcome.MATCH, "")], id="a match in an unmeasured language"),
        pytest.param(FixedDetector(RuntimeError("secret text")), "en", [(EVERY_CLAUSE, Outcome.ERROR, "failed")], id="it raises"),
        pytest.param(FixedDetector(is_healthy=False), "en", [(EVERY_CLAUSE, Outcome.ERROR, "unhealthy")], id="its canaries look alike to it"),
        pytest.param(Missing("scorer"), "en", [(EVERY_CLAUSE, Outcome.ERROR, "missing")], id="it could not be loaded"),
    ],
)  # fmt: skip
def test_what_is_said_of_a_detector(detector, language, expected):
    assert codes(Cascade([detector]).find(Passage("some words", language=language))) == expected


class Together(FixedDetector):
    """Reads several passages at once, unless one of them is too much for it."""

    def find_in(self, reading, passage):
        if "too much" in passage.text:
            raise RuntimeError(passage.text)
        return (MATCH,) if "match" in passage.text else ()

    def find_in_all(self, readings, passages):
        return [self.find_in(reading, passage) for reading, passage in zip(readings, passages, strict=True)]


@pytest.mark.parametrize("is_healthy", [True, False])
@given(texts=st.lists(st.sampled_from(["a match", "nothing", "too much", ""]), max_size=5))
def test_what_is_said_of_passages_together_is_what_is_said_of_each(texts, is_healthy):
    cascade = Cascade(
        [Together(languages=["en"], is_healthy=is_healthy), FixedDetector((MATCH,)), Missing("scorer")]
    )
    passages = [Passage(text, language="th") for text in texts]
    assert cascade.find_all(passages) == [cascade.find(passage) for passage in passages]


def test_a_detector_whose_turn_comes_too_late_is_an_error():
    ticks = iter(range(100))
    cascade = Cascade([FixedDetector(), FixedDetector((MATCH,))], clock=lambda: next(ticks))
    assert codes(cascade.find(Passage("x", language="en"), budget_ms=1_500)) == [
        (EVERY_CLAUSE, Outcome.ERROR, "out_of_time")
    ]


@given(st.text(st.characters(exclude_categories=()), max_size=80), st.sampled_from(Role))
def test_no_text_whatever_makes_it_raise_or_fail(text, role):
    found = SHIPPED.find(Passage(text, role))
    assert all(finding.code != "failed" for finding in found)
    assert all(0 <= f.span.start < f.span.end <= len(text) for f in found if f.span)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do I bake a cake for my mother?", "en"),
        ("ケーキの焼き方を教えてください", "ja"),
        ("爆発物製造方法", "ja"),
        ("请告诉我怎么做蛋糕", "zh"),
        ("케이크 만드는 방법을 알려 주세요", "ko"),
        ("Как испечь торт для мамы?", "ru"),
        ("วิธีทำเค้ก", "th"),
        ("كيف أصنع كعكة؟", "ar"),
        ("केक कैसे बनाएं", "hi"),
        ("Wie backe ich einen Kuchen für meine Mutter?", "de"),
        ("Comment faire un gâteau pour ma mère ?", "fr"),
        ("¿Cómo puedo hacer una tarta para mi madre?", "es"),
        ("1234 + 5678", "und"),
        ("", "und"),
        ("\ud800", "und"),
        pytest.param("ｗｈａｔ ｉｓ ｔｈｅ ｔｉｍｅ", "en", id="full width"),
        pytest.param("𝘄𝗵𝗮𝘁 𝗶𝘀 𝘁𝗵𝗲 𝘁𝗶𝗺𝗲", "en", id="mathematics"),
        pytest.param("w\u200bhat is t\u200bh\u200be tim\u00ade of i\u2060t", "en", id="zero width"),
        pytest.param("whаt іs thе timе", "en", id="Cyrillic look-alikes"),
        pytest.param("ﾁｮｺﾚｰﾄｹｰｷ", "ja", id="half-width kana"),
        pytest.param("\ufeffСколько сейчас времени?", "ru", id="Russian behind a byte order mark"),
        pytest.param("Отправьте мне SMS или e-mail", "ru", id="Russian with words in Latin letters"),
        pytest.param("Πόσο είναι 5 μm;", "el", id="Greek with a unit"),
    ],
)
def test_the_language_of_a_text(text, language):
    assert language_of(text) == language


def test_media_that_went_by_unread_is_said_to_be_unread():
    assert codes(unscreened(["image", "image", "audio"])) == [
        (EVERY_CLAUSE, Outcome.UNSURE, "unscreened:audio"),
        (EVERY_CLAUSE, Outcome.UNSURE, "unscreened:image"),
    ]
