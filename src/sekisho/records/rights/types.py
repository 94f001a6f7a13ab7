"""Words of people's rights as plain values: requests, bundles, links, grants. No Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sekisho.base.inventory import Holder, Subject


class RequestKind(StrEnum):
    """What is asked for."""

    ACCESS = "access"
    """A copy of everything that is kept (GDPR, Article 15; R-DATA-236)."""
    PORTABILITY = "portability"
    """The same copy, to be taken elsewhere (GDPR, Article 20): it is machine-readable either way."""
    ERASURE = "erasure"
    """GDPR, Article 17; R-DATA-237."""


class RequestState(StrEnum):
    """How far a request has come. The words are stored: they never change."""

    RECEIVED = "received"
    VERIFYING = "verifying"
    """Somebody has to answer for it first: the owner, or the 72 hours of who cannot sign in."""
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REFUSED = "refused"


class Channel(StrEnum):
    """By which way a request came."""

    PAGE = "page"
    API = "api"
    LOCKED_OUT = "locked_out"
    """From somebody who cannot sign in (R-DATA-231)."""
    COMMAND = "command"


class Refusal(StrEnum):
    """Why a request was refused."""

    BY_OWNER = "by_owner"
    """The organisation does not let its members take their data along, and its owner said no (R-DATA-230)."""
    UNFOUNDED = "unfounded"
    """Staff found it manifestly unfounded or excessive (GDPR, Article 12(5))."""


class BundleState(StrEnum):
    BUILDING = "building"
    READY = "ready"
    LINKED = "linked"
    """Its one link is made: nothing but the link opens it now."""
    TAKEN = "taken"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for."""

    kind: RequestKind
    subject: Subject


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as those concerned and privacy staff see it."""

    id: str
    kind: RequestKind
    subject: Subject
    state: RequestState
    channel: Channel
    asked_by: str
    """A person, a key, or a process."""
    asked_at: datetime
    due_at: datetime
    """By when it is answered: `Calendar.request_due` after it was asked (R-DATA-235)."""
    begins_at: datetime
    """Not before then: later than `asked_at` for who could not sign in (R-DATA-231)."""
    finished_at: datetime | None
    refusal: Refusal | None
    waits_for_owner: bool
    done: int
    """Records in the bundle so far, or steps of the erasure."""
    total: int
    """How many there will be, as estimated; 0 while nobody knows."""
    left: int
    """What an erasure has not erased yet: it is never completed before this is 0 (R-DATA-237)."""
    receipt: str
    """Id of the receipt (`rcp_…`); empty before."""
    bundle: BundleState | None
    expires_at: datetime | None
    """When the bundle is destroyed, taken or not."""
    external: str = ""
    """The id that the controller gave it (OpenDSR)."""
    callbacks: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def share(self) -> int:
        """How much is done, in percent; 0 while nobody knows."""
        return min(100, 100 * self.done // self.total) if self.total else 0


OPEN = frozenset({RequestState.RECEIVED, RequestState.VERIFYING, RequestState.IN_PROGRESS})


@dataclass(frozen=True, slots=True)
class Link:
    """The one link to a bundle, at the only moment when it can be read."""

    request: str
    secret: str = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of a bundle, as its manifest names it."""

    name: str
    digest: str
    """Lower-case hexadecimal SHA-256."""
    bytes: int
    records: int


@dataclass(frozen=True, slots=True)
class GrantView:
    """What the subject lets those who answer one ticket read."""

    id: str
    ticket: str
    organisation: str
    granted_by: str
    conversations: tuple[str, ...]
    to: str
    """A staff role, `bot`, or a person."""
    made_at: datetime
    until: datetime
    revoked_at: datetime | None
    readings: int = 0
    """How often somebody read under it."""

    def is_in_force(self, at: datetime) -> bool:
        return self.revoked_at is None and self.made_at <= at < self.until


@dataclass(frozen=True, slots=True)
class AccessView:
    """Somebody read content: who by role, when, why. Never a name (R-DATA-238)."""

    at: datetime
    role: str
    """A staff role, `bot`, `system`, or `staff` where an old entry does not say."""
    purpose: str
    reason: str
    ticket: str
    turns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccessPage:
    """Readings, newest first, and how to ask for earlier ones."""

    readings: tuple[AccessView, ...]
    next: int | None
    """Hand it back as `before`; None when there are no more."""


HOLDERS = (Holder.ORGANISATION, Holder.END_USER, Holder.MEMBER)
"""Whose requests there are: an account's, an end user's of an organisation, a member's."""
