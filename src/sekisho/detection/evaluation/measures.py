"""What is measured of scores, each by its textbook definition (`docs/rules/evaluation.md` gives the sources).

Everything is a function of two arrays of counts over the same *levels*, the distinct scores from the highest
down: how many texts that concern the question (`yes`) and how many others (`no`) have each score. Texts with
one score are one level, so ties are taken as the definitions say and the order of rows never matters. The
last axis are the levels; an axis before it holds resamples, and everything is worked out for all at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

BINS = 10
"""Bins of equal width in a reliability table, as usual with the expected calibration error (Naeini 2015)."""


@dataclass(frozen=True, slots=True)
class Bin:
    """One row of a reliability table: what was said of some texts, and how often it was so."""

    low: float
    high: float
    texts: int
    said: float
    """Mean probability."""
    found: float
    """Share that the question concerns."""


def levels(scores: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """Return the distinct scores from the highest down, and the level of each score."""
    values, places = np.unique(-scores, return_inverse=True)
    return -values, places.astype(np.intp).reshape(-1)


def auroc(yes: Counts, no: Counts) -> Floats:
    """Return the chance that a concerned text scores above another one; a tie counts half (Mann–Whitney)."""
    won = no * (np.cumsum(yes, axis=-1) - yes / 2)
    return np.asarray(won.sum(axis=-1) / (yes.sum(axis=-1) * no.sum(axis=-1)))


def average_precision(yes: Counts, no: Counts) -> Floats:
    """Return the area under precision over recall, as steps: the mean precision at each concerned text."""
    hits = np.cumsum(yes, axis=-1)
    fired = np.maximum(hits + np.cumsum(no, axis=-1), 1)
    return np.asarray((yes * hits / fired).sum(axis=-1) / yes.sum(axis=-1))


def recall_at(yes: Counts, no: Counts, share: float) -> Floats:
    """Return the greatest recall of any threshold at which at most this share of the others fires."""
    allowed = np.floor(no.sum(axis=-1, keepdims=True) * share + 1e-9)
    reached = np.where(np.cumsum(no, axis=-1) <= allowed, np.cumsum(yes, axis=-1), 0)
    return np.asarray(reached.max(axis=-1) / yes.sum(axis=-1))


def calibration_error(yes: Counts, no: Counts, values: Floats) -> Floats:
    """Return the mean distance, over texts, between what the bins say and what is so (ECE)."""
    both = yes + no
    starts = _starts(values)
    said = np.add.reduceat(both * values, starts, axis=-1)
    found = np.add.reduceat(yes, starts, axis=-1)
    return np.asarray(np.abs(said - found).sum(axis=-1) / both.sum(axis=-1))


def reliability(yes: Counts, no: Counts, values: Floats) -> tuple[Bin, ...]:
    """Return the bins that hold any text, from the lowest up."""
    starts = _starts(values)
    texts = np.add.reduceat(yes + no, starts)
    said = np.add.reduceat((yes + no) * values, starts) / texts
    found = np.add.reduceat(yes, starts) / texts
    numbers = _bin(values)[starts]
    table = zip(numbers.tolist(), texts.tolist(), said.tolist(), found.tolist(), strict=True)
    return tuple(Bin(at / BINS, (at + 1) / BINS, n, p, share) for at, n, p, share in table)[::-1]


def precision(hits: Counts, false: Counts) -> Floats:
    """Return the share of what fired that it concerned; not a number where nothing fired."""
    fired = hits + false
    return np.where(fired > 0, hits / np.maximum(fired, 1), np.nan)


def f1(hits: Counts, false: Counts, concerned: Counts) -> Floats:
    """Return the harmonic mean of precision and recall; 0 where nothing fired."""
    return np.asarray(2 * hits / (hits + false + concerned))


def roc(yes: Counts, no: Counts) -> tuple[Floats, Floats]:
    """Return false-positive and true-positive shares at every threshold, from firing at nothing on."""
    return _from_zero(no), _from_zero(yes)


def precision_recall(yes: Counts, no: Counts) -> tuple[Floats, Floats]:
    """Return recall and precision at every threshold that fires, from the highest on."""
    hits, false = np.cumsum(yes), np.cumsum(no)
    return hits / yes.sum(), hits / np.maximum(hits + false, 1)


def histogram(values: Floats, counts: Counts, bins: int = 20) -> tuple[int, ...]:
    """Return how many texts score in each of so many steps from 0 to 1."""
    found, _ = np.histogram(values, bins, (0.0, 1.0), weights=counts)
    return tuple(int(each) for each in found)


def _from_zero(counts: Counts) -> Floats:
    return np.concatenate(([0.0], np.cumsum(counts) / counts.sum()))


def _bin(values: Floats) -> NDArray[np.intp]:
    return np.minimum((values * BINS).astype(np.intp), BINS - 1)


def _starts(values: Floats) -> NDArray[np.intp]:
    """Where each bin begins among the levels; bins without any are not there."""
    numbers = _bin(values)
    return np.flatnonzero(np.concatenate(([True], numbers[1:] != numbers[:-1])))
