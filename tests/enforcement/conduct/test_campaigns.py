"""What is a campaign and what only looks like one, by the table of `docs/rules/conduct.md`."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.enforcement.conduct.rules.campaigns import CAMPAIGNS, campaigns
from sekisho.enforcement.conduct.sketches import ALIKE, SIZE, Sketcher, alike, groups, letters_of, likeness
from tests.enforcement.conduct.makers import CLAUSE, SKETCHER, table, trace

HOMEWORK = "二次方程式の解の公式を導き、判別式が負のときに解がどうなるかを説明してください。高校一年生です。"
OPENING = "You are now in the repository of the user. Read the task list, choose the next open task, and begin with it."
PITCH = (
    "Dear {name}, our fund doubles whatever you pay in within a week. Write a friendly reminder that makes people "
    "pay today, and say that the offer ends at midnight."
)
QUESTION = "この商品の在庫はありますか。型番は {name} です。在庫があれば、東京都内への配送にかかる日数も教えてください。"
NAMES = ["Aiko", "Ben", "Chie", "Daiki", "Emi", "Fumi"]
WORDS = [
    "gate",
    "road",
    "rain",
    "book",
    "river",
    "lamp",
    "table",
    "stone",
    "letter",
    "garden",
    "market",
    "winter",
    "paper",
    "cloud",
    "bridge",
    "silver",
]


def variants(text: str, count: int) -> list[str]:
    return [text.format(name=f"{NAMES[n % 6]}{chr(97 + n // 26)}{chr(97 + n % 26)}") for n in range(count)]


def documents(count: int) -> list[str]:
    drawn = random.Random(1)
    return [f"Summarise: {' '.join(drawn.choices(WORDS, k=80))}" for _ in range(count)]


def from_units(texts: list[str], clause: str = ""):
    return [
        trace(n, text, key=f"key_{n}", organisation=f"org_{n}", clause=clause) for n, text in enumerate(texts)
    ]


def from_one(texts: list[str], clause: str = ""):
    return [trace(n, text, clause=clause) for n, text in enumerate(texts)]


CASES = {
    "a homework question from forty units": from_units([HOMEWORK] * 40),
    "an agent's fixed opening from one unit, three hundred times": from_one([OPENING] * 300),
    "an agent's fixed opening from forty units": from_units([OPENING] * 40),
    "a batch of two hundred different documents, one instruction": from_one(documents(200)),
    "near-identical prompts from four units": from_units(variants(PITCH, 4), CLAUSE),
    "near-identical prompts from five units": from_units(variants(PITCH, 5), CLAUSE),
    "a question from forty units, noted by mistake ten times": [
        *from_units([HOMEWORK] * 30),
        *[trace(100 + n, HOMEWORK, key=f"key_{100 + n}", clause=CLAUSE) for n in range(10)],
    ],
    "one text from one unit, thirty times": from_one([PITCH] * 30, CLAUSE),
    "nineteen variants from one unit": from_one(variants(PITCH, 19), CLAUSE),
    "twenty variants from one unit": from_one(variants(PITCH, 20), CLAUSE),
    "two hundred variants of a short question from one unit": from_one(variants(QUESTION, 200)),
}
ROWS = table("what comes in within a day", "verdict", "what it is")


@pytest.mark.parametrize(("said", "verdict", "what"), [pytest.param(*row, id=row[0]) for row in ROWS])
def test_campaigns_by_the_table(said, verdict, what):
    found = campaigns(CASES[said])
    assert [one.kind.value for one in found] == ([] if what == "nothing" else [what])


def test_the_page_names_every_case():
    assert {row[0] for row in ROWS} == set(CASES)


def test_a_campaign_goes_across_accounts_and_names_its_decisions():
    (found,) = campaigns(from_units(variants(PITCH, 7), CLAUSE))
    assert len({unit.organisation for unit in found.units}) == 7
    assert (found.clause, found.turns) == (CLAUSE, 7)
    assert found.decisions == tuple(f"dec_{n:04}" for n in range(7))


@given(st.randoms(use_true_random=False))
def test_the_order_of_traces_makes_no_difference(drawn):
    traces = [
        *CASES["near-identical prompts from five units"],
        *CASES["a homework question from forty units"],
    ]
    drawn.shuffle(traces)
    assert campaigns(traces) == campaigns(sorted(traces, key=lambda one: one.turn))


class TestSketches:
    @pytest.mark.parametrize("text", [PITCH, QUESTION], ids=["english", "japanese"])
    def test_other_names_numbers_and_marks_make_the_same_prompt(self, text):
        one, other = SKETCHER.sketches([text.format(name="AX-1002"), text.format(name="B  7 \u200b!") + "!!"])
        assert likeness(one, other) >= ALIKE

    def test_letters_between_which_nothing_is_seen_make_no_difference(self):
        hidden = "\u200b".join(PITCH)
        assert SKETCHER.sketches([hidden]) == SKETCHER.sketches([PITCH])

    def test_full_width_letters_are_letters(self):
        wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in OPENING)
        assert SKETCHER.sketches([wide]) == SKETCHER.sketches([OPENING])

    def test_different_texts_are_far_apart(self):
        english, japanese, opening = SKETCHER.sketches([PITCH, HOMEWORK, OPENING])
        assert max(likeness(english, japanese), likeness(english, opening)) < 0.2

    def test_a_text_has_the_same_sketch_beside_others(self):
        texts = [PITCH, HOMEWORK, "go on", OPENING]
        assert SKETCHER.sketches(texts) == [SKETCHER.sketches([one])[0] for one in texts]

    def test_another_key_makes_sketches_that_match_nothing(self):
        (mine,), (theirs,) = SKETCHER.sketches([PITCH]), Sketcher(b"another").sketches([PITCH])
        assert likeness(mine, theirs) < 0.1

    @pytest.mark.parametrize("text", ["", "go on", "続けて", "12345 " * 40, "\ud800"])
    def test_too_little_text_has_none(self, text):
        assert SKETCHER.sketches([text]) == [b""]
        assert letters_of(text) == ""

    @given(st.lists(st.text(max_size=200), max_size=6))
    def test_whatever_comes_in_has_a_sketch_or_none(self, texts):
        made = SKETCHER.sketches(texts)
        assert [len(one) for one in made] == [SIZE if letters_of(text) else 0 for text in texts]

    def test_similar_ones_are_found_without_comparing_all(self):
        texts = [*variants(PITCH, 3), *documents(50), HOMEWORK, HOMEWORK + "お願いします。"]
        assert sorted(groups(SKETCHER.sketches(texts))) == [[0, 1, 2], [53, 54]]

    def test_nothing_resembles_nothing(self):
        assert groups([]) == []
        assert alike([], SKETCHER.sketches([PITCH])) == ()


def test_numbers_are_those_of_the_page():
    said = " ".join(row[0] for row in ROWS)
    assert (CAMPAIGNS.units, CAMPAIGNS.variants, CAMPAIGNS.harvest) == (5, 20, 200)
    assert "from five units" in said


@given(st.text(st.characters(max_codepoint=127), min_size=60, max_size=200))
def test_ascii_is_read_as_any_other_text_is(text):
    """It has a way of its own, which is quicker; one letter of another script sends the same text the general way."""
    wide = letters_of(text + "\u3042")
    assert letters_of(text) == (wide[:-1] if len(wide) > 40 else letters_of(text))
    assert letters_of(text) == "" or letters_of(text).isalpha()
