"""The second look: pieces of two to four characters, weighed by how rare they are, compared by angle. Pure numpy.

It needs no words, so it finds what is spelled a little differently, inflected, or compounded; and it always finds
something, which the first look does not (spec 4.1).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sekisho.support.search.rules.tokens import fold

SIZES = (2, 3, 4)
_NOT_LETTERS = re.compile(r"[\W_]+")
Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


class Numbers(dict[str, int]):
    """A number for every word or piece that was ever seen, so that what is made of a text can be kept as numbers."""

    def __missing__(self, name: str) -> int:
        self[name] = number = len(self)
        return number


@dataclass(frozen=True, slots=True)
class Pieces:
    """Which pieces one text has, and how often each; a tenth of the room that the words themselves would take."""

    columns: Ints
    counts: Ints


def pieces(text: str) -> Counter[str]:
    """Return how often each piece occurs. Blanks and signs are one blank; a piece may reach over it."""
    line = f" {_NOT_LETTERS.sub(' ', fold(text)).strip()} "
    every = (line[at : at + size] for size in SIZES for at in range(len(line) - size + 1))
    return Counter(piece for piece in every if not piece.isspace())


def numbered(found: Counter[str], numbers: Numbers) -> Pieces:
    columns = np.fromiter((numbers[piece] for piece in found), np.int32, len(found))
    return Pieces(columns, np.fromiter(found.values(), np.int32, len(found)))


@dataclass(frozen=True, slots=True)
class Grams:
    """The pieces of many texts, turned around: for each piece the texts that have it, with its weight there."""

    size: int
    """How many texts."""
    numbers: Numbers
    rarity: Floats
    """By column."""
    starts: Ints
    """Where each column's entries begin; one more at the end."""
    rows: Ints
    weights: Floats

    def scores(self, query: str) -> Floats:
        """Return the cosine of the query with each text, from 0 to 1."""
        found = [(self.numbers.get(piece, -1), count) for piece, count in pieces(query).items()]
        known = [(column, count) for column, count in found if 0 <= column < len(self.rarity)]
        if not known:
            return np.zeros(self.size, np.float32)
        columns = np.array([column for column, _ in known], np.int32)
        weights = _weights(np.array([count for _, count in known], np.int32), self.rarity[columns])
        weights /= np.linalg.norm(weights)
        entries = [slice(self.starts[column], self.starts[column + 1]) for column in columns]
        rows = np.concatenate([self.rows[each] for each in entries])
        parts = [self.weights[each] * weight for each, weight in zip(entries, weights, strict=True)]
        return np.bincount(rows, np.concatenate(parts), self.size).astype(np.float32)


def built(texts: Sequence[Pieces], numbers: Numbers) -> Grams:
    """Return the pieces of these texts, ready to be asked.

    A piece's weight is `(1 + ln count) × (1 + ln((1 + texts) / (1 + texts that have it)))`, each text's together of
    length 1: TF-IDF as it is commonly smoothed.
    """
    at = np.concatenate([np.zeros(0, np.int32), *(text.columns for text in texts)])
    counts = np.concatenate([np.zeros(0, np.int32), *(text.counts for text in texts)])
    rows = np.repeat(np.arange(len(texts), dtype=np.int32), [len(text.columns) for text in texts])
    having = np.bincount(at, minlength=len(numbers))
    rarity = (1 + np.log((1 + len(texts)) / (1 + having))).astype(np.float32)
    weights = _weights(counts, rarity[at])
    lengths = np.sqrt(np.bincount(rows, weights**2, len(texts)))
    weights = (weights / np.maximum(lengths, 1e-9)[rows]).astype(np.float32)
    order = np.argsort(at, kind="stable")
    starts = np.zeros(len(having) + 1, np.int32)
    np.cumsum(having, out=starts[1:])
    return Grams(len(texts), numbers, rarity, starts, rows[order], weights[order])


def _weights(counts: Ints, rarity: Floats) -> Floats:
    return ((1 + np.log(counts)) * rarity).astype(np.float32)
