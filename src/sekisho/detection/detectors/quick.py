"""The quick step: calibrated log-odds of every question, from the words alone, in some ten microseconds.

    text ─▶ windows ─▶ hashed n-grams ─▶ Σ weights (int8, memory-mapped) ─▶ calibration ─▶ log-odds

One addition per n-gram and question is all it does. It sees every text; it knows no context, so what it leaves in
doubt is read again (`detectors.reader`), and a judge is asked in between (P-040, P-043).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sekisho.detection.card import Card
from sekisho.detection.features import Buckets, Features, features, features_apart
from sekisho.detection.labels import HEADS, VIOLATION
from sekisho.detection.windows import WHOLE, joined, pieces, windows

COLUMNS = 24
"""Columns of the weights: the heads, and padding so that a row is three machine words."""

WINDOWS_AT_ONCE = 32
"""So many windows are hashed together: a long text takes memory for these, not for all of it."""

TEXTS_AT_ONCE = 16
"""So many short texts are read together: as many characters as in the windows that are hashed together."""

ADDED_AT_ONCE = 3
"""So many windows are added up together, sharing numpy's calls. Measured: three cover a usual passage,
and eight at once took up to twice as long over 8,000 Japanese characters."""

Floats = NDArray[np.float32]
Spans = list[tuple[int, int]]

ONE_WINDOW: Final[Spans] = [(0, 0)]
"""Of one window nobody asks where it is."""


@dataclass(frozen=True, slots=True)
class _Calibration:
    """How added-up weights become log-odds in one language. Calibration is linear up to its last step, so it is
    one matrix with the scales of the weights: eight short numpy calls fewer per passage."""

    matrix: Floats
    """Shape (columns, heads)."""
    shift: Floats

    def log_odds(self, totals: Floats) -> Floats:
        """Return log-odds, shape (windows, heads), for totals of shape (windows, columns)."""
        return np.asarray(totals @ self.matrix + self.shift)


def _scale(count: int) -> float:
    """What a sum over so many features is multiplied by, so that length by itself counts for little."""
    return float(max(count, 1) ** -0.5)


_PIECES = pieces(ADDED_AT_ONCE)
_VIOLATION = HEADS.index(VIOLATION)


class QuickStep:
    """Reads folded texts. Immutable, so any number of threads may ask it."""

    def __init__(self, card: Card, weights: NDArray[np.int8]) -> None:
        """`weights` has the shape (buckets, `COLUMNS`)."""
        self._weights = weights
        self._calibration = {language: _calibration(card, language) for language in card.calibration}
        self._ones = np.ones(4096, np.float32)

    def read(self, text: str, language: str) -> tuple[Spans, Floats]:
        """Return the windows of a folded text and the log-odds of each, shape (windows, heads), columns in the order
        of `labels.HEADS`. Time grows linearly with the text."""
        spans = windows(len(text))
        groups = (spans[at : at + WINDOWS_AT_ONCE] for at in range(0, len(spans), WINDOWS_AT_ONCE))
        totals = [total for group in groups for total in self._totals(text, group)]
        return spans, self._log_odds(totals[0] if len(totals) == 1 else np.concatenate(totals), language)

    def read_all(self, texts: Sequence[str], languages: Sequence[str]) -> list[tuple[Spans, Floats]]:
        """As `read` for each text; short ones are hashed and added up together."""
        if 1 < len(texts) <= TEXTS_AT_ONCE and max(map(len, texts)) <= WHOLE:
            return list(zip(repeat(ONE_WINDOW), self._apart(self._of_texts(texts), languages)))
        return [self.read(text, language) for text, language in zip(texts, languages, strict=True)]

    def _apart(self, totals: Floats, languages: Sequence[str]) -> Floats:
        """The log-odds of texts, each as if it came alone to the last bit: shape (texts, 1, heads)."""
        rows = totals[:, np.newaxis]
        if len(set(languages)) == 1:
            return self._log_odds(rows, languages[0])
        return np.stack(
            [self._log_odds(row, language) for row, language in zip(rows, languages, strict=True)]
        )

    def _log_odds(self, totals: Floats, language: str) -> Floats:
        return (self._calibration.get(language) or self._calibration["*"]).log_odds(totals)

    def _totals(self, text: str, spans: Spans) -> Iterator[Floats]:
        """Return the added-up weights of neighbouring windows, shape (windows, columns), in parts. Their text
        is hashed once, however much they overlap."""
        first = spans[0][0]
        read = features(text[first : spans[-1][1]])
        for at in range(0, len(spans), ADDED_AT_ONCE):
            part = spans[at : at + ADDED_AT_ONCE]
            within = read.between(part[0][0] - first, part[-1][1] - first)
            yield self._of_one(within) if len(part) == 1 else self._of_many(within, len(part))

    def _of_one(self, read: Features) -> Floats:
        buckets = read.all()
        total = self._ones[: buckets.size] @ self._rows(buckets)
        return np.asarray(total[np.newaxis] * _scale(buckets.size))

    def _of_texts(self, texts: Sequence[str]) -> Floats:
        """As `_of_one` for each of several texts, a row each: together they take little more than one of them."""
        read, numbers = features_apart(texts)
        buckets, there = read.by_piece(numbers, len(texts) + 1)
        return self._added(buckets, there[:-1])

    def _of_many(self, read: Features, count: int) -> Floats:
        buckets, there = read.by_piece(_PIECES, 2 * count + 1)
        return self._added(buckets, joined(there))

    def _added(self, buckets: Buckets, there: NDArray[np.bool_]) -> Floats:
        """Add up the weights of what is `there`, row by row. They are fetched once for all rows; whole numbers this
        small add up exactly, in any order."""
        taken = there.astype(np.float32)
        # a product a row: for so few rows and columns twice as fast as one product of matrices
        totals = np.matmul(taken[:, np.newaxis], self._rows(buckets))[:, 0]
        scales = [[_scale(size)] for size in np.add.reduce(taken, axis=1).tolist()]
        return np.asarray(totals * np.array(scales, np.float32))

    def _rows(self, buckets: Buckets) -> Floats:
        return self._weights.take(buckets, axis=0).astype(np.float32)


def _calibration(card: Card, language: str) -> _Calibration:
    """Return the calibration of a language; questions without one of their own take the one of all languages."""
    table = card.calibration["*"] | card.calibration[language]
    own, violation, shift = np.array([table[head] for head in HEADS], np.float32).T
    weighed = np.diag(own)
    weighed[_VIOLATION] += violation
    matrix = np.zeros((COLUMNS, len(HEADS)), np.float32)
    matrix[: len(HEADS)] = np.array(card.scales, np.float32)[:, None] * weighed
    return _Calibration(matrix, np.array(card.intercepts, np.float32) @ weighed + shift)
