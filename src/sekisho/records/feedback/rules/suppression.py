"""Which numbers of the survey are told, so that no small group can be seen or worked out (R-DATA-091). Pure.

A table lists every group that it knows, those without an answer too. Groups below `SMALLEST` are withheld; so that
they cannot be worked out from the total, the next smallest are withheld with them, until of each withheld number it
could be that it is nothing, and could be that it is `SMALLEST` or more. What is known to whoever reads the table: n
withheld numbers with the sum S, none above M, the smallest that is told. So each can be nothing when the others can
hold S, which is S ≤ (n - 1) M, and can be as large as the smaller of S and M. Where no choice is that open, nothing of
the table is told, its total included.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

SMALLEST = 10
"""The smallest group that is told. Source: R-DATA-091."""

Key = TypeVar("Key", int, str)


def told(counts: Mapping[Key, int], smallest: int = SMALLEST) -> tuple[int | None, dict[Key, int | None]]:
    """Return the total and each number, None for what is withheld. The same counts always tell the same."""
    ordered = sorted(counts, key=lambda key: (counts[key], key))
    small = sum(counts[key] < smallest for key in ordered)
    total = sum(counts.values())
    if total < smallest:
        return None, dict.fromkeys(counts)
    if not small:
        return total, dict(counts)
    for upto in range(max(small, 2), len(ordered) + 1):
        hidden = ordered[:upto]
        most = min((counts[key] - 1 for key in ordered[upto:]), default=total)
        if _is_open(sum(counts[key] for key in hidden), upto, most, smallest):
            return total, {key: None if key in hidden else counts[key] for key in counts}
    return None, dict.fromkeys(counts)


def _is_open(left: int, count: int, most: int, smallest: int) -> bool:
    return left <= (count - 1) * most and min(left, most) >= smallest
