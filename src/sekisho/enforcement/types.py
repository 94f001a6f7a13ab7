"""Words of enforcement as plain values. No Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from sekisho.base.text import Text
from sekisho.policy.types import Ground, Severity
from sekisho.records.types import TurnRecord


class UnitKind(StrEnum):
    """What a measure can be taken against, from small to large (P-001)."""

    END_USER = "end_user"
    KEY = "key"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest unit that explains the behaviour (P-001)."""

    kind: UnitKind
    id: str
    """`key_…`, `org_…`, or the pseudonym of an end user."""
    organisation: str
    """The organisation it belongs to; for an organisation, its own id."""


class Measure(StrEnum):
    """A restriction that a gateway enforces."""

    THROTTLED = "throttled"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"


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
    """Weight of the clause, from the pack."""
    intent: Intent = Intent.UNCLEAR
    hard: bool = False
    """Whether the clause is a hard one (child safety, weapons of mass effect, …)."""


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
    because: tuple[Counted, ...]
    """Oldest first; empty in good standing."""
    recovers_at: datetime | None
    """When `rung` or `calls_for` next falls by itself, if no strike is added; None in good standing."""
    review_by: datetime | None
    """When a person must have looked, because automation suspended at once under a hard clause."""


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


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """One decision about one stage of one request (P-070). Codes, scores and positions; never content."""

    id: str
    turn: str
    organisation: str
    key: str
    end_user: str
    at: datetime
    stage: str
    """`prompt`, `output`, `tool_call` or `tool_result`."""
    action: str
    """`allow`, `annotate`, `modify`, `hold` or `block`."""
    pack: str
    """`name@version` of the policy in force at its moment (P-003)."""
    clause: str = ""
    language: str = "und"
    input_digest: str = ""
    grounds: tuple[Ground, ...] = ()
    """Gravest first; the first decided."""
    unscreened: tuple[str, ...] = ()
    screened_chars: int = 0
    took_us: int = 0
    shadow: bool = False
    """Whether it is what a draft of the policy would have decided (P-004): it acted on nothing."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What ingest has just stored, for the first time and in the same transaction. Content is still readable."""

    turns: tuple[TurnRecord, ...]
    decisions: tuple[DecisionRecord, ...]
    """Of these turns, those in the shadow left out: nothing follows from them."""


@dataclass(frozen=True, slots=True)
class DecisionFilter:
    """Which decisions to show. Empty fields do not narrow."""

    organisation: str = ""
    key: str = ""
    clause: str = ""
    actions: tuple[str, ...] = ()
    stage: str = ""
    since: datetime | None = None
    until: datetime | None = None
    """Excluded."""
    shadow: str = ""
    """What this draft would have decided, by its label; for staff. Empty for what was decided."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How often a draft in the shadow would have decided otherwise, or just so."""

    decided: str
    """The action that was taken."""
    would_be: str
    """The action that the draft would have taken."""
    clause: str
    """The clause that decided: the draft's, or where it names none, that of what was decided."""
    count: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some decisions, newest first, and how to ask for the next ones."""

    decisions: tuple[DecisionRecord, ...]
    next: str
    """Hand it back as `after`; empty on the last page."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many decisions fell into a bucket of time."""

    at: datetime
    """Where the bucket begins."""
    clause: str
    action: str
    count: int


APPEAL = Text(
    "You can appeal against this decision free of charge within six months. A person who had no part in it "
    "will look at it again.",
    "この決定に対しては、6か月以内に無料で異議を申し立てることができます。"
    "決定に関わっていない担当者があらためて確認します。",
)
"""What everybody under a restriction is told they can do (P-062)."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Why a restriction was laid on somebody, in terms that they are told (P-061)."""

    facts: Text
    is_own_initiative: bool = True
    """False when somebody reported it."""
    was_detected_automatically: bool = True
    was_decided_automatically: bool = False
    redress: Text = APPEAL


@dataclass(frozen=True, slots=True)
class RestrictionView:
    """A restriction with its statement of reasons."""

    id: str
    unit: Unit
    measure: Measure
    clause: str
    since: datetime
    until: datetime | None
    """None: until a person lifts it."""
    requests_per_minute: int | None
    statement_id: str
    statement: Statement
    imposed_by: tuple[str, ...]
    lifted_at: datetime | None = None

    def is_in_force(self, at: datetime) -> bool:
        return self.lifted_at is None and self.since <= at and (self.until is None or at < self.until)


class Desk(StrEnum):
    """Who found it."""

    REVIEW = "review"
    APPEAL = "appeal"


@dataclass(frozen=True, slots=True)
class Found:
    """What a person found about the text of a decision."""

    harmful: bool | None
    """Whether it violated, or asked to; None when it depends on what is not known."""
    labels: tuple[str, ...] = ()
    """Standards that it violated, high-risk domains that it was about."""
    advice: bool | None = None
    """Whether it asked for advice on somebody's own case; None when that was not the question."""


@dataclass(frozen=True, slots=True)
class Label:
    """What was last found about a decision."""

    id: str
    decision: DecisionRecord
    found: Found
    desk: Desk
    by: str
    """The person who found it."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """The text may be used."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """Why a text is not given: it is counted, and nothing of it goes out."""

    code: str
    """`turn_gone`, `zero_retention`, `no_consent`, `not_agreed`, `no_content`, `destroyed`."""
