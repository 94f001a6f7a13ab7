"""The fake provider's answers on the Responses wire, whole and as server-sent events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from sekisho.gateway.fake.scripts import Answer, Ask
from sekisho.gateway.fake.wire import pieces, tokens


def response(ask: Ask, answer: Answer) -> bytes:
    return msgspec.json.encode(_response(ask, answer, "completed", list(_items(answer))))


def response_events(ask: Ask, answer: Answer) -> Iterator[bytes]:
    """Yield the events of a streamed response, in order, one event a value."""
    for number, event in enumerate(_events(ask, answer)):
        kind = str(event["type"]).encode()
        yield b"event: %b\ndata: %b\n\n" % (kind, msgspec.json.encode(event | {"sequence_number": number}))


def _events(ask: Ask, answer: Answer) -> Iterator[dict[str, Any]]:
    yield {"type": "response.created", "response": _response(ask, answer, "in_progress", [])}
    items = list(_items(answer))
    for index, item in enumerate(items):
        yield from (_call_events if item["type"] == "function_call" else _text_events)(index, item)
    yield {"type": "response.completed", "response": _response(ask, answer, "completed", items)}


def _text_events(index: int, item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    place = {"output_index": index, "item_id": item["id"], "content_index": 0}
    [part] = item["content"]
    opening = item | {"status": "in_progress", "content": []}
    yield {"type": "response.output_item.added", "output_index": index, "item": opening}
    yield {"type": "response.content_part.added", **place, "part": part | {"text": ""}}
    for piece in pieces(part["text"]):
        yield {"type": "response.output_text.delta", **place, "delta": piece, "logprobs": []}
    yield {"type": "response.output_text.done", **place, "text": part["text"], "logprobs": []}
    yield {"type": "response.content_part.done", **place, "part": part}
    yield {"type": "response.output_item.done", "output_index": index, "item": item}


def _call_events(index: int, item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    place = {"output_index": index, "item_id": item["id"]}
    opening = item | {"status": "in_progress", "arguments": ""}
    yield {"type": "response.output_item.added", "output_index": index, "item": opening}
    for piece in pieces(item["arguments"]):
        yield {"type": "response.function_call_arguments.delta", **place, "delta": piece}
    done = {"name": item["name"], "arguments": item["arguments"]}
    yield {"type": "response.function_call_arguments.done", **place, **done}
    yield {"type": "response.output_item.done", "output_index": index, "item": item}


def _items(answer: Answer) -> Iterator[dict[str, Any]]:
    if answer.text:
        part = {"type": "output_text", "text": answer.text, "annotations": [], "logprobs": []}
        lead = {"type": "message", "id": "msg_fake01", "role": "assistant", "status": "completed"}
        yield {**lead, "content": [part]}
    if answer.tool:
        call = {"call_id": "call_fake01", "name": answer.tool, "arguments": answer.arguments}
        yield {"type": "function_call", "id": "fc_fake01", "status": "completed", **call}


def _response(ask: Ask, answer: Answer, status: str, output: list[dict[str, Any]]) -> dict[str, Any]:
    taken, given = tokens(ask.prompt), tokens(answer.text)
    usage = {
        "input_tokens": taken,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": given,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": taken + given,
    }
    return {
        "id": "resp_fake01",
        "object": "response",
        "created_at": 1_757_894_400,
        "model": ask.model,
        "status": status,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "output": output,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "temperature": 1.0,
        "top_p": 1.0,
        "usage": usage if status == "completed" else None,
    }
