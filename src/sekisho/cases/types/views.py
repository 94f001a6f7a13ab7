"""Cases as their readers see them: plain values, with what is sealed opened and what is not theirs left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sekisho.accounts.types import Plan
from sekisho.base.text import Lang
from sekisho.cases.types.opening import Contact
from sekisho.cases.types.words import DeliveryKind, DeliveryStatus, Impact, Kind, Queue, Reach, State, Voice


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case. To staff its contact is masked; to everybody, what was destroyed reads as empty."""

    id: str
    reference: str
    """For people, such as `K7F3-92QD`."""
    kind: Kind
    queue: Queue
    state: State
    subject: str = field(repr=False)
    contact: Contact
    language: Lang
    surface: str
    requester: str
    organisation: str
    sponsor: str
    issue: str
    details: Mapping[str, str] = field(repr=False)
    about: str
    region: str
    plan: Plan | None
    impact: Impact
    entitlements: Mapping[str, object]
    transcript: str = field(repr=False)
    """Empty to who speaks for the organisation without having asked: it is the requester's own."""
    cited: tuple[str, ...]
    received_at: datetime
    opened_at: datetime
    changed_at: datetime
    settled_at: datetime | None
    legal_due: datetime | None
    """When the next legal clock runs out; None when none runs."""
    target_due: datetime | None
    """By when we have promised to answer; None when nothing is owed."""
    held_by: str = ""
    """Whose desk it is on; empty to everybody but staff."""
    held_until: datetime | None = None
    is_readable: bool = True
    """Whether its words are still there: their time may be over, or the requester erased."""

    @property
    def due(self) -> datetime | None:
        """Return the moment by which something has to happen, whatever for."""
        return min((one for one in (self.legal_due, self.target_due) if one), default=None)


@dataclass(frozen=True, slots=True)
class EnclosureView:
    """A file of a case, without its content."""

    id: str
    case: str
    name: str = field(repr=False)
    media_type: str
    bytes: int


@dataclass(frozen=True, slots=True)
class MessageView:
    id: str
    case: str
    at: datetime
    voice: Voice
    by: str
    """`usr_…`, `system:…`, or empty for somebody without an account. To customers, of staff always empty."""
    reach: Reach
    text: str = field(repr=False)
    cited: tuple[str, ...] = ()
    enclosures: tuple[EnclosureView, ...] = ()
    translated_from: Lang | None = None
    """The language that it was written in, where a machine's translation was sent (R-SUP-084)."""


@dataclass(frozen=True, slots=True)
class ClockView:
    """A duty with its term. In calendar time for what law sets, in business time for what we promise."""

    id: str
    case: str
    duty: str
    regime: str
    """Name of the law's profile, such as `dsa`; empty for our own target."""
    starts: datetime
    due: datetime
    met_at: datetime | None

    def is_late(self, at: datetime) -> bool:
        """Return whether it was met too late, or has run out by `at`. The last instant is in time."""
        return (self.met_at or at) > self.due


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One line of a case's history; lines are only ever added (R-SUP-071)."""

    at: datetime
    by: str
    what: str
    """`state`, `queue`, `kind`, `sponsor`, `contact`, `link`."""
    old: str
    new: str
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One mail to one address, as far as it has come."""

    id: str
    case: str
    message: str
    kind: DeliveryKind
    status: DeliveryStatus
    email: str = field(repr=False)
    language: Lang
    created_at: datetime
    code: str = ""
    """What the last attempt was answered, such as `5.1.1`."""
