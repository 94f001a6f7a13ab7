"""What is asked of the bot, what it may answer, and the one seam through which it is asked. Plain values, no Django."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from sekisho.base.text import Lang
from sekisho.support.types import Actor, Surface


class Speaker(StrEnum):
    """Who said a turn of the conversation."""

    PERSON = "person"
    BOT = "bot"


@dataclass(frozen=True, slots=True)
class Citation:
    """One version of an article that an answer stands on (R-SUP-004)."""

    version: str
    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that was said before. Data, never an instruction (R-SUP-038)."""

    speaker: Speaker
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Question:
    """All that the bot is told."""

    text: str = field(repr=False)
    language: Lang
    """In which to answer (R-SUP-041)."""
    actor: Actor
    """Only what this actor may read may be cited (R-SUP-005, R-SUP-031)."""
    surface: Surface
    turns: tuple[Turn, ...] = field(default=(), repr=False)
    """What was said before, the oldest first; bounded by whoever asks."""
    issue: str = ""
    """The issue that was picked; empty while none is."""
    conversation: str = ""
    """`cnv_…`, for counting; never shown to a model."""
    regions: frozenset[str] = frozenset()
    """Those whose duties apply here: their articles may be read too."""


class AnswerKind(StrEnum):
    """What an answer is. What happens next hangs on this word alone, never on the text (R-SUP-032)."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    """A question back."""
    ABSTAIN = "abstain"
    """No article says it (R-SUP-031)."""
    HANDOFF = "handoff"
    """People should answer; whether they can is decided by entitlement, not here."""
    REFUSE = "refuse"
    """It is against the usage policy."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer: every citation exists and may be read by the actor (R-SUP-033)."""

    kind: AnswerKind
    text: str = field(repr=False)
    citations: tuple[Citation, ...] = ()
    alternatives: tuple[Citation, ...] = ()
    """Up to three other articles (R-SUP-031)."""
    issue: str = ""
    """The issue that it seems to be, as a proposal to the person."""
    template: str = ""
    """Name of the template that the text came from, where code wrote it (R-SUP-034)."""
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the template was filled with."""


class Failure(StrEnum):
    """Why there is no answer (R-SUP-037). Counted by this word."""

    DOWN = "down"
    SLOW = "slow"
    INVALID = "invalid"
    """Its answer had no valid structure, twice."""
    BUDGET = "budget"
    REFUSED = "refused"
    """The gate let the question or the answer not pass."""


class BotFailedError(Exception):
    """There is no answer. The messenger then shows search, issues and the way to people on the same screen."""

    def __init__(self, why: Failure) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Source:
    """An article that was found for the reader, as a model may read it and the check holds answers against it."""

    version: str
    slug: str
    title: str
    body: str = field(repr=False)
    """Markdown, in the language of the answer where it is written in that."""
    other: str = field(default="", repr=False)
    """The same article in the other language; empty where there is none."""

    @property
    def citation(self) -> Citation:
        return Citation(self.version, self.slug, self.title)

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(text for text in (self.title, self.body, self.other) if text)


class Topic(StrEnum):
    """What is answered by a template that code fills, and never in a model's words (R-SUP-034)."""

    REFUND = "refund"
    CANCELLATION = "cancellation"
    DELETION = "deletion"
    EXPORT = "export"
    SUSPENSION = "suspension"
    LEGAL = "legal"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a model proposes, in the one form that is understood (R-SUP-032). Nothing of it is believed yet."""

    kind: AnswerKind
    text: str = field(default="", repr=False)
    citations: tuple[str, ...] = ()
    """Slugs."""
    issue_id: str = ""
    template: Topic | None = None


class Responder(Protocol):
    """Whoever answers: extracts of articles, a model behind the gate, or a test's script."""

    def answer(self, question: Question) -> Answer:
        """Return the whole answer. Raises `BotFailedError`."""

    def stream(self, question: Question) -> AsyncIterator[str | Answer]:
        """Yield pieces of text that may be shown already, each once and in order, and last of all the whole answer,
        which replaces them. An empty piece says that the answer has begun, and that the next may take its time.

        Raises `BotFailedError`, also after pieces; what was shown is then taken back."""
