"""Which texts of the pool say the same in two languages, found without anybody saying so.

With words that begin at the vectors of their glosses, the untrained model tells: two texts that are each
other's nearest neighbours, well ahead of the next, are taken for a pair.

Source: M. Artetxe and H. Schwenk, Margin-based Parallel Corpus Mining with Multilingual Sentence Embeddings
(2019).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sekisho.detection.train.data import Row

Floats = NDArray[np.float32]
Pair = tuple[int, int]

PARALLEL = (("xsafety", "xsafety"), ("hh_helpful_subset", "instruction_ja"))
"""Sources whose texts, English in the first and Japanese in the second, are translations of each other."""
MARGIN = 0.12
"""How much nearer a pair must stand than each one's neighbours do."""
NEIGHBOURS = 5


def pairs(rows: Sequence[Row], vectors: Floats) -> list[Pair]:
    """Return which rows say the same, as (English, Japanese) positions. `vectors` has one for each row."""
    found = []
    for english, japanese in PARALLEL:
        left = [at for at, row in enumerate(rows) if (row.source, row.language) == (english, "en")]
        right = [at for at, row in enumerate(rows) if (row.source, row.language) == (japanese, "ja")]
        if min(len(left), len(right)) > NEIGHBOURS:
            near = mutual(_directions(vectors[left]), _directions(vectors[right]))
            found += [(left[one], right[other]) for one, other in near]
    return found


def mutual(left: Floats, right: Floats, margin: float = MARGIN) -> list[Pair]:
    """Return the pairs of rows that are each other's best by margin: twice their likeness, less the mean
    likeness of each to its nearest neighbours. Rows have length 1."""
    likeness = left @ right.T
    margins = 2 * likeness - _nearest(likeness)[:, None] - _nearest(likeness.T)
    best = margins.argmax(axis=1)
    back = margins.argmax(axis=0)
    return [
        (at, int(other)) for at, other in enumerate(best) if back[other] == at and margins[at, other] > margin
    ]


def _nearest(likeness: Floats) -> Floats:
    return np.asarray(np.sort(likeness, axis=1)[:, -NEIGHBOURS:].mean(axis=1), np.float32)


def _directions(vectors: Floats) -> Floats:
    """Vectors from the middle of their language, of length 1."""
    centred = vectors - vectors.mean(axis=0)
    return np.asarray(centred / np.linalg.norm(centred, axis=1, keepdims=True), np.float32)
