"""From facts to the report of a period. Pure: the same facts make the same bytes.

Each section is told by one dimension at a time, and never by two together, as in the transparency report: so each table
stands for itself, and what is withheld in one cannot be worked out from another.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import ceil

from sekisho.base.facts import Fact
from sekisho.enforcement.transparency.rules.withholding import SMALLEST, is_small, withheld
from sekisho.enforcement.transparency.types import Period

SHARES = (50, 90, 95)
"""Percentiles of how long people waited."""


class Section(StrEnum):
    """What the report counts (spec 3.5)."""

    NOTICES = "notices"
    OWN_MEASURES = "own_measures"
    COMPLAINTS = "complaints"
    ACKNOWLEDGEMENTS = "acknowledgements"
    APPEALS = "appeals"
    DISPUTES = "disputes"
    SUSPENSIONS = "suspensions"
    AUTOMATION = "automation"
    STAFF = "staff"
    ORDERS = "orders"


DIMENSIONS: Mapping[Section, tuple[str, ...]] = {
    Section.NOTICES: (
        *("regime", "category", "trusted_flagger", "decision", "basis", "automation", "in_time"),
    ),
    Section.OWN_MEASURES: ("measure", "clause", "source", "decided"),
    Section.COMPLAINTS: ("regime", "kind", "complainant", "outcome", "in_time"),
    Section.ACKNOWLEDGEMENTS: ("regime", "matter", "in_time"),
    Section.APPEALS: ("about", "clause", "outcome"),
    Section.DISPUTES: ("outcome", "implemented"),
    Section.SUSPENSIONS: ("step", "gravity", "intent"),
    Section.AUTOMATION: ("measure", "result"),
    Section.STAFF: ("task", "language"),
    Section.ORDERS: ("country", "kind", "effect"),
}
"""By what each section is counted, in the order of the values of its facts."""
Facts = Mapping[Section, tuple[Fact, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """A section by one of its dimensions. Its numbers add up to the section's total."""

    dimension: str
    counts: Mapping[str, int | None]
    """By value, in its order; None where the number is withheld."""


@dataclass(frozen=True, slots=True)
class Part:
    section: Section
    total: int | None
    tables: tuple[Table, ...]
    waited_s: Mapping[int, int]
    """Percentile → seconds; empty where too few waited to say."""


@dataclass(frozen=True, slots=True)
class Report:
    period: Period
    profile: Mapping[str, str]
    parts: tuple[Part, ...]
    is_whole: bool


def report(period: Period, profile: Mapping[str, str], facts: Facts, *, is_whole: bool) -> Report:
    """Return the report. Unless it is `is_whole`, for staff, numbers so small that they could be somebody's are
    withheld, with as many others as keep them from being worked out."""
    parts = tuple(_part(section, facts.get(section, ()), is_whole) for section in Section)
    return Report(period, dict(profile), parts, is_whole)


def as_json(found: Report) -> str:
    """Return the report as JSON, ending with a newline."""
    written = {
        "since": found.period.since.isoformat(),
        "until": found.period.last.isoformat(),
        "profile": found.profile,
        "small_numbers_withheld": not found.is_whole,
        "sections": {part.section.value: _plain(part) for part in found.parts},
    }
    return json.dumps(written, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def as_csv(found: Report) -> str:
    """Return one line a number: section, dimension, value, count; empty where it is withheld. RFC 4180."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(("section", "dimension", "value", "count"))
    for part in found.parts:
        writer.writerows(_lines(part))
    return file.getvalue()


def _part(section: Section, facts: tuple[Fact, ...], is_whole: bool) -> Part:
    counts = {name: _counted(facts, at) for at, name in enumerate(DIMENSIONS[section])}
    hidden = {name: frozenset() if is_whole else withheld(some) for name, some in counts.items()}
    tells_nothing = not is_whole and (is_small(len(facts)) or None in hidden.values())
    tables = tuple(
        _table(name, some, frozenset(some) if tells_nothing else hidden[name] or frozenset())
        for name, some in counts.items()
    )
    return Part(section, None if tells_nothing else len(facts), tables, _waited(facts, is_whole))


def _table(dimension: str, counts: Mapping[str, int], hidden: frozenset[str]) -> Table:
    return Table(dimension, {one: None if one in hidden else counts[one] for one in sorted(counts)})


def _counted(facts: Iterable[Fact], at: int) -> dict[str, int]:
    return dict(Counter(fact.values[at] for fact in facts))


def _waited(facts: Iterable[Fact], is_whole: bool) -> dict[int, int]:
    took = sorted(fact.took for fact in facts if fact.took is not None)
    if not took or (len(took) < SMALLEST and not is_whole):
        return {}
    return {share: _seconds(took[max(0, ceil(len(took) * share / 100) - 1)]) for share in SHARES}


def _seconds(took: timedelta) -> int:
    return round(took.total_seconds())


def _plain(part: Part) -> dict[str, object]:
    return {
        "total": part.total,
        "waited_seconds": {f"p{share}": seconds for share, seconds in part.waited_s.items()},
        "by": {table.dimension: dict(table.counts) for table in part.tables},
    }


def _lines(part: Part) -> Iterator[tuple[str, str, str, object]]:
    name = part.section.value
    yield name, "total", "", "" if part.total is None else part.total
    for share, seconds in part.waited_s.items():
        yield name, "waited_seconds", f"p{share}", seconds
    for table in part.tables:
        for value, count in table.counts.items():
            yield name, table.dimension, value, "" if count is None else count
