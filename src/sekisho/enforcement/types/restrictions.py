"""Restrictions, and the statements that come with them. No Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sekisho.base.text import Text
from sekisho.enforcement.types.units import Unit


class Measure(StrEnum):
    """A restriction that a gateway enforces."""

    THROTTLED = "throttled"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"


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
