"""Words of cases as plain values: what somebody brings to people, and how far it has come. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sekisho.accounts.types import Plan
from sekisho.base.text import Lang


class Kind(StrEnum):
    """What a case is about. All kinds share one table, so that desk, clocks and reports read the same rows."""

    SUPPORT = "support"
    LOCKED_OUT = "locked_out"
    SAFETY = "safety"
    NOTICE = "notice"
    """Somebody says that something is illegal, or against the policy (DSA art. 16)."""
    COMPLAINT = "complaint"
    """Somebody says that a duty was not met (R-SUP-133 to 135)."""
    APPEAL = "appeal"
    """Shows an appeal of the enforcement room at the desk; `about` is its id. It is decided there."""
    AUTHORITY = "authority"
    """An order of an authority. Sealed (R-SUP-140)."""


class Queue(StrEnum):
    """Who looks at it."""

    SUPPORT = "support"
    BILLING = "billing"
    SAFETY = "safety"
    LEGAL = "legal"
    PRIVACY = "privacy"
    IDENTITY = "identity"
    MINORS = "minors"
    APPEALS = "appeals"
    AUTHORITY = "authority"


class State(StrEnum):
    """How far it has come (R-SUP-071)."""

    NEW = "new"
    OPEN = "open"
    WAITING_FOR_ACTOR = "waiting_for_actor"
    WAITING_INTERNAL = "waiting_internal"
    SOLVED = "solved"
    CLOSED = "closed"


class Voice(StrEnum):
    """Who speaks in a message of a case."""

    REQUESTER = "requester"
    SPONSOR = "sponsor"
    """The owner who passed the question on, on behalf of the requester."""
    STAFF = "staff"
    BOT = "bot"
    SYSTEM = "system"
    """A template that code filled in."""


class Reach(StrEnum):
    """Who may read a message of a case."""

    EVERYBODY = "everybody"
    """Requester and sponsor, and staff."""
    SPONSOR = "sponsor"
    """Who speaks for the organisation, and staff; not a member (R-SUP-053)."""
    STAFF = "staff"
    """A note among staff."""


class Impact(StrEnum):
    """How much hangs on it, as the requester says."""

    NONE = "none"
    """Not asked."""
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


class DeliveryStatus(StrEnum):
    """How far one mail to one address has come (R-SUP-083)."""

    CREATED = "created"
    SENDING = "sending"
    DELIVERED = "delivered"
    """The next mail server has taken it, and no bounce came back."""
    TEMPORARY_FAILURE = "temporary-failure"
    PERMANENT_FAILURE = "permanent-failure"
    TECHNICAL_FAILURE = "technical-failure"


@dataclass(frozen=True, slots=True)
class Contact:
    """Where answers go."""

    email: str = field(default="", repr=False)
    is_proven: bool = False
    """Whether the address is the verified one of an account, or was confirmed by a link. To any other only one fixed
    text is ever sent (R-SUP-078)."""
    language: Lang = "en"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that came along. Its name is whatever the sender wrote."""

    name: str = field(repr=False)
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opening:
    """All that is known when a case is opened. Texts are sealed under the case's own key."""

    kind: Kind
    queue: Queue
    submission: str
    """Drawn by who opens it: opening again under the same one opens nothing, and returns the same case."""
    subject: str = field(repr=False)
    text: str = field(repr=False)
    contact: Contact
    surface: str
    """A `support.types.Surface`, kept as its word: that room stands a floor above."""
    requester: str = ""
    """`usr_…`; empty for somebody without an account."""
    organisation: str = ""
    sponsor: str = ""
    """`usr_…` of the owner on whose word it comes."""
    issue: str = ""
    """Name of the issue that was picked, such as `cannot_sign_in`."""
    details: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the issue asked for, by name of the field."""
    about: str = ""
    """Id of what it concerns: a statement, an appeal, a notice, another case."""
    region: str = ""
    """As the person said it: an ISO 3166-1 code, `EU`, or empty."""
    plan: Plan | None = None
    impact: Impact = Impact.NONE
    entitlements: Mapping[str, object] = field(default_factory=dict)
    """Snapshot of who might ask whom at this moment, with rules and version (R-SUP-052)."""
    transcript: str = field(default="", repr=False)
    """What was said to the bot before, as text."""
    cited: tuple[str, ...] = ()
    """Ids of the versions of articles that were cited (R-SUP-004)."""
    enclosures: tuple[Enclosure, ...] = ()
    received_at: datetime | None = None
    """When it first reached us, where that was elsewhere or by another form: it stays when a case is moved
    (R-SUP-137). None: now."""
