"""What the clock answers. No Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sekisho.base.text import Text
from sekisho.records.types.content import Stamp


@dataclass(frozen=True, slots=True)
class TurnFacts:
    """Everything about one turn that its clock depends on, besides what happened later."""

    id: str
    organisation: str
    stamp: Stamp
    completed_at: datetime
    """When the answer was finished: consent counts only if it was held from receipt until then (R-DATA-024)."""
    end_user: str = ""
    conversation: str = ""
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a turn becomes unreadable for ever."""

    at: datetime
    rule: str
    """The requirement that decided, such as `R-DATA-101`."""
    sealed_at: datetime | None = None
    """From when on only the subject can read it, to take it along; None: not sealed (R-DATA-109)."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """When a turn is really destroyed: at its deadline, or once no legal hold needs it any more."""

    at: datetime | None
    """None while a hold without an end pins it."""
    hold: str = ""
    """The hold that pins it last; empty where none does."""


@dataclass(frozen=True, slots=True)
class Eligible:
    """The turn may be used for training."""

    rule: str


@dataclass(frozen=True, slots=True)
class Ineligible:
    """It may not, and why."""

    reason: str
    """A short word, such as `no_current_consent`, by which exports count what they left out."""
    rule: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is so for one turn, line by line, each with the requirement that it rests on: printed by the privacy page,
    the staff page, the access export and the receipt alike."""

    deadline: Deadline
    destroyed: Pinned
    training: Eligible | Ineligible
    lines: tuple[tuple[str, Text], ...]
    """Requirement and sentence."""
