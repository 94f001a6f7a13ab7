"""What the gate itself says on the Chat Completions wire."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sekisho.base.ids import ALPHABET
from sekisho.gateway import sse
from sekisho.gateway.dialects.json import encode
from sekisho.gateway.types import Notice, Request

DONE = b"data: [DONE]\n\n"
NO_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


def completion(request: Request, notice: Notice, finish: str) -> dict[str, Any]:
    """A completion of the gate's own. It used no tokens."""
    said = {"role": "assistant", **words(notice, finish)}
    choice = {"index": 0, "message": said, "logprobs": None, "finish_reason": finish}
    return {**head(request, notice, "chat.completion"), "choices": [choice], "usage": NO_USAGE}


def words(notice: Notice, finish: str, lead: str = "") -> dict[str, Any]:
    """What a person reads (`content`) and, for a refusal, what a program finds (`refusal`)."""
    refusal = notice.text if finish == "content_filter" else None
    return {"content": lead + notice.text, "refusal": refusal}


def head(request: Request, notice: Notice, kind: str) -> dict[str, Any]:
    name = notice.request_id.removeprefix("req_")
    return {
        "id": f"chatcmpl-{name}",
        "object": kind,
        "created": made_at(notice.request_id),
        "model": request.model,
    }


def made_at(request_id: str) -> int:
    """Return the Unix second at which one of our ids was made, which the id itself tells; 0 for any other."""
    digits = [ALPHABET.find(letter) for letter in request_id.partition("_")[2][:10]]
    if len(digits) < 10 or min(digits) < 0:
        return 0
    number = 0
    for digit in digits:
        number = number << 5 | digit
    return number // 1000


def whole_stream(request: Request, notice: Notice, finish: str) -> bytes:
    beginning = head(request, notice, "chat.completion.chunk")
    return opening(beginning) + ending(beginning, [0], finish, notice)


def opening(beginning: dict[str, Any]) -> bytes:
    """The chunk that says who speaks, for a stream of which nothing has gone out."""
    return chunk(beginning, 0, {"role": "assistant", "content": "", "refusal": None})


def ending(
    beginning: dict[str, Any], choices: Iterable[int], finish: str, notice: Notice, lead: str = ""
) -> bytes:
    """The chunks that end each of some choices with the notice, and the stream."""
    said = [
        chunk(beginning, at, words(notice, finish, lead)) + chunk(beginning, at, {}, finish) for at in choices
    ]
    return b"".join(said) + DONE


def chunk(beginning: dict[str, Any], index: int, delta: dict[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
    return sse.event(encode({**beginning, "choices": [choice]}))
