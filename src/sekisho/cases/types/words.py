"""Words of cases: what somebody brings to people, and how far it has come. No Django."""

from __future__ import annotations

from enum import StrEnum


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


class DeliveryKind(StrEnum):
    """What one mail is for. The words of each are MAIL's templates."""

    CONFIRMATION = "confirmation"
    """A case was opened: its reference, and when an answer is promised (R-SUP-070)."""
    CONFIRM_CONTACT = "confirm_contact"
    """The fixed text with a link, to an address that nobody has proven yet; no word of the sender in it (R-SUP-078)."""
    REPLY = "reply"
    """A message of the case."""
    CLOSING = "closing"
    """Staff settled the case: until when a reply opens it again (R-SUP-071)."""
    TRANSCRIPT = "transcript"
    """All that the addressee may read, asked for by them (R-SUP-022)."""
