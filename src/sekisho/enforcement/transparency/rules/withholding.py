"""Which numbers are withheld, so that nobody can be picked out of them. Pure.

A number from one to four could be about somebody whom others know. Withheld alone, it could be worked out from the
total and the other numbers; so others are withheld with it until it could be any of several. One mark stands for all
of them: if one could see which are small, the others would narrow it down.

What can be worked out: there are n withheld numbers, with the sum S that the others leave. Each is at least 1, as its
row is listed, and at most M, the smallest number that is told, as the smallest are withheld. So each lies between
S - (n - 1) M, or 1, and S - (n - 1), or M. And one of them at least is small, as else none were withheld. So it is
asked that each could be 1, and could be `OPEN` more than that.

Source of the threshold: five is customary in official statistics (for example Hundepool et al., *Statistical
Disclosure Control*, 2012, chapter 4); the law names none (DSA art. 15, 24).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SMALLEST = 5
"""The smallest number that is told."""
OPEN = SMALLEST - 1
"""How many values besides 1 each withheld number could have."""


def withheld(counts: Mapping[str, int]) -> frozenset[str] | None:
    """Return the keys whose numbers are withheld; None when nothing of the table may be told, the total included.

    Every count is at least one; none is small: nothing is withheld. The same counts always withhold the same.
    """
    if any(count < 1 for count in counts.values()):
        raise ValueError("a table lists what happened: every count is at least 1")
    ordered = sorted(counts, key=lambda key: (counts[key], key))
    small = [key for key in ordered if counts[key] < SMALLEST]
    if not small:
        return frozenset()
    for upto in range(len(small), len(ordered) + 1):
        told = [counts[key] for key in ordered[upto:]]
        if upto > 1 and _is_open([counts[key] for key in ordered[:upto]], told):
            return frozenset(ordered[:upto])
    return None


def is_small(count: int) -> bool:
    """Return whether a number by itself is too small to be told. Nothing is no number of anybody."""
    return 0 < count < SMALLEST


def _is_open(counts: Sequence[int], told: Sequence[int]) -> bool:
    left, others = sum(counts), len(counts) - 1
    most = min(told, default=left)
    return left - others * most <= 1 and min(most, left - others) > OPEN
