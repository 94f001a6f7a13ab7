"""Vectors as they are stored, and compared one by one: brute force, which some thousands do not notice. Pure numpy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sekisho.support.search.rules.grams import Floats

MOST = 5_000
"""Texts up to which vectors are compared one by one. Beyond, this look is left out (spec 4.1)."""
MOST_NUMBERS = 8_192
"""Longest vector that is taken from an endpoint."""


def packed(values: Sequence[float]) -> bytes:
    """Return a vector of length 1 as bytes. Raises `ValueError` for what is no vector."""
    vector = np.asarray(values, np.float32)
    length = float(np.linalg.norm(vector)) if vector.ndim == 1 else 0.0
    if not 1 <= vector.size <= MOST_NUMBERS or not np.isfinite(length) or length == 0:
        raise ValueError("An endpoint for embeddings gave something that is no vector.")
    return (vector / np.float32(length)).astype("<f4").tobytes()


def unpacked(data: bytes) -> Floats:
    return np.frombuffer(data, "<f4").astype(np.float32)


def nearest(query: bytes, names: Sequence[str], vectors: Sequence[bytes], limit: int) -> list[str]:
    """Return the names of the vectors at the smallest angle to the query, the nearest first. Vectors of another length
    are of another model, and are passed over."""
    fitting = [(name, data) for name, data in zip(names, vectors, strict=True) if len(data) == len(query)]
    if not fitting:
        return []
    scores = np.stack([unpacked(data) for _, data in fitting]) @ unpacked(query)
    return [fitting[at][0] for at in np.argsort(-scores, kind="stable")[:limit]]
