"""What strikes are, and what they add up to. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from sekisho.policy.types import Severity


class Rung(IntEnum):
    """The steps of the ladder, from none to the last (P-060)."""

    GOOD = 0
    NOTICE = 1
    """The person is told, and nothing else changes."""
    WARNING = 2
    """The person is told what will follow."""
    THROTTLE = 3
    SUSPENSION = 4
    TERMINATION = 5

    @property
    def word(self) -> str:
        return self.name.lower()


class Intent(IntEnum):
    """How clearly the violation was meant, as a factor of its weight."""

    UNCLEAR = 1
    KNOWING = 2
    """Repeated after a notice about the same clause, or worded so as to get around the gate."""


@dataclass(frozen=True, slots=True)
class Strike:
    """One violation that counts against a unit. It counts from the day of notice: nobody climbs unawares."""

    id: str
    """The decision that it rests on; counted once, however often it is handed in."""
    at: datetime
    clause: str
    severity: Severity
    confidence: float = 1.0
    """Calibrated score of the finding, 0 to 1."""
    weight: int = 1
    """Weight of the clause, from the ladder in force when it was counted."""
    intent: Intent = Intent.UNCLEAR
    hard: bool = False
    """Whether the clause is a hard one (child safety, weapons of mass effect, …)."""
    text: str = ""
    """Keyed digest of the passage, by which a repetition is known; empty where nothing is known of it."""
    last_at: datetime | None = None
    """When the same text last came again within its hour; None: not again. It counts once, and from then on."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A strike that counts at the moment asked about, how much, and until when (that instant excluded)."""

    strike: Strike
    points: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How a unit stands at a moment, and why."""

    rung: Rung
    """What is in force by rule alone, before any person has decided."""
    calls_for: Rung
    """What the strikes call for. Above `rung`, it waits for people."""
    points: int
    """What counts now. As queries tell it, at most what the last rung takes: more changes nothing."""
    because: tuple[Counted, ...]
    """Oldest first; empty in good standing. Where there are more than the last rung needs, the latest of them: the
    others change neither the rung nor the hour at which it falls."""
    recovers_at: datetime | None
    """When `rung` or `calls_for` next falls by itself, if no strike is added; None in good standing."""
    review_by: datetime | None
    """When a person must have looked, because automation suspended at once under a hard clause."""
    units: int = 0
    """Of an organisation: how many of its end users and keys stand at a warning or worse."""


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides on a measure. Automation has no people in it."""

    people: frozenset[str] = frozenset()
    """Ids of the persons who have agreed."""


@dataclass(frozen=True, slots=True)
class Allowed:
    pass


@dataclass(frozen=True, slots=True)
class Refused:
    """Why something may not be done so."""

    code: str
    """Of a measure: `needs_person`, `needs_two_people`, `needs_end_date`, `ends_before_it_begins`. Of a label:
    `clause_unknown`, `harmless_violates_nothing`."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The numbers of the ladder. Those of `DEFAULT_LADDER` are our decision (P-060 gives the order, not the
    numbers)."""

    window_days: int = 90
    """Days for which a strike counts."""
    notice: int = 50
    """Points from which each rung is reached; a mild, sure violation is worth 100."""
    warning: int = 200
    throttle: int = 500
    suspension: int = 1000
    termination: int = 2000
    automatic_suspension_hours: int = 24
    """The longest that automation may suspend on its own (P-060)."""
    weights: Mapping[str, int] = field(default_factory=lambda: {"psych_harm": 0})
    """Weights of clauses, 1 for those that are not named. With 0 automation counts no strike under the clause: who
    is in distress gets care, and nothing counts against them (P-012)."""
    masked: int = 0
    """Weight of what was masked instead of refused, times that of its clause. 0: a card number in a letter is no
    misconduct, and the gate has taken it out."""
    knowing_after_minutes: int = 60
    """Minutes after a strike that was told, from which another one under its clause is knowing: time to read it."""
    spared_units: int = 2
    """How many units in bad standing an organisation may have before the next ones count against it."""
    unit_points: int = 100
    """What each further unit that stands at a warning or worse adds to its organisation's points."""
    throttled_requests_per_minute: int = 10
    throttled_models: tuple[str, ...] = ()
    """Shell patterns of the models that are left to who is throttled; empty: all."""
    throttled_tools_off: bool = True
    """Whether who is throttled may offer no tools to the model."""

    def weight(self, clause: str) -> int:
        return self.weights.get(clause, 1)
