"""A released answer in the shape of the provider's own, so that a program can go on as if it had been answered."""

from __future__ import annotations

from typing import Any

from sekisho.records.types import TurnView

RESPONSES = "responses"
"""The endpoint of OpenAI's newer wire."""


def as_answered(turn: TurnView, text: str) -> dict[str, Any]:
    """Return a Messages message, a Chat Completion or a Response that says `text`, as the turn's client asked for.

    Model, moment and tokens are those of the turn. What the SDKs read is all there; `tests/api` has them read it.
    """
    if turn.dialect == "anthropic":
        return _message(turn, text)
    return _response(turn, text) if turn.endpoint == RESPONSES else _completion(turn, text)


def _message(turn: TurnView, text: str) -> dict[str, Any]:
    return {
        "id": f"msg_{_name(turn)}",
        "type": "message",
        "role": "assistant",
        "model": turn.model,
        "content": [{"type": "text", "text": text}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": turn.input_tokens, "output_tokens": turn.output_tokens},
    }


def _completion(turn: TurnView, text: str) -> dict[str, Any]:
    said = {"role": "assistant", "content": text, "refusal": None}
    return {
        "id": f"chatcmpl-{_name(turn)}",
        "object": "chat.completion",
        "created": int(turn.finished_at.timestamp()),
        "model": turn.model,
        "choices": [{"index": 0, "message": said, "logprobs": None, "finish_reason": "stop"}],
        "usage": {
            "prompt_tokens": turn.input_tokens,
            "completion_tokens": turn.output_tokens,
            "total_tokens": turn.input_tokens + turn.output_tokens,
        },
    }


def _response(turn: TurnView, text: str) -> dict[str, Any]:
    said = {
        "id": f"msg_{_name(turn)}",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": text, "annotations": []}],
    }
    return {
        "id": f"resp_{_name(turn)}",
        "object": "response",
        "created_at": int(turn.finished_at.timestamp()),
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "model": turn.model,
        "output": [said],
        "parallel_tool_calls": True,
        "temperature": None,
        "tool_choice": "auto",
        "tools": [],
        "top_p": None,
        "usage": {
            "input_tokens": turn.input_tokens,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": turn.output_tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": turn.input_tokens + turn.output_tokens,
        },
    }


def _name(turn: TurnView) -> str:
    return turn.id.partition("_")[2]
