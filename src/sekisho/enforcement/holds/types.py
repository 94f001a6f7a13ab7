"""Words of held answers as plain values. No Django.

A *hold* is an answer that waits for a professional who is qualified in its domain (P-020). Its id is the ticket that
the client was given (`rev_…`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sekisho.base.text import Text

DOMAINS: dict[str, Text] = {
    "hr_legal": Text("Law", "法律"),
    "hr_healthcare": Text("Healthcare", "医療"),
    "hr_insurance": Text("Insurance", "保険"),
    "hr_finance": Text("Finance", "金融"),
    "hr_employment_housing": Text("Employment and housing", "雇用・住居"),
    "hr_academic": Text("Tests, accreditation and admissions", "試験・認定・入学選考"),
    "hr_media": Text("Media and journalism", "報道・出版"),
}
"""The seven high-risk domains. Source: the usage policy, part two (P-022)."""


class HoldState(StrEnum):
    WAITING = "waiting"
    """For a professional to take it."""
    CLAIMED = "claimed"
    """One professional has it, until the lease ends."""
    FACTS_ASKED = "facts_asked"
    """The client was asked something without which no answer can be given."""
    RELEASED = "released"
    RELEASED_EDITED = "released_edited"
    REJECTED = "rejected"
    EXPIRED = "expired"
    """Nobody decided in time, or nothing is left to decide on. Nothing was given."""

    @property
    def is_open(self) -> bool:
        return self in OPEN

    @property
    def is_released(self) -> bool:
        return self in (HoldState.RELEASED, HoldState.RELEASED_EDITED)


OPEN = frozenset({HoldState.WAITING, HoldState.CLAIMED, HoldState.FACTS_ASKED})


class Ended(StrEnum):
    """Why a hold expired."""

    TIME = "time"
    NO_DRAFT = "no_draft"
    """Nothing of the answer was kept, so there is nothing that could be reviewed."""
    ERASED = "erased"
    """The conversation was erased while its answer waited."""


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold without a word of its content: what the organisation's people and the queue see."""

    id: str
    """`rev_…`, the ticket."""
    turn: str
    organisation: str
    key: str
    end_user: str
    domain: str
    """One of `DOMAINS`; of an answer that was held because a check was missing, the clause that wanted it (or empty),
    and then any reviewer may decide."""
    language: str
    """BCP 47, `und` when it cannot be told."""
    jurisdiction: str
    """Where the professional has to be licensed (`JP`, `US-CA`); empty for anywhere."""
    policy: str
    """`name@version` that held it."""
    state: HoldState
    since: datetime
    due_at: datetime
    """When somebody should have decided: the next of reminder, escalation and expiry."""
    expires_at: datetime
    escalated_at: datetime | None
    claimed_by: str
    """The person who has it, or decided."""
    lease_until: datetime | None
    decided_at: datetime | None
    ended: str = ""
    """For an expired one, a word of `Ended`."""
    rounds: int = 0
    """How often facts were asked for."""

    @property
    def needs_professional(self) -> bool:
        return self.domain in DOMAINS


# --- what a reviewer sees -----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Said:
    """One piece of what was said, readable."""

    role: str
    """`system`, `user`, `assistant`, `tool`; of the dialogue about an answer, `reviewer` or `client`."""
    kind: str
    """`text`, `thinking`, `tool_use`, …; of the dialogue, `question`, `facts` or `reason`."""
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A hold with its content, for the one who has claimed it."""

    view: HoldView
    before: tuple[Said, ...]
    """What was said in the conversation before; the latest turns of it."""
    prompt: tuple[Said, ...]
    draft: str = field(repr=False)
    """The text that would be given."""
    beside: tuple[Said, ...] = ()
    """What else the model produced (thinking, calls of tools). None of it is ever released."""
    dialogue: tuple[Said, ...] = ()
    """Questions and facts, oldest first."""


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some holds, the next deadline first."""

    holds: tuple[HoldView, ...]
    next: str
    """Hand it back as `after`; empty on the last page."""


@dataclass(frozen=True, slots=True)
class ProfessionalView:
    """A registration as the viewer may see it."""

    id: str
    """`pro_…`"""
    person: str
    name: str
    """As it stands on the licence."""
    domains: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    licence: str
    """The number; masked but for its last characters, unless the viewer registers people or is the person."""
    valid_until: date
    evidence: str
    organisation: str
    registered_by: str
    registered_at: datetime
    ended_at: datetime | None

    def is_valid(self, at: datetime) -> bool:
        return self.ended_at is None and at.date() <= self.valid_until


# --- what the holder of the ticket is told ------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Waiting:
    """A person has not decided yet."""

    id: str
    since: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class FactsAsked:
    """The reviewer needs to know something first. Answer with `actions.add_facts`."""

    id: str
    question: str = field(repr=False)
    asked_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """A released answer, as it was given: plain text, with what has to stand beside it."""

    disclosure: str
    """That it comes from an AI (P-021). Show it before the text."""
    text: str = field(repr=False)
    note: str = ""
    """That a qualified professional reviewed it. Show it after the text."""
    salt: str = field(default="", repr=False)
    """Hexadecimal; with it the digests in the attestation can be checked against the text."""

    @property
    def whole(self) -> str:
        """The three, one after the other, as a person should read them."""
        return "\n\n".join(part for part in (self.disclosure, self.text, self.note) if part)


@dataclass(frozen=True, slots=True)
class Released:
    id: str
    at: datetime
    edited: bool
    answer: Answer | None
    """None when the conversation was erased after the release."""
    attestation: str
    """The signed attestation as JSON (`attestation.py` verifies it offline)."""


@dataclass(frozen=True, slots=True)
class Rejected:
    id: str
    at: datetime
    reason: str = field(repr=False)
    """In the professional's own words; empty when the conversation was erased since."""


@dataclass(frozen=True, slots=True)
class Expired:
    id: str
    at: datetime
    ended: Ended


TicketView = Waiting | FactsAsked | Released | Rejected | Expired
