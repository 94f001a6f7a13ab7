"""Decisions about single requests, and how they are asked for. No Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sekisho.policy.types import Ground
from sekisho.records.types import TurnRecord


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
