"""What the gate itself says on the Responses wire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sekisho.gateway import sse
from sekisho.gateway.dialects.json import encode
from sekisho.gateway.dialects.openai_say import made_at
from sekisho.gateway.types import Notice, Request


def response(request: Request, notice: Notice, *, is_refusal: bool) -> dict[str, Any]:
    """A response of the gate's own. It used no tokens."""
    head = _head(request, notice)
    return ended(head, [item(notice, is_refusal)], is_refusal)


def _head(request: Request, notice: Notice) -> dict[str, Any]:
    return {
        "id": f"resp_{notice.request_id.removeprefix('req_')}",
        "object": "response",
        "created_at": made_at(notice.request_id),
        "status": "in_progress",
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "model": request.model,
        "output": [],
        "parallel_tool_calls": True,
        "temperature": None,
        "tool_choice": "auto",
        "tools": [],
        "top_p": None,
    }


def item(notice: Notice, is_refusal: bool) -> dict[str, Any]:
    """The message that says why."""
    return {
        "id": f"msg_{notice.request_id.removeprefix('req_')}",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [part(notice.text, is_refusal)],
    }


def part(text: str, is_refusal: bool) -> dict[str, Any]:
    if is_refusal:
        return {"type": "refusal", "refusal": text}
    return {"type": "output_text", "text": text, "annotations": []}


def ended(head: dict[str, Any], output: list[dict[str, Any]], is_refusal: bool) -> dict[str, Any]:
    """A response as it ends: refused by a content filter, or complete."""
    if is_refusal:
        details = {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}
        return {**head, **details, "output": output}
    return {**head, "status": "completed", "output": output}


def whole_stream(request: Request, notice: Notice, *, is_refusal: bool) -> bytes:
    head = _head(request, notice)
    begun = named("response.created", 0, response=head) + named("response.in_progress", 1, response=head)
    return begun + ending(head, 0, 2, notice, is_refusal)


def ending(head: dict[str, Any], index: int, number: int, notice: Notice, is_refusal: bool) -> bytes:
    """The events of the message that says why, as output item `index`, and the end of the response."""
    said = item(notice, is_refusal)
    events = [*_message(said, index, notice.text, is_refusal)]
    last = ended(head, [said], is_refusal)
    events.append((f"response.{'incomplete' if is_refusal else 'completed'}", {"response": last}))
    return b"".join(named(kind, number + at, **fields) for at, (kind, fields) in enumerate(events))


def _message(
    said: dict[str, Any], index: int, text: str, is_refusal: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    begun = {**said, "status": "in_progress", "content": []}
    yield "response.output_item.added", {"output_index": index, "item": begun}
    at = {"item_id": said["id"], "output_index": index, "content_index": 0}
    yield "response.content_part.added", {**at, "part": part("", is_refusal)}
    if is_refusal:
        yield "response.refusal.delta", {**at, "delta": text}
        yield "response.refusal.done", {**at, "refusal": text}
    else:
        yield "response.output_text.delta", {**at, "delta": text, "logprobs": []}
        yield "response.output_text.done", {**at, "text": text, "logprobs": []}
    yield "response.content_part.done", {**at, "part": part(text, is_refusal)}
    yield "response.output_item.done", {"output_index": index, "item": said}


def named(kind: str, number: int, **fields: object) -> bytes:
    return sse.event(encode({"type": kind, "sequence_number": number, **fields}), kind.encode())
