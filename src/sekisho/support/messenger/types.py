"""Words of conversations with the desk: issues and what they ask for, events, outcomes. Plain values, no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sekisho.accounts.types import Viewer
from sekisho.base.text import Lang, Text
from sekisho.cases.types import Kind as CaseKind
from sekisho.cases.types import Queue
from sekisho.support.types import Channel, Surface


class FieldKind(StrEnum):
    """How a detail is entered."""

    LINE = "line"
    LONG = "long"
    CHOICE = "choice"
    DATE = "date"
    TICK = "tick"
    """A box that is ticked or not."""


class Known(StrEnum):
    """What a session may know already; such a detail is not asked for (R-SUP-020)."""

    NOTHING = ""
    EMAIL = "email"
    ORGANISATION = "organisation"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a choice."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Field:
    """One detail that an issue asks for."""

    name: str
    label: Text
    kind: FieldKind = FieldKind.LINE
    is_optional: bool = False
    """Optional means optional: it may stay empty, and nothing comes of that (R-SUP-020)."""
    known: Known = Known.NOTHING
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Issues that stand under one heading."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that people come with (R-SUP-019): who may pick it, what it asks for, who looks at it."""

    id: str
    group: Group
    title: Text
    explanation: Text
    channel: Channel
    """It is offered to those for whom this channel is open."""
    people: Channel
    """It is handed to people for those for whom this channel is open."""
    surfaces: frozenset[Surface]
    queue: Queue
    kind: CaseKind
    fields: tuple[Field, ...] = ()
    template: str = ""
    """Name of the template with which the bot answers on money, deletion and the like (R-SUP-034)."""
    page: str = ""
    """Path of a page of its own, such as `/help/locked-out`; empty: it is handled in the conversation."""
    to_people_at_once: bool = False
    """Whether it goes to people as soon as its details are there, without the bot (R-SUP-036, R-SUP-061)."""
    signed_in_only: bool = False


class State(StrEnum):
    """Where a conversation stands."""

    OPEN = "open"
    HANDED_OVER = "handed_over"
    """A case was opened; answers come by mail and are mirrored (R-SUP-070)."""
    ENDED = "ended"


class Voice(StrEnum):
    """Who speaks."""

    PERSON = "person"
    BOT = "bot"
    TEAM = "team"
    DESK = "desk"
    """Words that code wrote: what is possible, where answers come from."""


class EventKind(StrEnum):
    """What happened. Stored words: they never change."""

    AGREED = "agreed"
    PICKED = "picked"
    DETAILED = "detailed"
    SAID = "said"
    ANSWERED = "answered"
    FAILED = "failed"
    """The bot gave no answer; search, issues and the way onward stand in its place (R-SUP-037)."""
    OPTIONS = "options"
    """What is open to this person (R-SUP-035)."""
    RESOURCES = "resources"
    """Where to turn in a crisis (R-SUP-042)."""
    AGE = "age"
    """The age issue is proposed (R-SUP-145)."""
    MOVE = "move"
    """To be signed in at the new host first (R-SUP-087)."""
    HANDED_OVER = "handed_over"
    RELAYED = "relayed"
    """It was sent to whoever speaks for the organisation (R-SUP-055)."""
    MIRRORED = "mirrored"
    """What the team wrote by mail, shown here too."""
    RATED = "rated"
    """Whether it answered the question, as the person says."""


class Outcome(StrEnum):
    """What became of a conversation, counted honestly (R-SUP-150)."""

    NONE = ""
    """It is still going on."""
    CONFIRMED = "confirmed"
    """The person said that it was answered."""
    SILENT = "silent"
    """They left. Never counted as answered."""
    HANDED_OVER = "handed_over"
    ABSTAINED = "abstained"
    FAILED = "failed"
    PENDING = "pending"
    """The person still waits to be answered. Told of this moment and never stored: nothing has become of it yet."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in a conversation. Never changed, only added to."""

    number: int
    """From 1 on without gaps, within the conversation: what `Last-Event-ID` says."""
    kind: EventKind
    voice: Voice
    text: str = field(repr=False)
    facts: Mapping[str, object]
    """What programs need: citations, the issue, options. Sealed like the text."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, from where, and about which account. What is open to them is asked anew each time (R-SUP-054)."""

    viewer: Viewer
    surface: Surface
    language: Lang
    organisation: str = ""
    """Of several accounts the chosen one (R-SUP-051)."""
    visitor: str = field(default="", repr=False)
    """The secret of a browser; what was begun without signing in is found by it."""
    regions: frozenset[str] = frozenset()
    """Those whose duties apply here: whose articles may be shown."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as its own person sees it, without what was said."""

    id: str
    reference: str
    """For people, such as `M7F3-92QD`."""
    surface: Surface
    organisation: str
    """The account that it is about; empty for none (R-SUP-051)."""
    person: str
    language: Lang
    state: State
    issue: str
    case: str
    case_reference: str
    last_event: int
    started_at: datetime
    asked_for_people: int = 0
    failures: int = 0
    """Answers in a row that were none."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed to before the first message is stored (R-SUP-018), with the version that is recorded."""

    version: str
    text: Text


@dataclass(frozen=True, slots=True)
class Said:
    """What became of a message."""

    conversation: Conversation
    to_answer: int = 0
    """Number of the message that the bot is to answer; 0: it is answered already, or not for the bot."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Conversations of a time by what became of them (R-SUP-150), and those that nobody has answered yet."""

    by_outcome: Mapping[Outcome, int]
    returned: int
    """Of the confirmed, those whose person came back about the same issue within seven days."""

    @property
    def pending(self) -> int:
        return self.by_outcome.get(Outcome.PENDING, 0)

    @property
    def ended(self) -> int:
        """All but those whose person still waits: they neither left nor were answered."""
        return sum(self.by_outcome.values()) - self.pending

    @property
    def resolved(self) -> int:
        """Confirmed and not returned; silent exits are never in it."""
        return self.by_outcome.get(Outcome.CONFIRMED, 0) - self.returned
