"""Agreement, against published examples and against the definition worked out the long way."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.enforcement.review.rules.agreement import cohen_kappa, krippendorff_alpha

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability".
BINARY = ["0100000010", "0110010100"]
"""Section A: two observers, ten units: alpha = 0.095."""
NOMINAL = ["aabbdcccedda", "babbbccceddd"]
"""Section B: two observers, twelve units, five values: alpha = 0.692."""
GAPS = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]
"""Section C: four observers, twelve units, with gaps: nominal alpha = 0.743."""


def by_unit(observers: list[str]) -> list[list[str]]:
    return [[value for value in unit if value != "."] for unit in zip(*observers, strict=True)]


@pytest.mark.parametrize(
    ("observers", "alpha"),
    [
        pytest.param(BINARY, 0.095, id="A: two observers, yes or no"),
        pytest.param(NOMINAL, 0.692, id="B: two observers, five values"),
        pytest.param(GAPS, 0.743, id="C: four observers, with gaps"),
    ],
)
def test_alpha_of_published_examples(observers: list[str], alpha: float) -> None:
    found = krippendorff_alpha(by_unit(observers))
    assert found is not None
    assert round(found, 3) == alpha


@pytest.mark.parametrize(
    ("counts", "kappa"),
    [
        # the worked examples of the English Wikipedia's article on Cohen's kappa, of 50 and of 100 cases
        pytest.param({"yy": 20, "yn": 5, "ny": 10, "nn": 15}, 0.40, id="fifty grant proposals"),
        pytest.param({"yy": 45, "yn": 15, "ny": 25, "nn": 15}, 0.1304, id="same agreement, other margins"),
        pytest.param({"yy": 25, "yn": 35, "ny": 5, "nn": 35}, 0.2593, id="same agreement, skewed otherwise"),
    ],
)
def test_kappa_of_published_examples(counts: dict[str, int], kappa: float) -> None:
    pairs = [(pair[0], pair[1]) for pair, count in counts.items() for _ in range(count)]
    assert cohen_kappa(pairs) == pytest.approx(kappa, abs=5e-5)


def test_where_nothing_can_be_said_nothing_is() -> None:
    assert cohen_kappa([]) is None
    assert cohen_kappa([("yes", "yes")] * 5) is None
    assert krippendorff_alpha([]) is None
    assert krippendorff_alpha([["yes"], ["no"]]) is None
    assert krippendorff_alpha([["yes", "yes"]] * 5) is None


def alpha_the_long_way(units: list[list[str]]) -> float | None:
    """1 - D_o / D_e, over every ordered pair of values: within units, and in all."""
    paired = [unit for unit in units if len(unit) > 1]
    everything = [value for unit in paired for value in unit]
    total = len(everything)
    if total < 2:
        return None
    apart = sum(one != two for one, two in permutations(everything, 2)) / (total * (total - 1))
    if not apart:
        return None
    within = (
        sum(sum(one != two for one, two in permutations(unit, 2)) / (len(unit) - 1) for unit in paired)
        / total
    )
    return 1 - within / apart


units = st.lists(st.lists(st.sampled_from("abc"), max_size=4), max_size=12)


@given(units)
def test_alpha_is_what_the_definition_says(given_units: list[list[str]]) -> None:
    expected = alpha_the_long_way(given_units)
    found = krippendorff_alpha(given_units)
    assert found == (None if expected is None else pytest.approx(expected))


pairs = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=30)


@given(pairs)
def test_kappa_knows_no_order_of_reviewers_and_never_exceeds_one(given_pairs: list[tuple[str, str]]) -> None:
    found = cohen_kappa(given_pairs)
    swapped = cohen_kappa([(two, one) for one, two in given_pairs])
    assert found == (None if swapped is None else pytest.approx(swapped))
    assert found is None or found <= 1


@given(st.lists(st.sampled_from("abc"), min_size=2, max_size=20))
def test_perfect_agreement_is_one(values: list[str]) -> None:
    if len(set(values)) > 1:
        assert cohen_kappa([(one, one) for one in values]) == 1
        assert krippendorff_alpha([[one, one] for one in values]) == 1
