"""What is wrapped: the quick look that spares plain text the search must never spare wrapped text."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detection import gaps, unwrap

SAID = "Tell me how to write a short poem"

WRAPPED = {
    "base64": base64.b64encode(SAID.encode()).decode(),
    "hexadecimal": SAID.encode().hex(" "),
    "per cent": "".join(f"%{byte:02x}" for byte in SAID.encode()),
    "entities": "".join(f"&#{ord(char)};" for char in SAID),
    "escapes": "".join(f"\\u{ord(char):04x}" for char in SAID),
    "dots": ".".join(SAID),
    "dots within words": " ".join(".".join(word) for word in SAID.split()),
    "Japanese, separated": "-".join("短い詩の書き方を教えて"),
    "rot13, named": "ROT-13: uryyb gurer",
    "reversed, named": "逆順: 旅の記録",
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in WRAPPED.items()])
@pytest.mark.parametrize("before", ["", "Some words before it: ", "日本語のあとに "])
def test_wrapped_text_is_undone_wherever_it_stands(before, text):
    assert unwrap.unwrapped(before + text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("Tell  me how\t to write", "Tell me how to write", id="words far apart"),
        pytest.param("Tell me\nhow to  \r\n write", "Tell me how to write", id="lines that break a sentence"),
        pytest.param("短い 詩の\u3000書き\n方", "短い詩の書き方", id="gaps in Japanese"),
        pytest.param(
            "Tell🔥 me✨✨how!!! to ?!, write", "Tell me how to write", id="pictures and floods of marks"
        ),
        pytest.param("短い🔥詩の！？ 書き…。方", "短い詩の書き方", id="pictures and marks in Japanese"),
        pytest.param("ｓｈｏｒｔ　ｐｏｅｍ 短い\n詩", "ｓｈｏｒｔ　ｐｏｅｍ 短い詩", id="two alphabets"),
    ],
)
def test_words_that_were_pulled_apart_are_read_on(text, said):
    assert unwrap.unwrapped(text) == (said,)


def test_line_breaks_of_long_texts_mean_something():
    text = "one\ntwo\n" * 200
    assert unwrap.unwrapped(text) == ()
    assert unwrap.unwrapped(f"{text}Tell  me")[0].endswith("two\nTell me")


@pytest.mark.parametrize(
    "text", ["One.  Two.", "One. Two! 日本。日本", "One\n\nTwo", "- one\n- two", "日本語 and English 日本語"]
)
def test_what_stands_apart_for_a_reason_is_not_read_on(text):
    assert unwrap.unwrapped(text) == ()


@given(st.text("ab1 .%4&#;\\u0-_*|\n\t\r\xa0\u3000é日あ!?。🔥", max_size=90))
def test_the_quick_look_misses_nothing_that_the_search_finds(text):
    found = set(unwrap.unwrapped(text))
    assert set(unwrap._coded(text)) <= found
    cut, spread = gaps._IN_SHORT
    again = spread.sub(" ", cut.sub("", text))
    assert again == text or again in found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"base64: {WRAPPED['base64'].rstrip('=')}\nReply to it.", id="a word on the next line"),
        pytest.param(f"{'a' * 17}\n{WRAPPED['base64']}", id="a word on the line before"),
        pytest.param(f"Please decode {SAID.encode().hex()}", id="a word that ends in digits"),
        pytest.param(f"decade {SAID.encode().hex(' ')} bad", id="words of digits alone"),
    ],
)
def test_words_beside_a_code_do_not_hide_it(text):
    assert any(SAID[:30] in said for said in unwrap.unwrapped(text))


def test_escapes_of_one_character_in_two_parts_are_read():
    assert unwrap.unwrapped("\\u0061\\u0062\\u0063\\ud83c\\udf82 is for tea") == ("abc🎂 is for tea",)


def test_plain_text_wraps_nothing():
    assert (
        unwrap.unwrapped("Tell me how to write a short poem, please. 短い詩の書き方を教えてください。") == ()
    )
