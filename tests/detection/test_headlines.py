"""Whether anything is violated: measured over all texts, and for each source against what is like it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.detection.labels import HEADS
from sekisho.detection.train.calibrate import Judged
from sekisho.detection.train.data import KNOWN, NOT, POLICY_SET
from sekisho.detection.train.headlines import FEWEST, FEWEST_OWN, UNSEEN, headlines


def judged(*parts: tuple[int, bool, str], language: str = "en") -> Judged:
    """Texts of several sources: how many, whether they violate, and whose."""
    total = sum(count for count, _, _ in parts)
    harmful = np.concatenate([np.full(count, KNOWN if harm else NOT) for count, harm, _ in parts])
    return Judged(
        logits=np.zeros((total, len(HEADS)), np.float32),
        targets=np.repeat(harmful[:, None], len(HEADS), axis=1).astype(np.int8),
        languages=np.array([language] * total),
        weights=np.ones(total, np.float32),
        sources=np.array([source for count, _, source in parts for _ in range(count)]),
    )


def told(*scores: tuple[int, float]) -> np.ndarray:
    return np.concatenate([np.full(count, score, np.float32) for count, score in scores])


@pytest.mark.parametrize(
    ("harmful", "harmless", "auroc", "recall"),
    [
        pytest.param(0.9, 0.1, 1, 1, id="perfect"),
        pytest.param(0.5, 0.5, 0.5, 0, id="useless"),
        pytest.param(0.1, 0.9, 0, 0, id="the wrong way round"),
    ],
)
def test_what_a_model_is_worth(harmful: float, harmless: float, auroc: float, recall: float) -> None:
    texts = judged((200, True, "a"), (300, False, "b"))
    line, _ = headlines(texts, told((200, harmful), (300, harmless)), UNSEEN, seed=1)
    assert (line.language, line.source, line.measured_on) == ("en", "*", UNSEEN)
    assert (line.concerned, line.others) == (200, 300)
    assert line.auroc.value == auroc
    assert line.recall_at_1_percent.value == recall


def test_finding_everything_in_few_texts_is_not_told_as_certain() -> None:
    line, _ = headlines(judged((40, True, "a"), (300, False, "b")), told((40, 0.9), (300, 0.1)), UNSEEN, 1)
    assert line.recall_at_1_percent.low == pytest.approx(0.025 ** (1 / 40), abs=1e-4)


@pytest.mark.parametrize(
    ("said", "error"),
    [pytest.param(0.4, 0, id="what is said is so"), pytest.param(0.9, 0.5, id="it says too much")],
)
def test_calibration_error_is_how_far_off_probabilities_are(said: float, error: float) -> None:
    texts = judged((200, True, "a"), (300, False, "b"))
    over_all, single = headlines(texts, told((500, said)), UNSEEN, seed=1)
    assert over_all.calibration_error == pytest.approx(error, abs=1e-4)
    assert single.calibration_error == 0  # it depends on the mix, and a source has none of its own


def test_a_source_with_harmless_texts_of_its_own_is_measured_against_them() -> None:
    """Here a model that tells only sources apart: it is useless within each, and looks good over all."""
    texts = judged((100, True, "insults"), (FEWEST_OWN, False, "insults"), (900, False, "questions"))
    scores = told((100, 0.9), (FEWEST_OWN, 0.9), (900, 0.1))
    over_all, own = headlines(texts, scores, UNSEEN, seed=1)
    assert over_all.auroc.value > 0.9
    assert (own.source, own.others, own.auroc.value) == ("insults", FEWEST_OWN, 0.5)


def test_a_source_without_enough_of_its_own_is_measured_against_ordinary_texts_of_all() -> None:
    look_alikes = f"{POLICY_SET}x"
    texts = judged(
        (50, True, "a"),
        (FEWEST_OWN - 1, False, "a"),
        (300, False, "b"),
        (70, False, look_alikes),
        (1, True, look_alikes),
    )
    every, own = headlines(
        texts, told((50, 0.9), (FEWEST_OWN - 1, 0.1), (300, 0.1), (70, 0.9), (1, 0.9)), UNSEEN, seed=1
    )
    assert every.others == FEWEST_OWN - 1 + 300 + 70
    assert (own.source, own.others, own.auroc.value) == ("a", 300, 1)


@pytest.mark.parametrize(
    ("yes", "no", "lines"),
    [
        pytest.param(FEWEST, FEWEST, 2, id="just enough"),
        pytest.param(FEWEST - 1, 500, 0, id="too few violating"),
        pytest.param(500, FEWEST - 1, 0, id="too few harmless"),
    ],
)
def test_nothing_is_said_of_too_few_texts(yes: int, no: int, lines: int) -> None:
    texts = judged((yes, True, "a"), (no, False, "b"))
    assert len(headlines(texts, told((yes, 0.9), (no, 0.1)), UNSEEN, seed=1)) == lines


def test_languages_are_told_apart_and_others_left_out() -> None:
    parts = ((50, True, "a"), (50, False, "b"))
    scores = told((50, 0.9), (50, 0.1))
    found = [headlines(judged(*parts, language=one), scores, UNSEEN, 1, False) for one in ("en", "ja", "fr")]
    assert [[line.language for line in lines] for lines in found] == [["en"], ["ja"], []]


def test_without_sources_there_is_one_line_a_language() -> None:
    texts, scores = judged((50, True, "a"), (200, False, "a")), told((50, 0.9), (200, 0.1))
    assert [line.source for line in headlines(texts, scores, "dev", 1, by_source=False)] == ["*"]


def test_the_same_seed_gives_the_same_intervals() -> None:
    texts = judged((50, True, "a"), (200, False, "a"))
    scores = np.random.default_rng(3).random(250).astype(np.float32)
    assert headlines(texts, scores, "dev", 1) == headlines(texts, scores, "dev", 1)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), steps=st.integers(1, 50))
def test_an_interval_holds_its_value(seed: int, steps: int) -> None:
    draw = np.random.default_rng(seed)
    scores = (np.concatenate((draw.beta(3, 2, 60), draw.beta(2, 3, 130))) * steps).round() / steps
    for line in headlines(judged((60, True, "a"), (130, False, "a")), scores.astype(np.float32), "dev", seed):
        for one in (line.auroc, line.recall_at_1_percent):
            assert 0 <= one.low <= one.value <= one.high <= 1
