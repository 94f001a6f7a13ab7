"""How sure a figure is: the bootstrap over rows, seeded, and kept apart for both kinds of text (Efron 1979).

Each resample draws as many concerned and as many other texts as there are, with replacement. Two models that
answered the same rows are measured on the same draws, so what is common to both does not blur their difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sekisho.detection.card import Interval
from sekisho.detection.evaluation.measures import Floats

SURE = 0.95
"""Share of resamples that an interval holds."""
AT_ONCE = 2_000_000
"""Draws that are held in memory at a time."""

Indices = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Plan:
    """How often, and from which seed, rows are drawn again."""

    resamples: int = 200
    seed: int = 20250915


@dataclass(frozen=True, slots=True)
class Draw:
    """Some resamples: a row a resample, the places of what was drawn in it."""

    yes: Indices
    no: Indices


def draws(yes: int, no: int, plan: Plan) -> Iterator[Draw]:
    """Yield resamples of so many texts of either kind, in parts. The same plan and sizes give the same
    draws."""
    random = np.random.default_rng(plan.seed)
    left = plan.resamples
    while left:
        part = min(left, max(1, AT_ONCE // max(yes + no, 1)))
        yield Draw(_drawn(random, part, yes), _drawn(random, part, no))
        left -= part


def _drawn(random: np.random.Generator, part: int, size: int) -> Indices:
    return random.integers(0, max(size, 1), (part, size), dtype=np.int32)


def interval(value: float, resampled: Floats) -> Interval | None:
    """Return the value with the middle 95 % of what the resamples gave; None where there is no value.

    The interval always holds the value: where resampling moves a measure to one side, it reaches back to it.
    """
    known = resampled[~np.isnan(resampled)]
    if np.isnan(value) or not known.size:
        return None
    low, high = np.quantile(known, ((1 - SURE) / 2, (1 + SURE) / 2))
    return Interval(_short(value), _short(min(low, value)), _short(max(high, value)))


def share_interval(value: float, resampled: Floats, texts: int) -> Interval | None:
    """As `interval`, for a share of so many texts.

    Of none, or of all, every resample has none, or all; that tells nothing of how sure it is. There the
    exact bound stands in: (1-0.95)/2 to the power of 1/n (Clopper and Pearson 1934).
    """
    found = interval(value, resampled)
    if found is None or 0 < value < 1:
        return found
    bound = float(((1 - SURE) / 2) ** (1 / texts))
    return (
        Interval(found.value, found.low, _short(max(found.high, 1 - bound)))
        if value == 0
        else Interval(found.value, _short(min(found.low, bound)), found.high)
    )


def _short(number: float) -> float:
    return round(float(number), 4)
