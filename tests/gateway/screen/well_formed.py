"""Whether a stream is one that a client can read from its first event to its last, told without the gate's own code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sekisho.gateway.types import Endpoint


def check(endpoint: Endpoint, events: Sequence[Any]) -> None:
    """Assert that the data of a stream's events are in an order that the wire knows."""
    assert events, "The stream is empty."
    WIRES[endpoint]([event for event in events if _type(event) != "ping"])


def _type(event: Any) -> str:
    return str(event.get("type", "")) if isinstance(event, dict) else str(event)


def _messages(events: Sequence[Any]) -> None:
    """`message_start`, blocks one after the other, `message_delta`, `message_stop`; or an `error` that ends all."""
    is_started, opened, was_told, is_over = False, None, False, False
    for event in events:
        assert not is_over
        kind = _type(event)
        if kind == "error":
            is_over = True
            continue
        assert is_started is (kind != "message_start"), f"{kind} has no place here"
        match kind:
            case "message_start":
                is_started = True
            case "content_block_start":
                assert opened is None
                opened = event["index"]
            case "content_block_delta":
                assert opened == event["index"]
            case "content_block_stop":
                assert opened == event["index"]
                opened = None
            case "message_delta":
                assert opened is None
                was_told = True
            case "message_stop":
                assert was_told
                is_over = True
    assert is_over


def _chunks(events: Sequence[Any]) -> None:
    """Chunks of one completion, each choice beginning with who speaks and ending once, then `[DONE]`; or an error,
    at which every SDK stops reading: providers send nothing after theirs, the gate `[DONE]` after its own."""
    chunks = [event for event in events if event != "[DONE]"]
    if chunks and "error" in chunks[-1]:
        assert list(events) in (chunks, [*chunks, "[DONE]"])
        chunks = chunks[:-1]
    else:
        assert list(events) == [*chunks, "[DONE]"]
        assert any(choice["finish_reason"] for chunk in chunks for choice in chunk["choices"])
    assert len({chunk["id"] for chunk in chunks}) <= 1
    ended: set[int] = set()
    for at, chunk in enumerate(chunks):
        for choice in chunk["choices"]:
            assert at or choice["delta"].get("role") == "assistant"
            assert choice["index"] not in ended
            if choice["finish_reason"]:
                ended.add(choice["index"])


def _responses(events: Sequence[Any]) -> None:
    """`response.created`, then items, then how the response ended; or an `error` that ends all."""
    ends = ("response.completed", "response.incomplete", "error")
    kinds = [_type(event) for event in events]
    assert kinds[0] in ("response.created", "error")
    assert [at for at, kind in enumerate(kinds) if kind in ends] == [len(kinds) - 1]
    added: set[int] = set()
    for event, kind in zip(events, kinds, strict=True):
        if kind == "response.output_item.added":
            added.add(event["output_index"])
        elif "output_index" in event:
            assert event["output_index"] in added, f"{kind} speaks of an item that was never added"


WIRES = {
    Endpoint.MESSAGES: _messages,
    Endpoint.CHAT_COMPLETIONS: _chunks,
    Endpoint.RESPONSES: _responses,
}
