"""What the gate itself says on the Messages wire: refusals, tickets, and the ends of streams that it cut."""

from __future__ import annotations

from typing import Any

from sekisho.gateway import sse
from sekisho.gateway.dialects.json import encode
from sekisho.gateway.types import Notice, Request


def message(
    request: Request, notice: Notice, stop: str | None, content: list[dict[str, Any]]
) -> dict[str, Any]:
    """A message of the gate's own. It used no tokens; `stop_details` tells programs why."""
    return {
        "id": f"msg_{notice.request_id.removeprefix('req_')}",
        "type": "message",
        "role": "assistant",
        "model": request.model,
        "content": content,
        "stop_reason": stop,
        "stop_sequence": None,
        "stop_details": _details(stop, notice),
        "usage": {"input_tokens": 0, "output_tokens": 0},
    }


def _details(stop: str | None, notice: Notice) -> dict[str, Any] | None:
    """`category` stays empty: it names the provider's own categories, and ours are in the explanation's
    link."""
    if stop != "refusal":
        return None
    return {"type": "refusal", "category": None, "explanation": notice.text}


def text_block(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def whole_stream(request: Request, notice: Notice, stop: str) -> bytes:
    """A whole stream in the gate's own words, from `message_start` to `message_stop`."""
    start = named("message_start", message=message(request, notice, None, []))
    return start + block_events(0, notice.text) + ending(stop, notice)


def block_events(index: int, text: str) -> bytes:
    """A text block, whole."""
    return b"".join(
        (
            named("content_block_start", index=index, content_block=text_block("")),
            named("content_block_delta", index=index, delta={"type": "text_delta", "text": text}),
            named("content_block_stop", index=index),
        )
    )


def ending(stop: str, notice: Notice, output_tokens: int = 0) -> bytes:
    """The two events that end a message."""
    delta = {"stop_reason": stop, "stop_sequence": None, "stop_details": _details(stop, notice)}
    usage = {"output_tokens": output_tokens}
    return named("message_delta", delta=delta, usage=usage) + named("message_stop")


def named(kind: str, **fields: object) -> bytes:
    """An event whose name and `type` are the same, as all of this wire are."""
    return sse.event(encode({"type": kind, **fields}), kind.encode())
