"""From rows to weights: one linear classifier a head over the hashed features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier

from sekisho.detection.features import BUCKETS, features
from sekisho.detection.labels import HEADS
from sekisho.detection.train.data import KNOWN, LEFT_OUT, Row
from sekisho.detection.windows import windows

Floats = NDArray[np.float32]

ALPHA = 3e-6
EPOCHS = 6
WINDOWS_A_ROW = 4
"""So many windows of a long text are used at most, spread over it evenly."""
BALANCE = 0.25
"""Weight of all examples of a head, against all others."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Windows of rows, as the classifier takes them."""

    matrix: csr_matrix
    owner: NDArray[np.intp]
    """Index of the row that each window is of."""

    def of_rows(self, kept: NDArray[np.bool_]) -> Examples:
        """Return the windows of some rows; they keep the numbers of their rows."""
        windows = np.flatnonzero(kept[self.owner])
        return Examples(self.matrix[windows], self.owner[windows])


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights of all heads over the buckets as whole numbers, their scales, and the intercepts."""

    whole: NDArray[np.int8]
    """Shape (buckets, heads)."""
    scales: Floats
    intercepts: Floats

    def logits(self, examples: Examples, rows: int) -> Floats:
        """Return for each row and head the greatest logit over its windows."""
        each = examples.matrix @ (self.whole * self.scales) + self.intercepts
        best = np.full((rows, each.shape[1]), -np.inf, np.float32)
        np.maximum.at(best, examples.owner, each.astype(np.float32))
        return best


def examples(rows: Sequence[Row]) -> Examples:
    """Return the windows of the rows, each of length one."""
    indices, scales, owner = [], [], []
    for number, row in enumerate(rows):
        for start, end in _some(windows(len(row.text))):
            buckets = features(row.text[start:end]).all()
            indices.append(buckets.astype(np.int32))
            scales.append(1 / np.sqrt(max(buckets.size, 1)))
            owner.append(number)
    sizes = np.array([len(each) for each in indices])
    ends = np.concatenate(([0], np.cumsum(sizes)))
    data = np.repeat(np.array(scales, np.float32), sizes)
    matrix = csr_matrix((data, np.concatenate(indices), ends), shape=(len(owner), BUCKETS))
    matrix.sum_duplicates()
    return Examples(matrix, np.array(owner, np.intp))


def fit(train: Examples, targets: NDArray[np.int8], weights: Floats, seed: int) -> Linear:
    """Return the classifier of all heads; `targets` and `weights` are those of the rows."""
    fitted = [
        _fit_head(train, targets[train.owner, head], weights[train.owner], seed) for head in range(len(HEADS))
    ]
    return _rounded(np.stack([row for row, _ in fitted], axis=1), [bias for _, bias in fitted])


def _rounded(weights: Floats, intercepts: list[float]) -> Linear:
    """Return the weights in 255 steps a head; the few beyond the 99.99th percentile are cut to it."""
    scales = np.maximum(np.quantile(np.abs(weights), 0.9999, axis=0) / 127, 1e-6).astype(np.float32)
    whole = np.clip(np.rint(weights / scales), -127, 127).astype(np.int8)
    return Linear(whole, scales, np.array(intercepts, np.float32))


def row_weights(rows: Sequence[Row]) -> Floats:
    """Return a weight a row by which a source counts as the square root of its rows."""
    sources: dict[tuple[str, bool | None], int] = {}
    for row in rows:
        sources[row.source, row.harmful] = sources.get((row.source, row.harmful), 0) + 1
    found = np.array([sources[row.source, row.harmful] ** -0.5 for row in rows], np.float32)
    return np.asarray(found / found.mean(), np.float32)


def _fit_head(train: Examples, targets: NDArray[np.int8], weights: Floats, seed: int) -> tuple[Floats, float]:
    used = np.flatnonzero(targets != LEFT_OUT)
    wanted, each = targets[used], weights[used].copy()
    positive = wanted == KNOWN
    if not positive.any():
        return np.zeros(BUCKETS, np.float32), -20.0
    factor = BALANCE * each[~positive].sum() / ((1 - BALANCE) * each[positive].sum())
    each[positive] *= max(factor, 1.0)
    each /= each.mean()
    model = SGDClassifier(
        loss="log_loss", alpha=ALPHA, max_iter=EPOCHS, tol=None, average=True, random_state=seed
    )
    model.fit(train.matrix[used], wanted, sample_weight=each)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def _some(every: list[tuple[int, int]]) -> list[tuple[int, int]]:
    if len(every) <= WINDOWS_A_ROW:
        return every
    picks = np.linspace(0, len(every) - 1, WINDOWS_A_ROW).round().astype(int)
    return [every[pick] for pick in picks]


def folds(rows: Sequence[Row], count: int) -> NDArray[np.intp]:
    """Return the fold of each row. A source is whole in one fold, and so are kin; folds hold like numbers of harmful
    rows."""
    weight: dict[str, int] = {}
    for row in rows:
        group = row.kin or row.source
        weight[group] = weight.get(group, 0) + (10 if row.harmful else 1)
    load = [0] * count
    fold: dict[str, int] = {}
    for group in sorted(weight, key=lambda name: (-weight[name], name)):
        fold[group] = load.index(min(load))
        load[fold[group]] += weight[group]
    return np.array([fold[row.kin or row.source] for row in rows], np.intp)
