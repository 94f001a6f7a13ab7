"""Disguises fall away, ordinary text stays, and every position leads back to the original (P-040)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detection.normalise import normalise

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60) | st.text(
    st.sampled_from("abk がかｶﾞﾊﾟ゙゚\u200b\u0301éЕе…㌔①○*.0134@ᄀ\u1161\u11a8\ud800ßİำก"), max_size=40
)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param("Ｈｏｗ ｔｏ", "how to", id="full-width"),
        pytest.param("ﾊﾞｸﾀﾞﾝ", "バクダン", id="half-width kana with marks"),
        pytest.param("か\u3099", "が", id="combining voicing mark"),
        pytest.param("bo\u200bm\u2060b", "bomb", id="zero-width"),
        pytest.param("bo\u00admb", "bomb", id="soft hyphen"),
        pytest.param("\u202ebomb", " bomb", id="bidirectional control"),
        pytest.param("bо\u043cb".replace("\u043c", "m"), "bomb", id="Cyrillic look-alike"),
        pytest.param("bοmb", "bomb", id="Greek look-alike"),
        pytest.param("ΗΝΥϹ", "hnyc", id="Greek capitals that look like other letters than small ones"),
        pytest.param("b\u0301o\u0308m\u0323b", "bomb", id="marks piled on letters"),
        pytest.param("爆\ufe00弾", "爆弾", id="variation selector"),
        pytest.param("爆\u0336弾\u0338を\u0301", "爆弾を", id="strokes through kanji and kana"),
        pytest.param("か\u0336\u3099", "が", id="a stroke before a voicing mark"),
        pytest.param(
            "か\u309aき\u309a", "か\u309aき\u309a", id="voicing that has no letter of its own stays"
        ),
        pytest.param("b0mb", "bomb", id="leet"),
        pytest.param("l33t h4ck", "leet hack", id="doubled leet"),
        pytest.param("b o m b", "bomb", id="spaced letters"),
        pytest.param("b.o-m_b", "bomb", id="letters with other separators"),
        pytest.param("爆 弾 の 作 り 方", "爆弾の作り方", id="spaced kanji"),
        pytest.param("爆○の作り方", "爆弾の作り方", id="hidden character"),
        pytest.param("お前は〇ね", "お前は死ね", id="hidden first character"),
        pytest.param("b*mb", "bomb", id="starred letter"),
        pytest.param("1000 yen, 3 cats", "1000 yen, 3 cats", id="numbers stay"),
        pytest.param("call me at 10 a.m.", "call me at 10 a.m.", id="abbreviations stay"),
        pytest.param("**bold** text", "**bold** text", id="emphasis stays"),
        pytest.param("今日は良い天気です。", "今日は良い天気です。", id="Japanese stays"),
    ],
)
def test_a_disguise_falls_away(text, read):
    assert normalise(text).view.text == read


@given(ANY_TEXT)
def test_positions_never_decrease_and_stay_within_the_text(text):
    for reading in (normalise(text).folded, normalise(text).view):
        assert len(reading.text) == len(reading.starts) == len(reading.ends)
        assert all(a <= b for a, b in zip(reading.starts, list(reading.starts)[1:], strict=False))
        assert all(0 <= a < b <= len(text) for a, b in zip(reading.starts, reading.ends, strict=True))


@given(ANY_TEXT)
def test_reading_a_reading_again_changes_nothing(text):
    once = normalise(text).text
    assert normalise(once).text == once


@given(ANY_TEXT, ANY_TEXT)
def test_a_span_covers_what_matched(before, after):
    text = f"{before} 。ｶﾞﾎﾞ\u200bﾑ。 {after}"
    reading = normalise(text)
    at = reading.text.index("ガボム")
    span = reading.span(at, at + 3)
    assert normalise(text[span.start : span.end]).text == "ガボム"


def test_a_flood_of_invisible_characters_cannot_hide_in_a_word():
    assert normalise("bo" + "\u200b" * 100 + "mb").text != "bomb"
