"""Words of feedback as plain values. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sekisho.base.text import Text
from sekisho.records.redaction import Secret


class Kind(StrEnum):
    """Why somebody writes. All are of one class, under the same rules (R-DATA-075)."""

    BUG = "bug"
    THUMBS_UP = "thumbs_up"
    THUMBS_DOWN = "thumbs_down"


class Scope(StrEnum):
    """What goes along, as the client offers it (R-DATA-063). The client gathers it: nothing is added here."""

    TEXT = "text_only"
    SESSION = "current_session"
    DAY = "last_24_hours"
    """Of the project."""
    WEEK = "last_7_days"


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a transcript, as the sender's client has it."""

    role: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody is about to send."""

    kind: Kind
    text: str = field(repr=False)
    """In the person's own words; may be empty for thumbs."""
    scope: Scope = Scope.TEXT
    transcript: tuple[Said, ...] = field(default=(), repr=False)
    """Empty exactly for text alone."""
    about: str = ""
    """`sekisho-request-id` of the answer that it is about."""
    version: str = ""
    """Of the client."""
    os: str = ""
    provider: str = ""
    """By whom the client is served: `bedrock` and `vertex` turn feedback off (R-DATA-068)."""
    tracker: bool = False
    """Whether the person also asks for an issue in the public tracker, for this one report (R-DATA-066)."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: a key, with the person for whom it speaks, or a person who has signed in.

    Whoever holds a key acts as that key: they list and destroy what came with it, and nothing else of its maker's.
    """

    organisation: str
    key: str = ""
    member: str = ""
    zero_retention: bool = False
    """Whether the key or the request demands zero retention; the organisation's own word is asked besides."""

    @property
    def subject(self) -> str:
        """Below whose key the report's key hangs: erasing them makes the copy unreadable (R-DATA-072)."""
        return f"{self.organisation}/{self.member}"

    @property
    def name(self) -> str:
        """Under which a second sending of the same report is recognised."""
        return self.key or self.member


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides whether feedback may be sent at all."""

    is_switched_on: bool
    """False where the server was started with `DISABLE_BUG_COMMAND` (R-DATA-067)."""
    zero_retention: bool
    """Of organisation, key, request, or of the turn that it is about (R-DATA-070)."""
    product_feedback: bool
    """False where the organisation turned it off."""
    is_first_party: bool
    """False for a third-party platform, and where Bedrock or Vertex served (R-DATA-068)."""


@dataclass(frozen=True, slots=True)
class May:
    """It may be sent."""


@dataclass(frozen=True, slots=True)
class MayNot:
    code: str
    message: Text


@dataclass(frozen=True, slots=True)
class Issue:
    """What would stand in the public tracker: the typed text, version and operating system, and nothing else."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A draft as it would be kept: with its secrets redacted."""

    draft: Draft
    secrets: Mapping[Secret, int]
    """How many were found of each kind; best effort (R-DATA-064)."""
    issue: Issue | None
    """None unless the person asked for one."""
    bytes: int
    digest: str
    """Of all the above: sending names it, so that exactly what was shown is sent."""


class IssueState(StrEnum):
    NONE = "none"
    WAITING = "waiting"
    FILED = "filed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report, without its content."""

    id: str
    organisation: str
    kind: Kind
    scope: Scope
    about: str
    received_at: datetime
    expires_at: datetime
    bytes: int
    messages: int
    secrets: Mapping[str, int]
    version: str
    os: str
    issue: IssueState
    issue_url: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a report says."""

    text: str = field(repr=False)
    transcript: tuple[Said, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Choices:
    """What an organisation chose about feedback."""

    product_feedback: bool = True
    survey: bool | None = None
    """None: on, but off under zero retention. True: on, under zero retention too, as sums alone (R-DATA-088)."""


# --- the survey -------------------------------------------------------------------------------------------------
DISMISSED = 0
"""How the table writes that the question was dismissed (R-DATA-081)."""
RATINGS = (1, 2, 3, DISMISSED)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to the survey: all there is of it, and about nobody (R-DATA-084)."""

    day: date
    version: int
    """Of the survey's question."""
    rating: int
    """One of `RATINGS`."""
    client: int
    """Major version times a thousand, and minor version: 2.1 is 2001."""


@dataclass(frozen=True, slots=True)
class SurveyCircumstances:
    is_switched_on: bool
    zero_retention: bool
    chosen: bool | None
    """`Choices.survey`."""
    do_not_track: bool


@dataclass(frozen=True, slots=True)
class Month:
    """One closed month of the survey. None stands for a number that is withheld (R-DATA-091)."""

    first: date
    total: int | None
    ratings: Mapping[int, int | None]
    clients: Mapping[int, int | None]
