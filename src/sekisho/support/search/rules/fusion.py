"""Several rankings made one: reciprocal rank fusion. Pure.

Ranks rather than scores, since those of different looks cannot be compared. Source: Cormack, Clarke and Büttcher,
"Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods", SIGIR 2009, with its k of 60.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

K = 60


def fused(rankings: Iterable[Sequence[str]]) -> list[tuple[str, float]]:
    """Return every name with the sum of `1 / (K + rank)` over the rankings that have it, the largest first; the same
    sum by name, so that equal questions get equal answers."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, name in enumerate(ranking, 1):
            scores[name] = scores.get(name, 0.0) + 1.0 / (K + rank)
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
