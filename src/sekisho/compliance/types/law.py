"""What a file of law says, as values. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sekisho.base.text import Text
from sekisho.cases.rules.holidays import Region
from sekisho.compliance.types.stating import Regime


class Unit(StrEnum):
    MINUTES = "min"
    HOURS = "h"
    DAYS = "d"
    WORKING_DAYS = "wd"
    MONTHS = "mo"


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time, and how it is counted."""

    count: int
    unit: Unit
    from_next_day: bool = False
    """Whether the day of receipt does not count; then the term ends with its last day, and not at an hour."""
    rolls: bool = False
    """Whether a term that would end on a day without work ends with the next working day."""


@dataclass(frozen=True, slots=True)
class Cited:
    """Where something is written, and whether somebody has read it there."""

    article: str
    """Such as `16(4)`; empty for what is our own."""
    verified: bool
    """Whether the primary text was read; otherwise it is from memory or from commentary."""


class Matter(StrEnum):
    """What somebody brings: decides which clocks run."""

    NOTICE = "notice"
    COMPLAINT = "complaint"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class ClockRule:
    """What has to happen by when, once something arrives."""

    duty: str
    """`acknowledgement`, `outcome`, `effect`, … : the name of its clocks."""
    matter: Matter
    title: Text
    cited: Cited
    statutory: Text
    """What the law says, in words."""
    limit: Term | None
    """What the law says, where it counts."""
    target: Term | None
    """What we ship as our aim."""
    urgent: Term | None
    """The aim where a child or a life is in danger."""
    applies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Where it holds for fewer than the law does: field of the profile → values."""


@dataclass(frozen=True, slots=True)
class KindRule:
    """Something that one can complain about."""

    id: str
    cited: Cited
    title: Text
    plain: Text
    """The same so that a child understands it."""
    leads_to: str
    """`notice` or `appeal`, where there is a form of its own; empty for a complaint."""
    is_about_a_measure: bool


@dataclass(frozen=True, slots=True)
class Route:
    """Where somebody can take what we did not solve."""

    id: str
    name: Text
    what: Text
    url: str
    cited: Cited


@dataclass(frozen=True, slots=True)
class DutyRule:
    """Something that the law asks, and where the product does it."""

    id: str
    title: Text
    cited: Cited
    page: str
    """Path of the page that meets it; empty where no page does."""


@dataclass(frozen=True, slots=True)
class Law:
    """One regime: what its file says."""

    regime: Regime
    title: Text
    who: Text
    """For whom it is, in a few words: shown where people choose a form."""
    source: str
    url: str
    reviewed: date
    """When somebody last compared the file with the law."""
    review_days: int
    """After so many days somebody should again."""
    zone: str
    """IANA time zone in which its days begin and end."""
    holidays: Region
    """Whose public holidays are no working days; empty: only weekends are without work."""
    regions: tuple[str, ...]
    """Regions whose people it is for, as `Opening.region` names them."""
    applies: Mapping[str, tuple[str, ...]]
    """Field of the profile → values for which it applies; empty: always."""
    duties: tuple[DutyRule, ...]
    clocks: tuple[ClockRule, ...]
    kinds: tuple[KindRule, ...]
    routes: tuple[Route, ...]

    @property
    def not_verified(self) -> int:
        """How many duties and clocks nobody has read in the primary text."""
        duties = sum(not one.cited.verified for one in self.duties)
        return duties + sum(not one.cited.verified for one in self.clocks)

    def kind(self, id: str) -> KindRule | None:
        return next((one for one in self.kinds if one.id == id), None)


@dataclass(frozen=True, slots=True)
class Due:
    """A clock to be started: one duty has one for its aim, and one for the law's limit where there is one."""

    duty: str
    due: datetime
    is_statutory: bool
