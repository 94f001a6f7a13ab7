"""A streamed chat completion: chunks read one by one, and the state needed to end the stream well.

A choice has several strings that grow side by side (content, refusal, reasoning, each tool call). Each is a
lane: one may be held while another flows. A chunk that speaks of several at once is told as several chunks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sekisho.gateway import sse
from sekisho.gateway.dialects.frames import frame_of
from sekisho.gateway.dialects.json import decode, encode
from sekisho.gateway.dialects.openai_say import DONE, chunk, ending, head, opening, whole_stream
from sekisho.gateway.dialects.types import BlockKey, Channel, Item, ItemKind, MalformedAnswerError
from sekisho.gateway.dialects.usage import openai_usage
from sekisho.gateway.errors import Kind, error_body
from sekisho.gateway.runs import Frame
from sekisho.gateway.types import Notice, Request
from sekisho.link.journal import Usage
from sekisho.link.snapshot import Dialect

CHANNELS = {
    "content": Channel.TEXT,
    "refusal": Channel.TEXT,
    "reasoning_content": Channel.THINKING,
    "reasoning": Channel.THINKING,
}
CALLS = ("tool_calls", "function_call")
KNOWN = frozenset({*CHANNELS, *CALLS, "role"})
"""What a delta may say that the gate understands. Other text is read like thinking; anything else is declared
as unscreened."""


class OpenAIWire:
    def __init__(self) -> None:
        self.usage = Usage()
        self.stop_reason = ""
        self._has_done = False
        self._begun: set[int] = set()
        self._ended: set[int] = set()
        self._head: dict[str, Any] = {}
        self._is_started = False
        self._open: set[int] = set()
        self._told: set[int] = set()

    @property
    def is_complete(self) -> bool:
        """Whether the end was said, or every choice has told why it ended: some servers leave out
        `[DONE]`."""
        return self._has_done or bool(self._ended and self._ended >= self._begun)

    def read(self, event: sse.Event) -> Sequence[Item]:
        if event.data is None:
            return (Item(ItemKind.NOW, event.raw),)
        if self._has_done:
            raise MalformedAnswerError("The provider's stream goes on after its end.")
        if event.name.startswith(b"thread."):  # the SDK takes it for another API's, and reads no text in it
            raise MalformedAnswerError("A chunk of the provider's stream has a name that hides it.")
        if event.data.startswith(b"[DONE]"):
            self._has_done = True
            return (Item(ItemKind.TERMINAL, event.raw),)
        try:
            return self._items(event.raw, decode(event.data))
        except (ValueError, TypeError, AttributeError, LookupError) as problem:
            raise MalformedAnswerError("A chunk of the provider's stream cannot be read.") from problem

    def _items(self, raw: bytes, told: dict[str, Any]) -> Sequence[Item]:
        if told.get("error"):
            return (Item(ItemKind.ERROR, raw),)
        if not self._head:
            self._head = {key: value for key, value in told.items() if key not in ("choices", "usage")}
        if told.get("usage"):
            self.usage = openai_usage(told["usage"])
        shares = [share for choice in told.get("choices") or () for share in self._shares(choice)]
        if not shares:
            return (Item(ItemKind.TERMINAL if told.get("usage") else ItemKind.NOW, raw),)
        if len(shares) == 1:
            item, _ = shares[0]
            item.raw = raw
            return (item,)
        for item, choice in shares:
            item.raw = sse.event(encode({**told, "choices": [choice]}))
        return [item for item, _ in shares]

    def _shares(self, choice: dict[str, Any]) -> Iterator[tuple[Item, dict[str, Any]]]:
        """The pieces of one choice in one chunk, each with the choice as it would be if it said nothing
        else."""
        index = int(choice["index"])
        self._begun.add(index)
        delta = choice.get("delta") or {}
        finish = choice.get("finish_reason")
        if finish:
            self.stop_reason = str(finish)
            self._ended.add(index)
        strange = {key for key, value in delta.items() if value and key not in KNOWN}
        media = next((key for key in strange if not isinstance(delta[key], str)), "")
        texts = {*CHANNELS, *CALLS, *(key for key in strange if isinstance(delta[key], str))}
        lead = {key: value for key, value in delta.items() if key not in texts}
        has_said = False
        for at, (item, said) in enumerate(_said(index, delta)):
            has_said = True
            item.media = media
            yield item, {**choice, "delta": {**({} if at else lead), **said}, "finish_reason": None}
            media = ""
        if finish:
            yield Item(ItemKind.TERMINAL, b"", (index, "finish"), media=media), {**choice, "delta": {}}
        elif not has_said:
            block = (index, "content", 0)
            yield Item(ItemKind.ORDERED, b"", block[:2], block, opens=True, media=media), choice

    def frame(self, item: Item) -> Frame | None:
        return frame_of(item, OpenAIWire())

    def sent(self, item: Item) -> None:
        self._is_started = True
        if item.block is not None:
            self._open.add(item.block[0])
            if item.text and item.block[1] == "content":
                self._told.add(item.block[0])

    def remake(self, item: Item, text: str) -> bytes:
        event = sse.parse(item.raw)
        told = decode(event.data or b"")
        choice = told["choices"][0]
        choice["logprobs"] = None  # they spell out what is held or masked
        field = item.block[1] if item.block else "content"
        delta = choice["delta"]
        if field == "tool_calls":
            call = delta["tool_calls"][0]
            kind, name = ("custom", "input") if "custom" in call else ("function", "arguments")
            call.setdefault(kind, {})[name] = text
        elif field == "function_call":
            delta["function_call"]["arguments"] = text
        else:
            delta[field] = text
        return sse.event(encode(told), event.name)

    def rewrite(self, item: Item, shown: Mapping[BlockKey, str]) -> bytes:
        return item.raw  # nothing is said twice on this wire

    def delta(self, block: BlockKey, channel: Channel, text: str) -> bytes:
        choice, field, index = block
        if field == "tool_calls":
            return chunk(self._head, choice, {field: [{"index": index, "function": {"arguments": text}}]})
        return chunk(self._head, choice, {field: {"arguments": text} if field == "function_call" else text})

    def cut(self, notice: Notice, request: Request) -> bytes:
        return self._end("content_filter", notice, request)

    def ticket(self, notice: Notice, request: Request) -> bytes:
        return self._end("stop", notice, request)

    def _end(self, finish: str, notice: Notice, request: Request) -> bytes:
        if not self._is_started or not self._head:
            return whole_stream(request, notice, finish)
        beginning = {**head(request, notice, "chat.completion.chunk"), **self._head}
        lead = "\n\n" if self._told else ""
        first = b"" if self._open else opening(beginning)
        return first + ending(beginning, sorted(self._open) or [0], finish, notice, lead)

    def complete(self) -> bytes:
        return b"" if self._has_done else DONE

    def error(self, kind: Kind, message: str, request_id: str) -> bytes:
        return sse.event(error_body(Dialect.OPENAI, kind, message, request_id)) + DONE


def _said(index: int, delta: dict[str, Any]) -> Iterator[tuple[Item, dict[str, Any]]]:
    """What one delta says, string by string, each with the delta that would say only this."""
    strange = {
        key: Channel.THINKING for key, value in delta.items() if key not in KNOWN and isinstance(value, str)
    }
    for field, channel in (CHANNELS | strange).items():
        if (text := delta.get(field)) is None:
            continue
        if not isinstance(text, str):
            raise TypeError(f"{field} is not a string")
        block = (index, field, 0)
        kind = ItemKind.TEXT if text else ItemKind.ORDERED
        yield Item(kind, b"", (index, field), block, channel, text, opens=True), {field: text}
    for call in delta.get("tool_calls") or ():
        said = call.get("function") or call.get("custom") or {}
        arguments = said.get("arguments") or said.get("input") or ""
        block = (index, "tool_calls", int(call["index"]))
        yield _call(block, said, arguments), {"tool_calls": [call]}
    if (call := delta.get("function_call")) is not None:
        yield _call((index, "function_call", 0), call, call.get("arguments") or ""), {"function_call": call}


def _call(block: BlockKey, said: dict[str, Any], arguments: str) -> Item:
    item = Item(ItemKind.TEXT, b"", block[:2], block, Channel.TOOL, arguments, opens=True)
    item.name = str(said.get("name") or "")
    if not isinstance(arguments, str):
        raise TypeError("arguments are not a string")
    return item
