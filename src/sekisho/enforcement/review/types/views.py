"""Cases as they are seen: in a list, by their reviewer, by who reported."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sekisho.enforcement.review.types.words import About, Category, Gravity, Note, Source, State, Verdict
from sekisho.enforcement.types import Measure, Unit


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list. No content."""

    id: str
    reference: str
    source: Source
    category: Category
    about: About
    clause: str
    language: str
    gravity: Gravity
    state: State
    received_at: datetime
    due: datetime
    count: int
    """How many events it stands for: what repeats the same is added to the open case."""
    claimed_by: str
    """Empty when it is free."""
    claimed_until: datetime | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A measure that one person proposed, and a second has to confirm (P-060)."""

    by: str
    unit: Unit
    measure: Measure
    days: int | None
    clause: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as its reviewer sees it: what is needed to decide, and nothing of earlier answers to it."""

    row: CaseRow
    pack: str
    """Version of the policy as of the event, `name@version`; empty where none is known."""
    event_at: datetime
    agreed: bool
    weight: int
    proposal: Proposal | None
    revealed: bool
    is_mine: bool
    """Whether the viewer holds it now."""
    outcome: Verdict | None
    closed_at: datetime | None
    decision: str
    """The decision that it is about, else empty."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The least of a text that a reviewer needs, with personal data masked until it is revealed."""

    part: str
    """`prompt`, `output`, `tool_call`, `tool_result`, or `report` for the reporter's own words."""
    text: str = field(repr=False)
    masked: int
    """How many places are masked."""
    cut: bool
    """Whether there is more."""


@dataclass(frozen=True, slots=True)
class Precedent:
    """An earlier case under the same clause, with what became of it."""

    reference: str
    source: Source
    verdict: Verdict
    note: Note | None
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class ReportState:
    """What the person who reported sees."""

    reference: str
    received_at: datetime
    state: State
    source: Source
    category: Category
    outcome: Verdict | None
    note: Note | None
    closed_at: datetime | None
    appeal: str
    """Path at which a refusal to act is appealed; empty when there is nothing to appeal (DSA, article 20(1))."""

    @property
    def step(self) -> Literal["received", "in_review", "decided"]:
        """How far it has come, in the words of whoever waits."""
        if self.state is State.CLOSED:
            return "decided"
        return "received" if self.state is State.WAITING else "in_review"
