"""Words of records as plain values. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import msgspec

from sekisho.accounts.types import Plan


class Terms(StrEnum):
    """Under which terms a turn was made (R-DATA-001): they decide how long it lives and what it may be used
    for."""

    CONSUMER = "consumer"
    COMMERCIAL = "commercial"


class Part(StrEnum):
    """The parts of a turn's content, each encrypted by itself."""

    PROMPT = "prompt"
    ANSWER = "answer"
    WITHHELD = "withheld"
    """What the model said and the client was not given, as evidence for an appeal."""
    RELEASED = "released"
    """What the client was given after a professional had reviewed the answer (P-020)."""
    REVIEW = "review"
    """What reviewer and client told each other about the answer, and what the reviewer changed in it."""


class ContentClass(StrEnum):
    """By which clock content was begun, and so where its rows lie. The words are stored: they never change."""

    STANDARD = "std30"
    """The standard time, 30 days as shipped, or what the organisation chose (R-DATA-101, R-DATA-103)."""
    ALLOWED = "train5y"
    """Training was allowed: years (R-DATA-100)."""
    OTHER = "other"
    """Arrived when no partition waited for its day: it goes row by row."""


class StoredBlock(msgspec.Struct, frozen=True, omit_defaults=True):
    """One piece of a conversation as it is kept."""

    role: str
    kind: str
    text: str = ""
    digest: str = ""
    first_turn: str = ""
    """When set, the text is that of the block in an earlier turn, and is kept only there (R-DATA-108); without a text
    once that turn's content is gone."""
    number: int = 0
    """Its place among the different blocks of its conversation, from 1; 0 for one that was kept before there were
    numbers, or that has no digest."""


class Upstream(StrEnum):
    """Who really served a turn: only first-party turns can ever be given for training (R-DATA-044)."""

    FIRST_PARTY = "first_party"
    BEDROCK = "bedrock"
    VERTEX = "vertex"
    OTHER = "other"
    """A compatible server, the shipped fake, a proxy: nobody whose terms we know."""
    NONE = ""
    """Nobody was asked."""


class Product(StrEnum):
    """Through what a turn was made (R-DATA-045)."""

    API = "api"
    CODING = "coding"
    """A coding client: it names its session (`x-claude-code-session-id`)."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What was so when the turn was received. Later changes of plan or setting do not rewrite it (R-DATA-003)."""

    plan: Plan
    provider: str
    """Id of the route that answered; empty when none was asked."""
    zero_retention: bool
    received_at: datetime
    upstream: Upstream = Upstream.NONE
    product: Product = Product.API
    member: str = ""
    """The person (`usr_…`) for whom the key speaks; empty for a shared key or a service, which cannot consent
    (R-DATA-030)."""
    incognito: bool = False
    """Whether the client asked that the turn stay out of histories: never used for training (R-DATA-031)."""
    minors: bool = False
    """Whether the key is declared for minors: never used for training (R-DATA-008)."""
    consent_epoch: int | None = None
    """The consent epoch that the gateway knew of: 0 for none in force; None from gateways that do not say. What it
    says may only narrow (R-DATA-035)."""


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """One request through the gate. Metadata only; the content comes beside it."""

    id: str
    organisation: str
    key: str
    stamp: Stamp
    finished_at: datetime
    gateway: str
    dialect: str
    endpoint: str
    outcome: str
    status: int
    end_user: str = ""
    conversation: str = ""
    """Keyed digest by which the gateway groups turns; empty when it cannot tell."""
    model: str = ""
    streamed: bool = False
    usage: Mapping[str, int] = field(default_factory=dict)
    disclosure: str = ""
    review: str = ""
    flagged: bool = False
    """Whether anything but `allow` was decided about it (R-DATA-032)."""
    stages_us: Mapping[str, int] = field(default_factory=dict)
    content: Mapping[Part, tuple[StoredBlock, ...]] = field(default_factory=dict, repr=False)

    @property
    def subject(self) -> str:
        """Whose key protects the content: the end user's where one is named, else the organisation's."""
        return f"{self.organisation}/{self.end_user}"


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn as the people of its organisation see it: no content."""

    id: str
    organisation: str
    key: str
    end_user: str
    conversation: str
    received_at: datetime
    finished_at: datetime
    dialect: str
    endpoint: str
    outcome: str
    status: int
    model: str
    provider: str
    plan: str
    terms: str
    streamed: bool
    input_tokens: int
    output_tokens: int
    disclosure: str
    review: str
    zero_retention: bool
    has_content: bool
    stages_us: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class GatewaySeen:
    """A gateway as its journal tells of it."""

    name: str
    last_seen: datetime
    """When it received the latest turn that has arrived."""
    requests: int


@dataclass(frozen=True, slots=True)
class Destroyed:
    """The content was there and cannot be read again: its key was destroyed."""


@dataclass(frozen=True, slots=True)
class Readable:
    """The content of a turn. Blocks in the order of the conversation."""

    parts: Mapping[Part, tuple[StoredBlock, ...]] = field(repr=False)
