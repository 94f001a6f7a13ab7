"""What became of strikes, as pages, commands and other rooms read it. No Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sekisho.base.text import Text
from sekisho.enforcement.types.restrictions import Measure
from sekisho.enforcement.types.standing import Intent, Ladder, Rung
from sekisho.enforcement.types.units import Unit
from sekisho.policy.types import Severity


@dataclass(frozen=True, slots=True)
class StrikeView:
    """A strike, whatever has become of it."""

    id: str
    decision: str
    unit: Unit
    key: str
    at: datetime
    """From when it counts."""
    until: datetime
    """Until when it counts by the ladder in force, that instant excluded."""
    clause: str
    severity: Severity
    confidence: float
    intent: Intent
    hard: bool
    points: int
    """What it adds; 0 where it is excepted, or repeats another within the hour."""
    by: str
    """`system:ladder`, or the person who counted it."""
    exception: str = ""
    """The contract exception that spares it."""
    voided_at: datetime | None = None

    def counts(self, at: datetime) -> bool:
        return self.voided_at is None and self.points > 0 and self.at <= at < self.until


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit that has strikes, and how it stands."""

    unit: Unit
    rung: Rung
    calls_for: Rung
    points: int
    recovers_at: datetime | None
    strikes: int
    """Violations in the ladder's window, those that add nothing included."""
    clauses: tuple[tuple[str, int], ...]
    """How many of them under which clause, the most frequent first."""
    restricted: Measure | None
    """The gravest measure in force against it."""


class Why(StrEnum):
    """Why something waits for people."""

    ABOVE_AUTOMATION = "above_automation"
    """The strikes call for more than automation may do."""
    HARD_CLAUSE = "hard_clause"
    """Automation suspended at once, and a person has to look within a day."""
    AUTOMATION_STOPPED = "automation_stopped"
    """Automation has reached what it may do in a day."""


class Settled(StrEnum):
    """What a person did about a call."""

    RESTRICTED = "restricted"
    """Took a measure of their own, or let the one in force stand."""
    LEFT = "left"
    """Found that nothing more is needed."""
    OVERTURNED = "overturned"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A unit about which a person has to decide."""

    id: str
    unit: Unit
    rung: Rung
    """What the strikes call for, or what automation has done already."""
    why: Why
    clause: str
    decision: str
    """The last decision that led to it; empty where many units did together."""
    points: int
    at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Unwound:
    """What was undone. Empty throughout when it had been undone before."""

    strikes: tuple[str, ...] = ()
    """Decisions whose strikes count no more."""
    restrictions: tuple[str, ...] = ()
    """Restrictions that were lifted, or found never to have been right."""
    labels: int = 0
    """Findings withdrawn from evaluation."""
    credited_days: int = 0
    units: tuple[Unit, ...] = ()
    """Whose standing was reckoned anew."""


@dataclass(frozen=True, slots=True)
class LadderView:
    """A version of the ladder's numbers."""

    id: str
    version: str
    ladder: Ladder
    proposed_by: str
    proposed_at: datetime | None
    simulated_at: datetime | None
    simulation: dict[str, object] = field(default_factory=dict)
    approved_by: str = ""
    in_force_at: datetime | None = None
    applied_at: datetime | None = None
    is_in_force: bool = False


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A measure that waits for a second person."""

    id: str
    unit: Unit
    measure: Measure
    clause: str
    until: datetime | None
    facts: Text
    proposed_by: str
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class CreditView:
    """Paid time given back (R-SUP-126)."""

    restriction: str
    days: int
    since: datetime
    until: datetime
