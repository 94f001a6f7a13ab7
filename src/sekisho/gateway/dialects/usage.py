"""Tokens as providers count them. What is missing or no number counts as nothing: metering never stops an
answer."""

from __future__ import annotations

from sekisho.link.journal import Usage

NOTHING = Usage()


def _count(value: object, *path: str) -> int:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0


def anthropic_usage(value: object, before: Usage = NOTHING) -> Usage:
    """Return the usage in a message. Streams count up: what is missing in a later event keeps its value
    `before`."""
    return Usage(
        _count(value, "input_tokens") or before.input_tokens,
        _count(value, "output_tokens") or before.output_tokens,
        _count(value, "cache_read_input_tokens") or before.cache_read_tokens,
        _count(value, "cache_creation_input_tokens") or before.cache_creation_tokens,
    )


def openai_usage(value: object) -> Usage:
    return Usage(
        _count(value, "prompt_tokens"),
        _count(value, "completion_tokens"),
        _count(value, "prompt_tokens_details", "cached_tokens"),
    )


def responses_usage(value: object) -> Usage:
    return Usage(
        _count(value, "input_tokens"),
        _count(value, "output_tokens"),
        _count(value, "input_tokens_details", "cached_tokens"),
    )
