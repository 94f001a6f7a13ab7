"""A streamed response. What it says it says up to four times: as deltas, at the end of the part, of the item,
and of the response. So where a text was changed, its repetitions are rewritten with what the client was
shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sekisho.gateway import sse
from sekisho.gateway.dialects.anthropic_stream import opened
from sekisho.gateway.dialects.json import decode, encode, readable
from sekisho.gateway.dialects.responses_say import ending, named, whole_stream
from sekisho.gateway.dialects.types import BlockKey, Channel, Item, ItemKind, MalformedAnswerError
from sekisho.gateway.dialects.usage import responses_usage
from sekisho.gateway.errors import Kind
from sekisho.gateway.runs import Frame
from sekisho.gateway.types import Notice, Request
from sekisho.link.journal import Usage

DELTAS = {
    "response.output_text.delta": ("text", "content_index", Channel.TEXT),
    "response.refusal.delta": ("refusal", "content_index", Channel.TEXT),
    "response.reasoning_text.delta": ("reasoning", "content_index", Channel.THINKING),
    "response.reasoning_summary_text.delta": ("summary", "summary_index", Channel.THINKING),
    "response.function_call_arguments.delta": ("arguments", "", Channel.TOOL),
    "response.custom_tool_call_input.delta": ("input", "", Channel.TOOL),
}
"""Events that add to a string: what it is called, which index it has inside its item, and its channel."""
DONE = {
    "response.output_text.done": ("text", "content_index", "text"),
    "response.refusal.done": ("refusal", "content_index", "refusal"),
    "response.reasoning_text.done": ("reasoning", "content_index", "text"),
    "response.reasoning_summary_text.done": ("summary", "summary_index", "text"),
    "response.function_call_arguments.done": ("arguments", "", "arguments"),
    "response.custom_tool_call_input.done": ("input", "", "input"),
}
"""Events that end a string and say it again whole: the same, and the field that holds it."""
ENDS = frozenset({"response.completed", "response.incomplete", "response.failed"})
BEGINS = frozenset({"response.created", "response.in_progress", "response.queued"})
SILENT = (
    "response.content_part.", "response.reasoning_summary_part.", "response.output_item.",
    "response.web_search_call.", "response.file_search_call.", "response.code_interpreter_call.",
    "response.mcp_", "response.output_text.annotation", )  # fmt: skip
"""Beginnings of the names of events that tell how far something is, or repeat what was said."""
CALLS = {"function_call": "arguments", "custom_tool_call": "input"}
WHOLE = ("message", "reasoning", *CALLS)
"""Items whose strings come as deltas; any other comes whole when it is done."""


MOST_PARTS = 1000
"""Parts that one item may have."""


class ResponsesWire:
    def __init__(self) -> None:
        self.usage = Usage()
        self.stop_reason = ""
        self.is_complete = False
        self._head: dict[str, Any] = {}
        self._number = 0
        self._ids: dict[int, str] = {}
        self._names: dict[int, str] = {}
        self._next = 0

    def read(self, event: sse.Event) -> Sequence[Item]:
        if event.data is None:
            return (Item(ItemKind.NOW, event.raw),)
        if self.is_complete:
            raise MalformedAnswerError("The provider's stream goes on after its end.")
        try:
            told = decode(event.data)
            return (self._item(event.raw, str(told["type"]), told),)
        except (ValueError, LookupError, TypeError, AttributeError) as problem:
            raise MalformedAnswerError("An event of the provider's stream cannot be read.") from problem

    def _item(self, raw: bytes, kind: str, told: dict[str, Any]) -> Item:
        if kind in DELTAS:
            return self._delta(raw, told, *DELTAS[kind])
        if kind in DONE:
            return self._done(raw, told, *DONE[kind])
        if kind in BEGINS:
            return Item(ItemKind.ORDERED, raw, opens=True, name="begins")
        if kind in ENDS:
            self.is_complete = True
            self.stop_reason = str(told["response"].get("status") or "")
            self.usage = responses_usage(told["response"].get("usage"))
            return Item(ItemKind.TERMINAL, raw, repeats=True)
        if kind == "error":
            return Item(ItemKind.ERROR, raw)
        if kind == "response.output_item.added":
            self._names[told["output_index"]] = str(told["item"].get("name") or "")
            if (field := CALLS.get(told["item"]["type"])) is not None:
                return self._call(raw, told, field)
        if kind == "response.output_item.done" and told["item"]["type"] not in WHOLE:
            return self._result(raw, told)
        is_known = kind.startswith(SILENT)
        repeats = "part" in told or "item" in told
        return Item(ItemKind.ORDERED, raw, repeats=repeats, media="" if is_known else kind)

    def _call(self, raw: bytes, told: dict[str, Any], field: str) -> Item:
        """The beginning of a call, which waits for its arguments."""
        at, item = int(told["output_index"]), told["item"]
        said = str(item.get(field) or "")
        self._ids[at] = str(item.get("id") or "")
        return Item(
            ItemKind.TEXT, raw, (), key(at, field, 0), Channel.TOOL, said, self._names[at], opens=True
        )

    def _delta(self, raw: bytes, told: dict[str, Any], field: str, index: str, channel: Channel) -> Item:
        said = told["delta"]
        if not isinstance(said, str):
            raise TypeError("delta is not a string")
        block = self._block(told, field, index)
        name = self._names.get(told["output_index"], "")
        return Item(ItemKind.TEXT, raw, (), block, channel, said, name, opens=True)

    def _done(self, raw: bytes, told: dict[str, Any], field: str, index: str, holder: str) -> Item:
        return Item(
            ItemKind.CLOSE, raw, (), self._block(told, field, index), text=str(told[holder]), repeats=True
        )

    def _result(self, raw: bytes, told: dict[str, Any]) -> Item:
        """What a tool of the provider brought: it comes whole, and is checked whole."""
        block = key(int(told["output_index"]), "result", 0)
        said = readable(opened(told["item"]))
        return Item(ItemKind.TEXT, raw, (), block, Channel.RESULT, said, opens=True)

    def _block(self, told: dict[str, Any], field: str, index: str) -> BlockKey:
        self._ids[int(told["output_index"])] = str(told["item_id"])
        return key(int(told["output_index"]), field, int(told[index]) if index else 0)

    def frame(self, item: Item) -> Frame | None:
        return None  # events are numbered here: none is like another

    def sent(self, item: Item) -> None:
        if not item.raw:
            return
        told = decode(sse.parse(item.raw).data or b"null")
        if isinstance(told, dict):
            self._number = told.get("sequence_number", self._number)
            self._next = max(self._next, told.get("output_index", -1) + 1)
            if item.name == "begins":
                self._head = told["response"]

    def remake(self, item: Item, text: str) -> bytes:
        event = sse.parse(item.raw)
        told = decode(event.data or b"")
        if "item" in told:
            told["item"][CALLS[told["item"]["type"]]] = text
        else:
            told["delta"] = text
        if "logprobs" in told:
            told["logprobs"] = []  # they spell out what is held or masked
        return sse.event(encode(told), event.name)

    def delta(self, block: BlockKey, channel: Channel, text: str) -> bytes:
        kind, (_, index, _) = next((kind, how) for kind, how in DELTAS.items() if how[0] == block[1])
        at, inner = divmod(block[2], MOST_PARTS)
        place: dict[str, object] = {"item_id": self._ids.get(at, ""), "output_index": at, "delta": text}
        if index:
            place[index] = inner
        if kind == "response.output_text.delta":
            place["logprobs"] = []
        return named(kind, self._number, **place)

    def rewrite(self, item: Item, shown: Mapping[BlockKey, str]) -> bytes:
        """Return an event that repeats texts with each as the client was shown it; its own bytes if it is so.

        Raises `MalformedAnswerError` for a text that never came as deltas, and so was never screened.
        """
        event = sse.parse(item.raw)
        told = decode(event.data or b"")
        again = Repetition(shown)
        at = told.get("output_index", 0)
        if told["type"] in DONE:
            field, index, holder = DONE[told["type"]]
            again.say(told, holder, key(at, field, told[index] if index else 0))
        elif "part" in told:
            again.part(told["part"], at, told.get("summary_index"), told.get("content_index"))
        elif "item" in told:
            again.item(told["item"], at)
        else:
            for number, one in enumerate(told["response"].get("output") or ()):
                again.item(one, number)
        return sse.event(encode(told), event.name) if again.is_changed else item.raw

    def cut(self, notice: Notice, request: Request) -> bytes:
        return self._end(notice, request, is_refusal=True)

    def ticket(self, notice: Notice, request: Request) -> bytes:
        return self._end(notice, request, is_refusal=False)

    def _end(self, notice: Notice, request: Request, *, is_refusal: bool) -> bytes:
        if not self._head:
            return whole_stream(request, notice, is_refusal=is_refusal)
        return ending(self._head, self._next, self._number + 1, notice, is_refusal)

    def complete(self) -> bytes:
        return b""

    def error(self, kind: Kind, message: str, request_id: str) -> bytes:
        return named("error", self._number + 1, code=kind.value, message=message, param=None)


class Repetition:
    """Puts what the client was shown in the place of what an event says again."""

    def __init__(self, shown: Mapping[BlockKey, str]) -> None:
        self._shown = shown
        self.is_changed = False

    def item(self, item: dict[str, Any], at: int) -> None:
        for index, part in enumerate(item.get("summary") or ()):
            self.part(part, at, index, None)
        for index, part in enumerate((item.get("content") or ()) if item.get("type") in WHOLE else ()):
            self.part(part, at, None, index)
        if (field := CALLS.get(str(item.get("type")))) is not None:
            self.say(item, field, key(at, field, 0))

    def part(self, part: dict[str, Any], at: int, summary: int | None, content: int | None) -> None:
        holder = "refusal" if part.get("type") == "refusal" else "text"
        if summary is not None:
            self.say(part, holder, key(at, "summary", summary))
        else:
            field = "reasoning" if part.get("type") == "reasoning_text" else holder
            self.say(part, holder, key(at, field, content or 0))

    def say(self, holder: dict[str, Any], field: str, key: BlockKey) -> None:
        said, shown = holder.get(field) or "", self._shown.get(key, "")
        if said and key not in self._shown:
            raise MalformedAnswerError("The provider's stream repeats what it never said.")
        if said and said != shown:
            holder[field] = shown
            self.is_changed = True
            if "logprobs" in holder:
                holder["logprobs"] = []


def key(item: int, field: str, index: int) -> BlockKey:
    """Return the block of one string: what it is called, and its places in the response and in its item."""
    if not 0 <= index < MOST_PARTS:
        raise ValueError("too many parts")
    return (0, field, item * MOST_PARTS + index)
