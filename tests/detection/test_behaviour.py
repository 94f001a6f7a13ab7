"""Near-identical prompts in a short time are noted, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detection.detectors.behaviour import (
    CODE,
    ENOUGH,
    LONGEST,
    REMEMBERED,
    WINDOW_S,
    Conduct,
    observed,
    shape_of,
)

KEY = b"k" * 32
PROMPT = "Answer as the examiner would, question {} of the paper: which option is right?"
JAPANESE = "試験の第{}問について、採点者として正しい選択肢を選び、その理由を説明してください。"


def after(prompts: list[str], apart_s: float = 1.0) -> list[bool]:
    """Whether each of the prompts was noted, put so many seconds after one another."""
    conduct, noted = Conduct(), []
    for number, prompt in enumerate(prompts):
        conduct, finding = observed(conduct, shape_of(prompt, KEY), number * apart_s)
        noted.append(finding is not None)
    assert len(conduct.recent) <= REMEMBERED
    return noted


@pytest.mark.parametrize("prompt", [PROMPT, JAPANESE], ids=["en", "ja"])
def test_prompts_that_differ_in_numbers_alone_are_noted_from_the_twentieth_on(prompt) -> None:
    noted = after([prompt.format(number) for number in range(30)])
    assert noted == [False] * (ENOUGH - 1) + [True] * (30 - ENOUGH + 1)


@pytest.mark.parametrize(
    ("prompts", "apart_s"),
    [
        pytest.param([PROMPT.format(number) for number in range(40)], WINDOW_S / ENOUGH + 2, id="at leisure"),
        pytest.param(["go on"] * 40, 1.0, id="short words"),
        pytest.param(
            [PROMPT + " " + chr(97 + at % 26) * (at + 1) for at in range(40)], 1.0, id="all different"
        ),
    ],
)
def test_what_is_not_noted(prompts, apart_s) -> None:
    assert not any(after(prompts, apart_s))


def test_the_finding_carries_a_code_and_no_content() -> None:
    conduct = Conduct(tuple((b"s" * 8, 0.0) for _ in range(ENOUGH)))
    _, finding = observed(conduct, b"s" * 8, 1.0)
    assert (finding.clause, finding.detector, finding.code, finding.span) == (
        "platform_abuse",
        "behaviour",
        CODE,
        None,
    )


@given(st.text(max_size=LONGEST + 50))
def test_any_text_has_a_shape_or_none(text) -> None:
    assert len(shape_of(text, KEY)) in (0, 8)
    assert shape_of(text, KEY) == shape_of(text, KEY)
