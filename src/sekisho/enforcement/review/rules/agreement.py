"""How far reviewers agree beyond chance. Pure, and small enough to check by hand.

Sources: J. Cohen, "A coefficient of agreement for nominal scales" (1960); K. Krippendorff, "Computing Krippendorff's
alpha-reliability" (2011), sections A to C. The tests hold both against published examples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence


def cohen_kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Return the agreement of two reviewers who answered the same cases: 1 is perfect, 0 what chance gives.

    None where it means nothing: no cases, or both gave one and the same answer throughout.
    """
    if not pairs:
        return None
    total = len(pairs)
    first, second = Counter(one for one, _ in pairs), Counter(two for _, two in pairs)
    observed = sum(one == two for one, two in pairs) / total
    expected = sum(first[answer] * second[answer] for answer in first) / total**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def krippendorff_alpha(units: Iterable[Sequence[Hashable]]) -> float | None:
    """Return the agreement of any number of reviewers on nominal answers, cases with gaps included.

    `units` holds, for each case, the answers that were given; a case with fewer than two says nothing. None where
    nothing can be said: no pair at all, or one and the same answer throughout.
    """
    paired = [Counter(unit) for unit in units if len(unit) > 1]
    values: Counter[Hashable] = sum(paired, Counter())
    total = values.total()
    expected = total**2 - sum(count**2 for count in values.values())
    if not expected:
        return None
    observed = sum(
        (unit.total() ** 2 - sum(n**2 for n in unit.values())) / (unit.total() - 1) for unit in paired
    )
    return 1 - (total - 1) * observed / expected
