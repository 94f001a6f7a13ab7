"""From counted groups to the report. Pure: the same groups make the same report.

Each section is told by one dimension at a time, and never by two together: so each table stands for itself, and what
is withheld in one cannot be worked out from another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from statistics import median_low

from sekisho.enforcement.transparency.rules.withholding import SMALLEST, is_small, withheld
from sekisho.enforcement.transparency.types import (
    DIMENSIONS,
    Cell,
    Group,
    Groups,
    Part,
    Period,
    Report,
    Section,
    Share,
    Table,
)


def report(period: Period, groups: Groups, *, is_whole: bool = False) -> Report:
    """Return the report of a period. With `is_whole`, for staff, nothing is withheld."""
    parts = tuple(_part(section, groups.get(section, ()), is_whole) for section in Section)
    error = _automation_error(groups.get(Section.SANCTIONS, ()), is_whole)
    return Report(period, parts, error, is_whole)


def counted(section: Section, groups: Iterable[Group], dimension: str) -> dict[str, int]:
    """Return how many there are of each value of a dimension."""
    at = DIMENSIONS[section].index(dimension)
    counts: Counter[str] = Counter()
    for group in groups:
        counts[group.values[at]] += group.count
    return {value: count for value, count in counts.items() if count}


def _part(section: Section, groups: tuple[Group, ...], is_whole: bool) -> Part:
    total = sum(group.count for group in groups)
    counts = {name: counted(section, groups, name) for name in DIMENSIONS[section]}
    hidden = {name: frozenset() if is_whole else withheld(some) for name, some in counts.items()}
    tells_nothing = not is_whole and (is_small(total) or None in hidden.values())
    tables = tuple(
        _table(name, some, frozenset(some) if tells_nothing else hidden[name] or frozenset())
        for name, some in counts.items()
    )
    return Part(section, None if tells_nothing else total, tables, _median_s(groups, is_whole))


def _table(dimension: str, counts: dict[str, int], hidden: frozenset[str]) -> Table:
    """Order by number, but withheld ones by value: their order would tell which is larger."""
    shown = sorted((value for value in counts if value not in hidden), key=lambda one: (-counts[one], one))
    cells = [Cell(value, counts[value]) for value in shown]
    return Table(dimension, (*cells, *(Cell(value, None) for value in sorted(hidden))))


def _median_s(groups: Iterable[Group], is_whole: bool) -> int | None:
    took = sorted(one for group in groups for one in group.took)
    if not took or (len(took) < SMALLEST and not is_whole):
        return None
    return round(median_low(took).total_seconds())


def _automation_error(groups: tuple[Group, ...], is_whole: bool) -> Share | None:
    """Return the share of automatic sanctions that were reversed, where the numbers behind it are told."""
    counts = counted(Section.SANCTIONS, groups, "decided")
    hidden = frozenset[str]() if is_whole else withheld(counts)
    wrong, right = "automation_reversed", "automation"
    of = counts.get(wrong, 0) + counts.get(right, 0)
    if not of or hidden is None or hidden & {wrong, right}:
        return None
    return Share(counts.get(wrong, 0), of)
