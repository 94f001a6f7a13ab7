"""The wires that clients and providers speak, each behind one `Adapter`.

An adapter is pure: bytes in, values out, and bytes again only for what the gate itself says. A request is
read and never rewritten (R-DATA-260). An answer is rewritten only in the strings that policy changes.
"""

from __future__ import annotations

from sekisho.gateway.dialects.anthropic import AnthropicAdapter
from sekisho.gateway.dialects.openai import OpenAIAdapter
from sekisho.gateway.dialects.responses import ResponsesAdapter
from sekisho.gateway.dialects.types import (
    Adapter,
    Answer,
    AnswerPart,
    Channel,
    Item,
    ItemKind,
    MalformedAnswerError,
    Wire,
)
from sekisho.gateway.types import Endpoint

_ANTHROPIC, _OPENAI, _RESPONSES = AnthropicAdapter(), OpenAIAdapter(), ResponsesAdapter()

ADAPTERS: dict[Endpoint, Adapter] = {
    Endpoint.MESSAGES: _ANTHROPIC,
    Endpoint.COUNT_TOKENS: _ANTHROPIC,
    Endpoint.CHAT_COMPLETIONS: _OPENAI,
    Endpoint.RESPONSES: _RESPONSES,
}


def adapter_for(endpoint: Endpoint) -> Adapter:
    """Return the adapter of an endpoint that takes a conversation. `MODELS` has none: `KeyError`."""
    return ADAPTERS[endpoint]


__all__ = [
    "ADAPTERS",
    "Adapter",
    "Answer",
    "AnswerPart",
    "Channel",
    "Item",
    "ItemKind",
    "MalformedAnswerError",
    "Wire",
    "adapter_for",
]
