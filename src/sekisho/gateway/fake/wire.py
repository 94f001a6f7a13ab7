"""The fake provider's answers as bytes of both wires, whole and as server-sent events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from sekisho.gateway.fake.scripts import Answer, Ask, Trouble

PIECE = 12
"""Characters in one delta."""
_json = msgspec.json.encode


def pieces(text: str, size: int = PIECE) -> Iterator[str]:
    size = max(size, len(text) // 200)
    return (text[at : at + size] for at in range(0, len(text), size))


def tokens(text: str) -> int:
    return max(1, len(text) // 4)


# -- Messages ------------------------------------------------------------------------------------------------


def message(ask: Ask, answer: Answer) -> bytes:
    content: list[dict[str, Any]] = []
    if answer.thinking:
        content.append({"type": "thinking", "thinking": answer.thinking, "signature": "ZmFrZQ=="})
    if answer.text:
        content.append({"type": "text", "text": answer.text})
    if answer.tool:
        arguments = msgspec.Raw(answer.arguments.encode())
        content.append({"type": "tool_use", "id": "toolu_fake01", "name": answer.tool, "input": arguments})
    return _json(_message(ask, content, "tool_use" if answer.tool else "end_turn", tokens(answer.text)))


def _message(ask: Ask, content: list[dict[str, Any]], stop: str | None, output_tokens: int) -> dict[str, Any]:
    return {
        "id": "msg_fake01",
        "type": "message",
        "role": "assistant",
        "model": ask.model,
        "content": content,
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": {"input_tokens": tokens(ask.prompt), "output_tokens": output_tokens},
    }


def message_events(ask: Ask, answer: Answer) -> Iterator[bytes]:
    """Yield the events of a streamed message, in order, one event a value."""
    yield _event({"type": "message_start", "message": _message(ask, [], None, 1)})
    for index, (block, deltas) in enumerate(_blocks(answer)):
        yield _event({"type": "content_block_start", "index": index, "content_block": block})
        if index == 0:
            yield _event({"type": "ping"})
        for delta in deltas:
            yield _event({"type": "content_block_delta", "index": index, "delta": delta})
            if answer.pings:
                yield _event({"type": "ping"})
        yield _event({"type": "content_block_stop", "index": index})
    stop = {"stop_reason": "tool_use" if answer.tool else "end_turn", "stop_sequence": None}
    yield _event({"type": "message_delta", "delta": stop, "usage": {"output_tokens": tokens(answer.text)}})
    yield _event({"type": "message_stop"})


def _blocks(answer: Answer) -> Iterator[tuple[dict[str, Any], Iterator[dict[str, Any]]]]:
    if answer.thinking:
        thoughts = [{"type": "thinking_delta", "thinking": part} for part in pieces(answer.thinking)]
        signed = [*thoughts, {"type": "signature_delta", "signature": "ZmFrZQ=="}]
        yield {"type": "thinking", "thinking": "", "signature": ""}, iter(signed)
    if answer.text:
        yield (
            {"type": "text", "text": ""},
            ({"type": "text_delta", "text": part} for part in pieces(answer.text)),
        )
    if answer.tool:
        start = {"type": "tool_use", "id": "toolu_fake01", "name": answer.tool, "input": {}}
        yield (
            start,
            ({"type": "input_json_delta", "partial_json": part} for part in pieces(answer.arguments)),
        )


def _event(body: dict[str, Any]) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (str(body["type"]).encode(), _json(body))


# -- Chat Completions ----------------------------------------------------------------------------------------


def completion(ask: Ask, answer: Answer) -> bytes:
    said: dict[str, Any] = {"role": "assistant", "content": answer.text or None, "refusal": None}
    if answer.tool:
        call = {"name": answer.tool, "arguments": answer.arguments}
        said["tool_calls"] = [{"id": "call_fake01", "type": "function", "function": call}]
    choice = {"index": 0, "message": said, "logprobs": None, "finish_reason": _finish(answer)}
    return _json({**_chunk_head(ask, "chat.completion"), "choices": [choice], "usage": _usage(ask, answer)})


def completion_events(ask: Ask, answer: Answer) -> Iterator[bytes]:
    yield _chunk(ask, {"role": "assistant", "content": ""})
    for part in pieces(answer.text):
        yield _chunk(ask, {"content": part})
    if answer.tool:
        function = {"name": answer.tool, "arguments": ""}
        yield _chunk(
            ask, {"tool_calls": [{"index": 0, "id": "call_fake01", "type": "function", "function": function}]}
        )
        for part in pieces(answer.arguments):
            yield _chunk(ask, {"tool_calls": [{"index": 0, "function": {"arguments": part}}]})
    yield _chunk(ask, {}, _finish(answer))
    if ask.wants_usage:
        usage = {**_chunk_head(ask, "chat.completion.chunk"), "choices": [], "usage": _usage(ask, answer)}
        yield b"data: %b\n\n" % _json(usage)
    yield b"data: [DONE]\n\n"


def _chunk(ask: Ask, delta: dict[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return b"data: %b\n\n" % _json({**_chunk_head(ask, "chat.completion.chunk"), "choices": [choice]})


def _chunk_head(ask: Ask, kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-fake01", "object": kind, "created": 1_757_894_400, "model": ask.model}


def _finish(answer: Answer) -> str:
    return "tool_calls" if answer.tool else "stop"


def _usage(ask: Ask, answer: Answer) -> dict[str, int]:
    taken, given = tokens(ask.prompt), tokens(answer.text)
    return {"prompt_tokens": taken, "completion_tokens": given, "total_tokens": taken + given}


# -- errors and models ---------------------------------------------------------------------------------------


def trouble(told: Trouble, is_openai: bool) -> bytes:
    if is_openai:
        return _json({"error": {"message": told.message, "type": told.type, "param": None, "code": None}})
    error = {"type": told.type, "message": told.message}
    return _json({"type": "error", "error": error, "request_id": "req_fake01"})


def models(names: tuple[str, ...], is_openai: bool) -> bytes:
    if is_openai:
        rows = [
            {"id": name, "object": "model", "created": 1_757_894_400, "owned_by": "fake"} for name in names
        ]
        return _json({"object": "list", "data": rows})
    made = "2025-09-15T00:00:00Z"
    cards = [{"type": "model", "id": name, "display_name": name, "created_at": made} for name in names]
    return _json({"data": cards, "has_more": False, "first_id": names[0], "last_id": names[-1]})
