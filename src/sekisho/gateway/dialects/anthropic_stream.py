"""A streamed message: the provider's events read one by one, and the state needed to end the stream well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from sekisho.gateway import sse
from sekisho.gateway.dialects.anthropic_say import block_events, ending, named, whole_stream
from sekisho.gateway.dialects.frames import frame_of
from sekisho.gateway.dialects.json import Path, encode, readable, splice
from sekisho.gateway.dialects.types import BlockKey, Channel, Item, ItemKind, MalformedAnswerError
from sekisho.gateway.dialects.usage import anthropic_usage
from sekisho.gateway.errors import Kind, error_body
from sekisho.gateway.runs import Frame
from sekisho.gateway.types import Notice, Request
from sekisho.link.journal import Usage
from sekisho.link.snapshot import Dialect


class _Delta(msgspec.Struct):
    type: str = ""
    text: str = ""
    thinking: str = ""
    partial_json: str = ""
    stop_reason: str | None = None


class _Message(msgspec.Struct):
    usage: Any = None
    content: list[dict[str, Any]] = []


class _Event(msgspec.Struct):
    type: str
    index: int = 0
    delta: _Delta | None = None
    content_block: dict[str, Any] | None = None
    message: _Message | None = None
    usage: Any = None


_decode = msgspec.json.Decoder(_Event).decode

TEXT_OF_DELTA = {
    "text_delta": ("text", Channel.TEXT),
    "thinking_delta": ("thinking", Channel.THINKING),
    "input_json_delta": ("partial_json", Channel.TOOL),
}
"""The deltas that carry text, by type: its field, and the channel of its block."""
SILENT_DELTAS = frozenset({"signature_delta", "citations_delta"})


class AnthropicWire:
    """Refuses what the SDKs do not read as it stands: an event under another name than its data's, which they pass
    over; a block that begins twice or not at all, which they put elsewhere; a message that begins anew."""

    def __init__(self, begun: int = -1) -> None:
        """`begun` is the last block that has begun."""
        self._begun = begun
        self._has_begun = False
        self.usage = Usage()
        self.stop_reason = ""
        self.is_complete = False
        self._is_started = False
        self._open: int | None = None
        self._next = 0

    def read(self, event: sse.Event) -> Sequence[Item]:
        if event.data is None:
            return (Item(ItemKind.NOW, event.raw),)
        if self.is_complete:
            raise MalformedAnswerError("The provider's stream goes on after its end.")
        try:
            told = _decode(event.data)
        except (ValueError, RecursionError) as problem:
            raise MalformedAnswerError("An event of the provider's stream cannot be read.") from problem
        if event.name.decode("latin-1") != told.type:
            raise MalformedAnswerError("An event of the provider's stream has another name than its data.")
        return (self._item(event.raw, told),)

    def _item(self, raw: bytes, told: _Event) -> Item:
        match told.type:
            case "content_block_delta" if told.delta is not None:
                if told.index > self._begun:
                    raise MalformedAnswerError("The provider's stream adds to a block that has not begun.")
                return _delta_item(raw, told.index, told.delta)
            case "content_block_start":
                if told.index <= self._begun:
                    raise MalformedAnswerError("The provider's stream begins a block again.")
                self._begun = told.index
                return _start_item(raw, told.index, told.content_block or {})
            case "content_block_stop":
                return Item(ItemKind.CLOSE, raw, block=_key(told.index))
            case "ping":
                return Item(ItemKind.NOW, raw)
            case "message_start":
                return self._begin(raw, told.message or _Message())
            case "message_delta":
                self.usage = anthropic_usage(told.usage, self.usage)
                self.stop_reason = (told.delta and told.delta.stop_reason) or self.stop_reason
                return Item(ItemKind.TERMINAL, raw)
            case "message_stop":
                self.is_complete = True
                return Item(ItemKind.TERMINAL, raw)
            case "error":
                return Item(ItemKind.ERROR, raw)
        return Item(ItemKind.ORDERED, raw, media=f"event:{told.type}")

    def _begin(self, raw: bytes, message: _Message) -> Item:
        if self._begun >= 0 or self._has_begun:
            raise MalformedAnswerError("The provider's stream begins again.")
        self._has_begun = True
        if message.content:
            raise MalformedAnswerError("The provider's stream begins with content, which has no place there.")
        self.usage = anthropic_usage(message.usage)
        return Item(ItemKind.ORDERED, raw, opens=True)

    def frame(self, item: Item) -> Frame | None:
        return frame_of(item, AnthropicWire(self._begun))

    def sent(self, item: Item) -> None:
        if item.block is None:
            self._is_started |= item.opens
        elif item.opens:
            self._open = item.block[2]
            self._next = max(self._next, item.block[2] + 1)
        elif item.kind is ItemKind.CLOSE:
            self._open = None

    def remake(self, item: Item, text: str) -> bytes:
        event = sse.parse(item.raw)
        told = _decode(event.data or b"")
        path: Path
        value: object = text
        if told.delta is not None:
            path = ("delta", TEXT_OF_DELTA[told.delta.type][0])
        else:
            field = {Channel.TEXT: "text", Channel.THINKING: "thinking"}.get(item.channel, "input")
            path = ("content_block", field)
            value = msgspec.Raw(text.encode() or b"{}") if field == "input" else text
        return sse.event(splice(event.data or b"", {path: value}), event.name)

    def rewrite(self, item: Item, shown: Mapping[BlockKey, str]) -> bytes:
        return item.raw  # nothing is said twice on this wire

    def delta(self, block: BlockKey, channel: Channel, text: str) -> bytes:
        kind = {found: kind for kind, (_, found) in TEXT_OF_DELTA.items()}.get(channel, "text_delta")
        return named(
            "content_block_delta", index=block[2], delta={"type": kind, TEXT_OF_DELTA[kind][0]: text}
        )

    def cut(self, notice: Notice, request: Request) -> bytes:
        return self._end("refusal", notice, request)

    def ticket(self, notice: Notice, request: Request) -> bytes:
        return self._end("end_turn", notice, request)

    def _end(self, stop: str, notice: Notice, request: Request) -> bytes:
        if not self._is_started:
            return whole_stream(request, notice, stop)
        closing = b"" if self._open is None else named("content_block_stop", index=self._open)
        said = block_events(self._next, notice.text)
        return closing + said + ending(stop, notice, self.usage.output_tokens)

    def complete(self) -> bytes:
        return b""

    def error(self, kind: Kind, message: str, request_id: str) -> bytes:
        return sse.event(error_body(Dialect.ANTHROPIC, kind, message, request_id), b"error")


def _key(index: int) -> BlockKey:
    return (0, "block", index)


def _delta_item(raw: bytes, index: int, delta: _Delta) -> Item:
    known = TEXT_OF_DELTA.get(delta.type)
    if known is None:
        media = "" if delta.type in SILENT_DELTAS else delta.type
        return Item(ItemKind.ORDERED, raw, media=media)
    return Item(ItemKind.TEXT, raw, (), _key(index), known[1], getattr(delta, known[0]))


def _start_item(raw: bytes, index: int, block: dict[str, Any]) -> Item:
    kind = str(block.get("type", ""))
    item = Item(ItemKind.TEXT, raw, (), _key(index), opens=True)
    if kind in ("text", "thinking"):
        item.channel = Channel(kind)
        item.text = str(block.get(kind) or "")
    elif kind.endswith("tool_use"):
        item.channel = Channel.TOOL
        item.name = str(block.get("name") or "")
        item.text = encode(block["input"]).decode() if block.get("input") else ""
    elif kind.endswith("tool_result"):
        item.channel = Channel.RESULT
        item.text = readable(opened(block))
    else:
        item.kind = ItemKind.ORDERED
        item.media = "" if kind == "redacted_thinking" else kind
    return item


def opened(value: object) -> object:
    """Return a provider's own tool result without what the provider has encrypted for itself."""
    if isinstance(value, dict):
        return {key: opened(inner) for key, inner in value.items() if not key.startswith("encrypted_")}
    return [opened(inner) for inner in value] if isinstance(value, list) else value
