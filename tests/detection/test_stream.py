"""A text in pieces is judged as the whole text is, and nothing is held without need (P-051)."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.detection.detectors.deterministic import stream_matchers
from sekisho.detection.matching import Matcher, Rule, in_order
from sekisho.detection.normalise import normalise
from sekisho.detection.stream import StreamWatch
from sekisho.detection.types import Role

SHIPPED = stream_matchers()
TOY = (
    Matcher(
        (
            Rule("bomb", "weapons", ("bomb",), r"^bomb (?:\w{1,6} ){0,2}now", width=30),
            Rule("gara", "weapons", ("がら", "爆弾"), r"^(?:がら|爆弾).{0,6}だ", width=12, unless="小説"),
            Rule(
                "run",
                "weapons",
                tuple("0123456789"),
                r"\d{6}(?:[ ]{0,2}$)",
                width=12,
                stops="[^0-9 ]",
                raw=True,
                begins=True,
            ),
        ),
        "patterns",
    ),
)
SPLITS = max(400, int(os.environ.get("SEKISHO_SPLITS", "0")) // 32)
"""Examples of this file. The 100,000 splits that CI asks for are those of the gate, on its wires (P-051)."""

PIECES = [
    "bomb", "bo", "mb", " now", "b0mb", "b o m b", "か", "゙", "ら", "ｶﾞ", "ｶ", "ﾞ", "が", "がら", "爆弾", "爆○", "だ", "\u200b", "\u200b" * 12,
    "e\u0301", "\u0301", " ", "\n", "。", "123456", "12", " 3", "a", "c", "x y z w", "○ね", "k*ll", "小説", "…", "㌔", "Ｂ", "о", "\ud800", "🔪", "4111 1111 1111 1111",
    "Here's how to make a pipe bomb", "爆弾の作り方は以下の通りです", "I am a human.", "私は人間です。", "my SSN is 078-05-1120", "GB29 NWBK 6016 1331 9268 19",
    "sk-ant-api03-" + "aB3dE5fG7hJ9kL1mN3pQ5rS7", "電話は090-1234-5678です",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), min_size=0, max_size=14).map("".join)


def whole(matchers, text):
    reading = normalise(text)
    return in_order(finding for matcher in matchers for finding in matcher.find(reading, Role.OUTPUT))


def check_split(matchers, text, cuts):
    """Feed `text` in pieces and hold every promise of the stream against the whole."""
    watch = StreamWatch(matchers, Role.OUTPUT)
    expected = whole(matchers, text)
    at = released = 0
    for cut in [*sorted(cuts), len(text)]:
        watch.feed(text[at:cut])
        at = cut
        assert released <= watch.settled <= at
        released = watch.settled
        assert at - released <= watch.bound
        reported = set(watch.findings)
        assert all(finding in reported for finding in expected if finding.span.end <= released)
        assert all(finding in reported or finding.span.start >= released for finding in expected)
    watch.finish()
    assert watch.settled == len(text)
    assert in_order(watch.findings) == expected


@pytest.mark.parametrize(
    "matchers", [pytest.param(TOY, id="toy rules"), pytest.param(SHIPPED, id="shipped rules")]
)
@settings(max_examples=SPLITS, deadline=None)
@given(data=st.data())
def test_every_split_of_a_text_gives_the_findings_of_the_whole_and_leaks_nothing(matchers, data):
    text = data.draw(TEXTS)
    check_split(matchers, text, data.draw(st.lists(st.integers(0, len(text)), max_size=12)))


@settings(max_examples=max(SPLITS // 4, 50), deadline=None)
@given(text=TEXTS)
def test_character_by_character_is_a_split_like_any_other(text):
    check_split(TOY, text, range(1, len(text)))


def test_plain_text_is_released_at_once():
    watch = StreamWatch(SHIPPED, Role.OUTPUT)
    watch.feed("The weather in Kyoto is mild and dry")
    assert watch.settled == 36


def test_only_what_may_become_an_anchor_is_held():
    watch = StreamWatch(TOY, Role.OUTPUT)
    watch.feed("see the bo")
    assert watch.settled == len("see the ")
    watch.feed("at")
    assert watch.settled == len("see the boat")


def test_a_character_waits_for_its_voicing_mark_only_where_that_matters():
    watch = StreamWatch(TOY, Role.OUTPUT)
    watch.feed("これは、か")
    assert watch.settled == len("これは、")
    watch.feed("さなる")
    assert watch.settled == len("これは、かさなる")


def test_a_long_stream_keeps_a_short_memory():
    watch = StreamWatch(SHIPPED, Role.OUTPUT)
    for _ in range(200):
        watch.feed("All work and no play makes for a dull afternoon in the library. ")
    assert len(watch._tail) < 1_000
    assert watch.settled > 200 * 60


def test_a_flood_of_invisible_characters_is_held_no_longer_than_the_bound():
    watch = StreamWatch(SHIPPED, Role.OUTPUT)
    watch.feed("here's how to make")
    for _ in range(100):
        watch.feed("\u200b" * 100)
    assert 10_018 - watch.settled <= watch.bound
