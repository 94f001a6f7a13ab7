"""Words of the transparency report. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum


class Section(StrEnum):
    """What the report counts."""

    DECISIONS = "decisions"
    """What the gate decided, one or more a request."""
    SANCTIONS = "sanctions"
    """Restrictions imposed on end users, keys and organisations."""
    APPEALS = "appeals"
    """Appeals decided."""
    REPORTS = "reports"
    """Reports received from people."""
    HOLDS = "holds"
    """Answers in high-risk domains that waited for a professional."""
    EXCEPTIONS = "exceptions"
    """Contract exceptions in effect at the end."""


DIMENSIONS: Mapping[Section, tuple[str, ...]] = {
    Section.DECISIONS: ("action", "clause", "language", "unit"),
    Section.SANCTIONS: ("measure", "clause", "decided", "unit"),
    Section.APPEALS: ("about", "clause", "outcome", "decided_by"),
    Section.REPORTS: ("source", "category", "outcome"),
    Section.HOLDS: ("domain", "state"),
    Section.EXCEPTIONS: ("scope",),
}
"""By what each section is counted, in the order of the values of its facts."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, UTC."""

    since: date
    until: date
    """Excluded."""

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.since, datetime.min.time(), UTC)

    @property
    def ends(self) -> datetime:
        return datetime.combine(self.until, datetime.min.time(), UTC)

    @property
    def last(self) -> date:
        return self.until - timedelta(days=1)

    @property
    def id(self) -> str:
        """How addresses name it: `2026-01-01..2026-03-31`, both days included."""
        return f"{self.since}..{self.last}"

    def overlaps(self, other: Period) -> bool:
        return self.since < other.until and other.since < self.until


@dataclass(frozen=True, slots=True)
class Group:
    """So many things of a section with the same values."""

    values: tuple[str, ...]
    count: int
    took: tuple[timedelta, ...] = ()
    """How long people waited, for those of them of which it is known."""


Groups = Mapping[Section, tuple[Group, ...]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of the report."""

    value: str
    """What is counted: a word of its dimension; empty for none."""
    count: int | None
    """None where the number is withheld."""


@dataclass(frozen=True, slots=True)
class Table:
    """A section by one of its dimensions. Its cells add up to the section's total."""

    dimension: str
    cells: tuple[Cell, ...]
    """The most frequent first, withheld ones last; then by value."""


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the report."""

    section: Section
    total: int | None
    tables: tuple[Table, ...]
    median_s: int | None
    """Half of those who waited did so for so many seconds or less; None where too few waited to say."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of something, with what it is a share of."""

    part: int
    of: int

    @property
    def percent(self) -> float:
        return 100 * self.part / self.of


@dataclass(frozen=True, slots=True)
class Report:
    """The numbers of a period."""

    period: Period
    parts: tuple[Part, ...]
    automation_error: Share | None
    """Automatic sanctions that were reversed, of all automatic ones; None where that would tell too much."""
    is_whole: bool = False
    """Whether every number is given, for staff; otherwise small ones are withheld."""


@dataclass(frozen=True, slots=True)
class Published:
    """A report as it was published. It never changes."""

    report: Report
    published_at: datetime
    published_by: str
    digest: str
    """SHA-256 of its JSON."""
    document: str = field(repr=False)
    """The JSON itself."""
