"""Words of safety records as plain values. No Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sekisho.records.types import TurnRecord


class State(StrEnum):
    """What people found. A false positive has no state: it is destroyed at once (R-DATA-241)."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Flagged:
    """A text that was blocked, and where in it."""

    turn: TurnRecord
    decision: str
    clause: str
    stage: str
    text: str = field(repr=False)
    span: tuple[int, int] | None = None
    """The place that the detector named, in characters; None where it named none."""


@dataclass(frozen=True, slots=True)
class RecordView:
    """A safety record, without its text."""

    id: str
    turn: str
    decision: str
    organisation: str
    clause: str
    stage: str
    state: State
    received_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """A safety record, with its text."""

    record: RecordView
    text: str = field(repr=False)


class Access(StrEnum):
    """How far a request to read has come."""

    WAITING = "waiting"
    OPEN = "open"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class RequestView:
    """Somebody's request to read one record."""

    id: str
    record: RecordView
    asked_by: str
    reason: str
    asked_at: datetime
    approved_by: str
    open_until: datetime | None
    access: Access


@dataclass(frozen=True, slots=True)
class MayApprove:
    """The two are two."""


@dataclass(frozen=True, slots=True)
class MayNotApprove:
    code: str
    """`own_request` or `not_waiting`."""
