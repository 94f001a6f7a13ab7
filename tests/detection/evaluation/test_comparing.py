"""Two models are compared on the same rows and the same draws; only what is beyond noise is called so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sekisho.detection.evaluation.comparing import LEAST, compare
from sekisho.detection.evaluation.resampling import Plan
from sekisho.detection.evaluation.results import Comparison, Difference
from sekisho.detection.evaluation.tasks import Answer, Case
from tests.detection.evaluation.cases import answer, row, separated

QUICK = Plan(resamples=80)


def compared(before: list[Case], after: list[Case]) -> Comparison:
    return compare(after, {case.row.id: case.answer for case in before}, ("old", "new"), QUICK)


def of(found: Comparison, question: str, measure: str) -> Difference:
    return next(each for each in found.differences if (each.question, each.measure) == (question, measure))


def test_the_same_answers_do_not_differ() -> None:
    cases = separated(150, swapped=20)
    found = compared(cases, cases)
    assert found.differences
    assert all(each.change.value == each.change.low == each.change.high == 0 for each in found.differences)
    assert not any(each.is_beyond_noise for each in found.differences)


@pytest.mark.parametrize("is_better", [True, False])
def test_what_is_far_worse_or_better_is_named(is_better: bool) -> None:
    good, bad = separated(150), separated(150, swapped=60)
    found = compared(bad, good) if is_better else compared(good, bad)
    changed = of(found, "violation", "auroc")
    assert changed.is_beyond_noise
    assert changed.is_better is is_better
    assert changed.change.low <= changed.change.value <= changed.change.high
    assert changed in found.beyond_noise(better=is_better)
    assert found.beyond_noise(better=not is_better) == ()


def test_of_harmless_texts_fewer_should_be_stopped() -> None:
    found = compared(separated(150), separated(150, swapped=60))
    harmless, harmful = of(found, "harmless", "stopped"), of(found, "harmful", "stopped")
    assert (harmless.change.value, harmless.is_better) == (0.4, False)
    assert (harmful.change.value, harmful.is_better) == (-0.4, False)


def test_one_row_in_hundreds_is_noise() -> None:
    found = compared(separated(200, swapped=20), separated(200, swapped=21))
    assert found.beyond_noise(better=False) == ()


def test_what_machines_round_otherwise_is_noise() -> None:
    cases = separated(200, swapped=20)
    nudged = [
        Case(case.row, replace(case.answer, probabilities={
            name: value + 0.00001 * (value > 0) for name, value in case.answer.probabilities.items()
        }))
        for case in cases
    ]  # fmt: skip
    found = compared(cases, nudged)
    assert not any(each.is_beyond_noise for each in found.differences)
    assert all(abs(each.change.value) < LEAST for each in found.differences)


def test_models_that_only_toss_coins_are_rarely_told_apart() -> None:
    """Sixty comparisons of two random models, each over some thirty figures: about one in twenty may err."""
    random, named = np.random.default_rng(7), 0
    for _ in range(60):
        rows = [row(number, number % 2 == 0) for number in range(200)]
        one, other = ([Case(each, _tossed(random)) for each in rows] for _ in range(2))
        named += any(each.is_beyond_noise for each in compared(one, other).differences)
    assert named <= 9


def _tossed(random: np.random.Generator) -> Answer:
    score = round(float(random.random()), 5)
    return answer(score, "block" if score > 0.5 else "allow", fired=("violation",) if score > 0.5 else ())


def test_rows_that_one_of_them_never_saw_are_left_out_and_counted() -> None:
    cases = separated(60)
    found = compared(cases[:100], cases[20:])
    assert (found.texts, found.unmatched) == (80, 40)
    assert of(found, "violation", "auroc").before == 1


def test_nothing_in_common_compares_nothing() -> None:
    found = compared(separated(20), separated(20, language="ja"))
    assert (found.texts, found.differences) == (0, ())
