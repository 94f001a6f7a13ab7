"""Words of mail as plain values: what came in, what is believed of it, and what became of it. No Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Road(StrEnum):
    """How a mail came in. All three end in the same pipeline."""

    LISTENER = "listener"
    """By LMTP or SMTP, from the mail server in front."""
    IMAP = "imap"
    WEBHOOK = "webhook"


class Proof(StrEnum):
    """What the mail server in front says of who sent it (RFC 8601)."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """It says nothing, or nobody says which server is to be believed."""


class Fate(StrEnum):
    """What became of a mail that came in."""

    THREADED = "threaded"
    """Added to the case that its token names."""
    OPENED = "opened"
    """A case was opened from it."""
    HELD = "held"
    """Waits until its sender has opened the link that was sent to them (R-SUP-078). Nobody reads it before."""
    QUARANTINED = "quarantined"
    """Waits until somebody has looked (R-SUP-074)."""
    ATTACHED = "attached"
    """Was added to a case by somebody who looked."""
    DISMISSED = "dismissed"
    BOUNCED = "bounced"
    """Tells that a mail of ours did not arrive."""
    PASSED_OVER = "passed_over"
    """A machine's echo: it opens nothing, and is answered by nothing (R-SUP-075)."""


class Seal(StrEnum):
    """How a mail is encrypted, where it is. Nobody here can open it, and the reader is told so."""

    NONE = ""
    SMIME = "smime"
    PGP = "pgp"


@dataclass(frozen=True, slots=True)
class Piece:
    """A file that came with a mail, as it was sent."""

    name: str = field(repr=False)
    media_type: str
    """As the sender's program claims it."""
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Marks:
    """What decides on a mail before anybody reads it. Values of headers in lower case; empty where there is none."""

    envelope_sender: str = field(default="", repr=False)
    """`MAIL FROM`; empty for the null sender `<>`."""
    auto_submitted: str = ""
    precedence: str = ""
    is_list: bool = False
    """Whether it carries any `List-…` header."""
    content_type: str = ""
    suppress: str = ""
    """`X-Auto-Response-Suppress`."""
    is_ours: bool = False
    """Whether its Message-ID, or our own mark, says that we sent it."""
    is_echo: bool = False
    """Whether it carries the headers that other systems put on automatic answers, such as `X-Autoreply`."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, read as far as it can be."""

    marks: Marks
    senders: tuple[str, ...] = field(default=(), repr=False)
    """Every address in `From`, as written. A mail has one; who writes several is believed as none."""
    subject: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    """The plain text, or the words of the HTML; with what it quotes."""
    html: str = field(default="", repr=False)
    """The HTML part as it came, empty for none. Nothing shows it before `markup.shown` has gone over it."""
    language: str = ""
    """From `Content-Language`, as the sender's program gave it."""
    message_id: str = field(default="", repr=False)
    pieces: tuple[Piece, ...] = ()
    left_out: tuple[str, ...] = field(default=(), repr=False)
    """Names of files that were too many or too large to be kept beside the mail itself."""
    seal: Seal = Seal.NONE
    report: str = field(default="", repr=False)
    """Of a report of delivery: its statuses, as they were written."""
    problem: str = ""
    """Why it could not be read whole: `nested`, `many_parts` or `unreadable`; empty where it was."""

    @property
    def sender(self) -> str:
        """The one address that it says it is from; empty where there is none, or more than one."""
        return self.senders[0] if len(self.senders) == 1 else ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a report of delivery says of one address (RFC 3464)."""

    status: str
    """Enhanced status such as `5.1.1` (RFC 3463); empty where it names none."""
    action: str
    """`failed`, `delayed`, `delivered`, `relayed` or `expanded`; empty where it names none."""
    recipient: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Passing:
    """It is a machine's: nothing is opened, and nobody is answered."""

    because: str
    """`loop`, `null_sender`, `report`, `automatic`, `bulk`, `list` or `machine`."""


@dataclass(frozen=True, slots=True)
class Bouncing:
    """It tells of a mail of ours, whose id the address that it came to carries."""

    delivery: str


@dataclass(frozen=True, slots=True)
class Threading:
    """It belongs to a case: token and sender match."""

    case: str


@dataclass(frozen=True, slots=True)
class Opening:
    """It begins a case."""

    queue: str
    """A `cases.types.Queue`."""
    because: str
    """`mailbox`, or `authority` for a sender on the list of authorities."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A first letter to a mailbox for support: it waits until its sender confirms it."""

    queue: str


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Somebody looks at it first."""

    because: str
    """`failed_proof`, `wrong_token`, `wrong_sender`, `many_senders`, `unreadable`, `too_often` or `unknown_mailbox`."""


Way = Passing | Bouncing | Threading | Opening | Holding | Quarantine


@dataclass(frozen=True, slots=True)
class InboundView:
    """A mail that came in, as staff look at it."""

    id: str
    at: datetime
    road: Road
    queue: str
    fate: Fate
    because: str
    proof: Proof
    bytes: int
    sender: str = field(repr=False)
    """As written, never made to look like another's."""
    is_odd: bool
    """Whether the sender's address holds letters beyond ASCII, which may imitate somebody's."""
    subject: str = field(repr=False)
    text: str = field(repr=False)
    quoted: bool
    """Whether the text is shorter than the original, as what it quotes was left out."""
    html: str = field(repr=False)
    """Made harmless; empty where there was none."""
    files: tuple[str, ...] = field(repr=False)
    """Names, each with why it was not kept where it was not."""
    seal: Seal
    problem: str
    claimed: str
    """Reference of the case that its address names, without proof."""
    case: str
    """Id of the case that it became part of."""


@dataclass(frozen=True, slots=True)
class UndeliverableView:
    """That mail to an address comes back."""

    since: datetime
    code: str


@dataclass(frozen=True, slots=True)
class PauseView:
    """That nothing goes out now."""

    id: str
    since: datetime
    bounces: int
