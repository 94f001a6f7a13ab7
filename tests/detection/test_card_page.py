"""The card as a page: each figure stands where people compare it, and each set of texts says what it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sekisho.detection.detectors.scorer import READ_AGAIN
from sekisho.detection.train.canaries import LIMITS
from sekisho.detection.train.data import Row, read_policy_set
from sekisho.detection.train.headlines import UNSEEN
from sekisho.detection.train.held_back import AUTHOR, DEV
from sekisho.detection.train.page import SETS, page
from sekisho.detection.types import Role
from tests.detection.cards import ONE_STEP, SECOND, TWO_STEPS

SHOWN = page(TWO_STEPS)
POLICY_SET = Path(__file__).parents[2] / "data" / "policy-set"


def lines_of(heading: str, shown: str = SHOWN) -> list[str]:
    """The rows of the table under a heading, without its head."""
    part = shown.split(f"{heading}\n", 1)[1].split("\n#", 1)[0]
    return [line for line in part.splitlines() if line.startswith("| ")][2:]


def test_the_headlines_come_first_with_their_intervals() -> None:
    first, *_ = lines_of("## Is anything violated?")
    assert first == (f"| en | {UNSEEN} | 1,234 | 2,500 | 0.910 (0.890-0.920) | 43.2 % (40.0-45.7) | 0.045 |")
    headings = [line for line in SHOWN.splitlines() if line.startswith("## ")]
    assert headings[0] == "## Is anything violated?"
    assert headings[-1] == "## Limits"


def test_sources_come_worst_first_with_their_numbers() -> None:
    rows = [line.split(" | ") for line in lines_of("### By unseen source, the worst first")]
    assert [row[0] for row in rows] == [f"| source_{at}" for at in (1, 2, 3, 5, 7, 8, 9, "ja")]
    assert rows[0][1:4] == ["en", "1,234", "2,500"]


def test_the_second_step_tells_its_files_its_data_and_what_it_never_sees() -> None:
    for fact in (*SECOND.digests, *SECOND.digests.values(), SECOND.data_digest, SECOND.calibrated_by):
        assert fact in SHOWN
    assert lines_of("## The second step") == ["| en | 12.3 % | 6.7 % |", "| ja | 4.5 % | 8.9 % |"]


def test_a_model_of_one_step_speaks_of_none() -> None:
    shown = page(ONE_STEP)
    assert "from hashed n-grams alone" in shown
    assert "second step" not in shown.split("## Limits")[0]
    assert "Both steps" not in shown
    assert "n-grams alone" not in SHOWN


def test_a_model_without_headlines_has_no_empty_tables() -> None:
    shown = page(replace(TWO_STEPS, headlines=()))
    assert "Is anything violated?" not in shown
    assert "By unseen source" not in shown


def test_each_set_that_was_measured_on_says_what_it_is_and_no_other() -> None:
    assert set(SETS) == {UNSEEN, AUTHOR, DEV}
    for name in SETS:
        assert f"- **{name}**: " in SHOWN
    only = page(replace(TWO_STEPS, headlines=TWO_STEPS.headlines[:2], metrics=()))
    assert [line.split("**")[1] for line in only.splitlines() if line.startswith("- **")] == [UNSEEN]


def test_every_limit_is_told() -> None:
    assert [line for line in SHOWN.split("## Limits")[1].splitlines() if line] == [
        f"- {one}" for one in LIMITS
    ]


@pytest.mark.parametrize(
    ("says", "of", "to"),
    [
        pytest.param("Some 14,000 of its Japanese texts", lambda row: row.language == "ja", -3, id="Japanese texts"),
        pytest.param("some 2,800 that were written", lambda row: row.role is Role.OUTPUT, -2, id="answers"),
    ],
)  # fmt: skip
def test_numbers_in_limits_are_those_of_what_is_learned_from(
    says: str, of: Callable[[Row], bool], to: int
) -> None:
    count = round(sum(map(of, read_policy_set(POLICY_SET))), to)
    assert says in " ".join(LIMITS)
    assert f"{count:,}" in says


def test_the_windows_in_limits_are_those_of_the_scorer() -> None:
    assert READ_AGAIN == 8
    assert "at most the eight most doubtful windows" in " ".join(LIMITS)
