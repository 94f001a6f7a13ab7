"""Words of appeals as plain values. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from statistics import median

from sekisho.base.text import Lang, Text
from sekisho.enforcement.types import Measure, Unit


class About(StrEnum):
    """What one can appeal against."""

    RESTRICTION = "restriction"
    """A measure and its statement of reasons."""
    DECISION = "decision"
    """What was blocked, changed or held in one request."""
    HOLD = "hold"
    """A held answer that a professional did not release."""
    REPORT = "report"
    """A report on which nothing was done (DSA art. 20(1))."""


class Outcome(StrEnum):
    UPHELD = "upheld"
    """The decision stands."""
    REVERSED = "reversed"
    """It is undone, as if it had never been."""
    CHANGED = "changed"
    """A milder measure takes its place."""


class Speaker(StrEnum):
    """For whom the person speaks who writes the appeal."""

    SELF = "self"
    PARENT = "parent"
    """Parent or guardian of a minor (R-SUP-127)."""
    REPRESENTATIVE = "representative"
    """Somebody whom the person, or the organisation, has asked to."""


class State(StrEnum):
    OPEN = "open"
    PROPOSED = "proposed"
    """One person would uphold a termination; a second one looks."""
    DECIDED = "decided"


class Gravity(StrEnum):
    """How grave a misuse of the channel is (DSA art. 23(3)(c))."""

    NUISANCE = "nuisance"
    HINDERS = "hinders"
    """It keeps others from being heard in time."""
    HARMS = "harms"
    """It harasses people, or is meant to get others restricted."""


class Purposeful(StrEnum):
    """Whether the misuse was meant, as far as that can be told (DSA art. 23(3)(d))."""

    UNKNOWN = "unknown"
    CARELESS = "careless"
    MEANT = "meant"


@dataclass(frozen=True, slots=True)
class Matter:
    """What is appealed against, in terms that both sides read."""

    about: About
    id: str
    """Of a restriction its statement (`sor_…`); of a decision `dec_…`; of a hold `rev_…`; of a report its case."""
    informed_at: datetime
    """When the person was told."""
    facts: Text
    unit: Unit | None = None
    """Whom it was done to; None for a report."""
    measure: Measure | None = None
    until: datetime | None = None
    clause: str = ""
    pack: str = ""
    """`name@version` of the policy in force when it happened; empty where no request is behind it."""
    restriction: str = ""
    decisions: tuple[str, ...] = ()
    """The decisions on which it rests, oldest first."""
    was_automatic: bool = False
    """Whether nobody but automation decided."""
    people: frozenset[str] = field(default=frozenset(), repr=False)
    """Who took part in the decision, by id."""
    concerns_minors: bool = False
    """Whether it was in a product for minors."""

    @property
    def organisation(self) -> str:
        return self.unit.organisation if self.unit else ""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was sent: neither name nor content has been looked at."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was accepted. The type is what its content says, and so is the ending of its name."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody writes in an appeal."""

    text: str = field(repr=False)
    speaker: Speaker = Speaker.SELF
    for_minor: bool = False
    email: str = ""
    """Where to write to; empty where the follow link is enough."""
    language: Lang = "en"
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """That an appeal has arrived."""

    id: str
    token: str
    """What goes into the link that follows it: `/appeals/<token>`."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a member of the appeals desk decides, and why."""

    outcome: Outcome
    reasons: Text
    measure: Measure | None = None
    """Of `CHANGED`: what takes its place."""
    until: datetime | None = None
    requests_per_minute: int | None = None
    unfounded: bool = False
    """Whether the appeal was manifestly unfounded. Counted against misuse of the channel, and nothing else."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """By what a misuse of the channel was judged, recorded with the measure (DSA art. 23(3))."""

    unfounded: int
    """How many appeals of the last year were manifestly unfounded."""
    decided: int
    """Of how many."""
    gravity: Gravity
    intent: Purposeful

    @property
    def share(self) -> float:
        return self.unfounded / self.decided if self.decided else 0.0


@dataclass(frozen=True, slots=True)
class AttachmentView:
    id: str
    name: str
    media_type: str
    bytes: int


@dataclass(frozen=True, slots=True)
class AppealView:
    """An appeal as everybody may see it who may see it at all: no words of the person, no names of staff."""

    id: str
    about: About
    matter: str
    organisation: str
    unit: Unit | None
    measure: Measure | None
    clause: str
    pack: str
    speaker: Speaker
    for_minors: bool
    language: Lang
    made_at: datetime
    due_at: datetime
    rests_until: datetime | None
    """Until when it waits, because the channel was misused; None for nearly everybody."""
    state: State
    outcome: Outcome | None
    reasons: Text | None
    restored: Mapping[str, int]
    """How much of what was put right: `strikes`, `restrictions`, `labels`, `credited_days`, `replaced`, `reopened`."""
    decided_at: datetime | None
    facts: Text

    def is_overdue(self, at: datetime) -> bool:
        return self.state is not State.DECIDED and at > self.due_at


@dataclass(frozen=True, slots=True)
class Precedent:
    """An earlier outcome under the same clause."""

    id: str
    outcome: Outcome
    measure: Measure | None
    decided_at: datetime
    reasons: Text


@dataclass(frozen=True, slots=True)
class QueueItem:
    """An appeal that waits, as the desk sees it."""

    appeal: AppealView
    held_by: str
    """Who has it on the desk now; empty when nobody has."""
    took_part: bool
    """Whether the reader took part in what is appealed against."""


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """Outcomes of one kind. It names the appeals, so that a report reconciles to them (P-072)."""

    about: About
    clause: str
    outcome: Outcome
    was_automatic: bool
    """Whether automation alone had decided what was appealed against."""
    appeals: tuple[str, ...]
    """Ids, first decided first."""
    days: tuple[float, ...]
    """From arrival to decision, in the order of `appeals`."""

    @property
    def count(self) -> int:
        return len(self.appeals)

    @property
    def median_days(self) -> float:
        return median(self.days)
