"""What every dialect gives: requests read, answers read, and the shapes in which the gate itself speaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, Protocol

import msgspec

from sekisho.detection.types import Role
from sekisho.gateway.dialects.json import Path
from sekisho.gateway.errors import Kind
from sekisho.gateway.runs import Frame, Run
from sekisho.gateway.sse import Event
from sekisho.gateway.types import Cut, Endpoint, Notice, Request
from sekisho.link.journal import Usage
from sekisho.policy.agents.trace import Step


class MalformedAnswerError(ValueError):
    """A provider's answer cannot be read, so it cannot be screened and is not passed on."""


class Channel(StrEnum):
    """What a block of an answer is, which decides how it is held."""

    TEXT = "text"
    THINKING = "thinking"
    """Released or cut, never masked: providers sign it, and a masked block could not be sent back."""
    TOOL = "tool_use"
    """Arguments of a tool call: held until complete and checked (P-032)."""
    RESULT = "tool_result"
    """What a tool brought on the provider's side, inside the answer."""

    @property
    def role(self) -> Role:
        return Role.TOOL_CALL if self is Channel.TOOL else Role.OUTPUT


BlockKey = tuple[int, str, int]
"""One block of a streamed answer: choice, channel's name on the wire, index."""


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """One readable part of a whole answer, and where its string stands in the body."""

    path: Path
    channel: Channel
    text: str
    """For tools, the JSON of the arguments."""
    name: str = ""
    """Name of the tool, for calls."""
    is_string: bool = True
    """Whether the body holds it as a string; otherwise as a JSON value (arguments in Messages)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, read."""

    parts: tuple[AnswerPart, ...]
    usage: Usage
    stop_reason: str
    unscreened: tuple[str, ...] = ()
    """Kinds of media in it that no detector reads."""


class ItemKind(Enum):
    """How one piece of a stream moves through the screen."""

    NOW = "now"
    """Passes at once, also while text is held: pings and comments."""
    ORDERED = "ordered"
    """Carries nothing to read; keeps its place among what does."""
    TEXT = "text"
    """Carries text of a block (or opens it): moves when that text is settled."""
    CLOSE = "close"
    """Ends its block; keeps its place."""
    TERMINAL = "terminal"
    """Belongs to the end of the stream: kept until the journal is durable."""
    ERROR = "error"
    """The provider's own error inside the stream: ends it, verbatim."""


class Item(msgspec.Struct):
    """One piece of a streamed answer: an event, or a share of one that speaks of several blocks.

    A `Struct` because one is made for each event: a dataclass takes four times as long.
    """

    kind: ItemKind
    raw: bytes
    lane: tuple[object, ...] = ()
    """Items of one lane keep their order. Choices, and the fields of one, are lanes of their own."""
    block: BlockKey | None = None
    channel: Channel = Channel.TEXT
    text: str = ""
    name: str = ""
    """Name of the tool, in the item that opens a call."""
    start: int = 0
    """Where its text begins in the block, in code points. Set by the screen."""
    opens: bool = False
    """Whether it makes the block known to the client."""
    repeats: bool = False
    """Whether it says texts again that came before (Responses do); see `Wire.rewrite`."""
    media: str = ""
    """Kind of media that it carries and no detector reads."""
    run: Run | None = None
    """The events that it stands for, when they are several."""

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class Wire(Protocol):
    """The state of one streamed answer on one wire: reads the provider's events and writes the gate's own."""

    usage: Usage
    stop_reason: str

    @property
    def is_complete(self) -> bool:
        """Whether the provider said all that it owes: the terminal event was seen."""
        ...

    def read(self, event: Event) -> Sequence[Item]:
        """Return the pieces of one event, in order. Raises `MalformedAnswerError` when it cannot be read."""
        ...

    def frame(self, item: Item) -> Frame | None:
        """Return the frame of an item that was just read; None where its event is like no other."""
        ...

    def sent(self, item: Item) -> None:
        """Take note that the client was given `item`, so that the stream can be ended well-formed."""
        ...

    def remake(self, item: Item, text: str) -> bytes:
        """Return the event of `item` with other text, and without what would betray the text it had."""
        ...

    def rewrite(self, item: Item, shown: Mapping[BlockKey, str]) -> bytes:
        """Return an item that `repeats`, each text as the client was shown it. Raises
        `MalformedAnswerError`."""
        ...

    def delta(self, block: BlockKey, channel: Channel, text: str) -> bytes:
        """Return a fresh event that adds `text` to a block."""
        ...

    def cut(self, notice: Notice, request: Request) -> bytes:
        """Return the events that end the stream here as a refusal that says why (P-050)."""
        ...

    def ticket(self, notice: Notice, request: Request) -> bytes:
        """Return the events that end the stream here with the ticket of a held answer (P-020)."""
        ...

    def complete(self) -> bytes:
        """Return what is still missing for a well-formed end after the terminal events that came."""
        ...

    def error(self, kind: Kind, message: str, request_id: str) -> bytes:
        """Return the event that ends a broken stream, in the provider's own shape."""
        ...


class Adapter(Protocol):
    """One wire, read and spoken."""

    history: str
    """Name of the field that holds the messages."""

    def read(self, endpoint: Endpoint, body: bytes, cuts: Sequence[Cut] = ()) -> Request:
        """Return the request in `body`, less the messages that are to be passed over. Raises `BadRequestError`
        when it is malformed or ambiguous."""
        ...

    def trace(self, body: dict[str, Any]) -> Iterable[Step]:
        """Return what the conversation in a request that was read has called, brought and said, oldest first."""
        ...

    def answer(self, body: bytes) -> Answer:
        """Return what a whole answer says. Raises `MalformedAnswerError` when it cannot be read."""
        ...

    def with_texts(self, body: bytes, texts: Mapping[AnswerPart, str]) -> bytes:
        """Return the answer with the texts of some parts replaced; all else in its own bytes."""
        ...

    def with_prefix(self, body: bytes, prefix: str) -> bytes | None:
        """Return the answer with `prefix` before its first text; None when it has no text to lead."""
        ...

    def blocked(self, request: Request, notice: Notice) -> bytes:
        """Return the body of a refusal that SDKs parse as an answer (P-050)."""
        ...

    def blocked_stream(self, request: Request, notice: Notice) -> bytes:
        """Return the same refusal as a whole stream, terminal event included."""
        ...

    def ticket(self, request: Request, notice: Notice) -> bytes:
        """Return the body that stands for an answer which waits for a person (P-020)."""
        ...

    def ticket_stream(self, request: Request, notice: Notice) -> bytes:
        """Return the same ticket as a whole stream."""
        ...

    def stream(self) -> Wire:
        """Return the state for one streamed answer."""
        ...
