"""Every measure, by hand, against scikit-learn, and by what must always hold of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score, precision_score, roc_auc_score, roc_curve

from sekisho.detection.evaluation import measures
from sekisho.detection.evaluation.measures import Counts, Floats

Sides = tuple[list[float], list[float]]

scores = st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.3, 0.5, 0.55, 0.8, 0.9999]), min_size=1, max_size=40)
any_scores = st.lists(st.floats(0, 1, width=32), min_size=1, max_size=40)
both_sides = st.one_of(st.tuples(scores, scores), st.tuples(any_scores, any_scores))


def counted(sides: Sides) -> tuple[Counts, Counts, Floats]:
    """The levels of what concerned texts and others scored, highest first."""
    values, places = measures.levels(np.array(sides[0] + sides[1], np.float64))
    yes, no = places[: len(sides[0])], places[len(sides[0]) :]
    return np.bincount(yes, minlength=values.size), np.bincount(no, minlength=values.size), values


def as_sklearn(sides: Sides) -> tuple[list[int], list[float]]:
    return [1] * len(sides[0]) + [0] * len(sides[1]), sides[0] + sides[1]


# --- by hand ---


@pytest.mark.parametrize(
    ("yes", "no", "expected"),
    [
        pytest.param([0.9, 0.8], [0.2, 0.1], 1.0, id="all above all"),
        pytest.param([0.1, 0.2], [0.8, 0.9], 0.0, id="all below all"),
        pytest.param([0.5], [0.5], 0.5, id="a tie is half"),
        pytest.param([0.9, 0.5], [0.5, 0.1], 0.875, id="three pairs won, one tied, of four"),
        pytest.param([0.6, 0.4], [0.7, 0.5, 0.3], 0.5, id="three pairs won of six"),
    ],
)
def test_auroc(yes: list[float], no: list[float], expected: float) -> None:
    assert measures.auroc(*counted((yes, no))[:2]) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("yes", "no", "expected"),
    [
        pytest.param([0.9, 0.8], [0.2, 0.1], 1.0, id="all above all"),
        pytest.param([0.9, 0.5], [0.7, 0.1], (1 + 2 / 3) / 2, id="first, and third of three"),
        pytest.param([0.5], [0.5], 0.5, id="a tie fires together"),
    ],
)
def test_average_precision(yes: list[float], no: list[float], expected: float) -> None:
    assert measures.average_precision(*counted((yes, no))[:2]) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("yes", "no", "share", "expected"),
    [
        pytest.param([0.9, 0.6], [0.5] * 99 + [0.7], 0.01, 1.0, id="one of a hundred may fire"),
        pytest.param([0.9, 0.6], [0.5] * 98 + [0.7] * 2, 0.01, 0.5, id="two of a hundred may not"),
        pytest.param([0.9, 0.7], [0.5] * 99 + [0.7], 0.001, 0.5, id="none of a hundred may: a tie fires too"),
        pytest.param([0.4], [0.5], 0.0, 0.0, id="nothing is above the others"),
        pytest.param([0.4], [0.5], 1.0, 1.0, id="everything may fire"),
    ],
)
def test_recall_at_a_false_positive_rate(
    yes: list[float], no: list[float], share: float, expected: float
) -> None:
    assert measures.recall_at(*counted((yes, no))[:2], share) == pytest.approx(expected)


def test_calibration_by_hand() -> None:
    """Ten texts are told 0.9, and eight are concerned; ten are told 0.2, and three are."""
    yes, no, values = counted(([0.9] * 8 + [0.2] * 3, [0.9] * 2 + [0.2] * 7))
    table = [(each.low, each.texts, each.said, each.found) for each in measures.reliability(yes, no, values)]
    assert np.array(table) == pytest.approx(np.array([(0.2, 10, 0.2, 0.3), (0.9, 10, 0.9, 0.8)]))
    assert measures.calibration_error(yes, no, values) == pytest.approx((10 * 0.1 + 10 * 0.1) / 20)


def test_certainty_belongs_to_the_last_bin() -> None:
    assert [each.low for each in measures.reliability(*counted(([1.0, 0.95], [0.0])))] == [0.0, 0.9]


def test_precision_is_unknown_where_nothing_fires() -> None:
    zero = np.array([0])
    assert np.isnan(measures.precision(zero, zero))
    assert measures.precision(np.array([3]), np.array([1])) == pytest.approx(0.75)


def test_a_histogram_counts_every_text_once() -> None:
    yes, _, values = counted(([0.0, 0.04, 0.05, 1.0], [0.5]))
    assert measures.histogram(values, yes) == (2, 1, *[0] * 16, 0, 1)


# --- against scikit-learn ---


@given(both_sides)
def test_auroc_is_that_of_scikit_learn(sides: Sides) -> None:
    assert measures.auroc(*counted(sides)[:2]) == pytest.approx(roc_auc_score(*as_sklearn(sides)))


@given(both_sides)
def test_average_precision_is_that_of_scikit_learn(sides: Sides) -> None:
    found = measures.average_precision(*counted(sides)[:2])
    assert found == pytest.approx(average_precision_score(*as_sklearn(sides)))


@given(both_sides, st.sampled_from([0.0, 0.001, 0.01, 0.1, 0.5]))
def test_recall_at_a_rate_is_on_the_curve_of_scikit_learn(sides: Sides, share: float) -> None:
    false, true, _ = roc_curve(*as_sklearn(sides), drop_intermediate=False)
    expected = max(true[false <= share + 1e-12])
    assert measures.recall_at(*counted(sides)[:2], share) == pytest.approx(expected)


@given(both_sides)
def test_the_curve_is_that_of_scikit_learn(sides: Sides) -> None:
    false, true, _ = roc_curve(*as_sklearn(sides), drop_intermediate=False)
    x, y = measures.roc(*counted(sides)[:2])
    assert x == pytest.approx(false)
    assert y == pytest.approx(true)


@given(both_sides)
def test_precision_and_f1_are_those_of_scikit_learn(sides: Sides) -> None:
    target, said = as_sklearn(sides)
    fired = [score >= 0.5 for score in said]
    hits = np.array([sum(score >= 0.5 for score in sides[0])])
    false = np.array([sum(score >= 0.5 for score in sides[1])])
    assert measures.f1(hits, false, np.array([len(sides[0])])) == pytest.approx(
        f1_score(target, fired, zero_division=0)
    )
    if any(fired):
        assert measures.precision(hits, false) == pytest.approx(precision_score(target, fired))


# --- what always holds ---


@given(both_sides)
def test_what_only_stretches_the_scores_changes_no_ranking(sides: Sides) -> None:
    stretched = tuple([score / 2 + (0.4 if score >= 0.3 else 0.0) for score in side] for side in sides)
    yes, no, _ = counted(sides)
    other_yes, other_no, _ = counted((stretched[0], stretched[1]))
    assert measures.auroc(yes, no) == pytest.approx(measures.auroc(other_yes, other_no))


@given(both_sides)
def test_asking_the_opposite_question_gives_the_opposite_answer(sides: Sides) -> None:
    swapped = measures.auroc(*counted((sides[1], sides[0]))[:2])
    assert measures.auroc(*counted(sides)[:2]) == pytest.approx(1 - swapped)


@given(both_sides)
def test_more_false_positives_allowed_never_lower_recall(sides: Sides) -> None:
    yes, no, _ = counted(sides)
    found = [float(measures.recall_at(yes, no, share)) for share in (0, 0.001, 0.01, 0.1, 1)]
    assert found == sorted(found)
    assert found[-1] == 1


@given(both_sides)
def test_bins_hold_every_text_and_the_error_is_a_share(sides: Sides) -> None:
    yes, no, values = counted(sides)
    assert sum(each.texts for each in measures.reliability(yes, no, values)) == len(sides[0]) + len(sides[1])
    assert 0 <= measures.calibration_error(yes, no, values) <= 1


@given(both_sides)
def test_resamples_side_by_side_are_measured_as_one_by_one(sides: Sides) -> None:
    yes, no, values = counted(sides)
    many_yes, many_no = np.stack([yes, 2 * yes]), np.stack([no, no])
    for measure in (measures.auroc, measures.average_precision):
        assert measure(many_yes, many_no) == pytest.approx(np.array([measure(yes, no), measure(2 * yes, no)]))
    found = measures.calibration_error(many_yes, many_no, values)
    assert found[0] == pytest.approx(measures.calibration_error(yes, no, values))
