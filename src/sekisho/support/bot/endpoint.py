"""A model that speaks as OpenAI's do: `POST {url}/chat/completions`, streamed.

Meant to be our own gate, so that what the desk asks obeys the policy as everybody's requests do (R-SUP-040). Nothing of
what is asked or said is in any error or log.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from sekisho import __version__
from sekisho.base import settings
from sekisho.support.bot.rules.prompts import Message
from sekisho.support.bot.types import BotFailedError, Failure

FIRST_TOKEN_S = 10.0
"""Source: R-SUP-037."""
SILENCE_S = 15.0
"""Our decision: a model that has begun and says nothing for so long will not end in time."""
CONNECT_S = 5.0
ANSWER_BYTES = 262_144
MOST_TOKENS = 900
TRAINS_NOTHING = {"x-sekisho-incognito": "1"}
"""Asks the gate to hold what is said for no longer than it must, and to give it to no training, whatever the key's
organisation chose (R-SUP-040, R-DATA-031)."""


def model() -> str:
    """Return the model to be asked; empty where no endpoint is set."""
    is_set = urlsplit(settings.text("support_bot_url")).scheme in ("http", "https")
    return settings.text("support_bot_model") if is_set else ""


async def said(messages: list[Message], asker: str) -> AsyncGenerator[str]:
    """Yield what the model says, as it comes. `asker` is a pseudonym.

    Raises `BotFailedError`: `down`, `slow`, `refused` where the gate let it not pass, `invalid` for what is no such
    stream.
    """
    try:
        async with (
            _session() as session,
            asyncio.timeout(FIRST_TOKEN_S) as patience,
            session.post(_address(), json=_body(messages, asker), allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise BotFailedError(Failure.DOWN)
            async for piece in _pieces(answer):
                patience.reschedule(None)
                yield piece
    except TimeoutError:
        raise BotFailedError(Failure.SLOW) from None
    except (aiohttp.ClientError, OSError):
        raise BotFailedError(Failure.DOWN) from None
    except ValueError:
        raise BotFailedError(Failure.INVALID) from None


def _session() -> aiohttp.ClientSession:
    headers = {"user-agent": f"Sekisho/{__version__} (support bot)", **TRAINS_NOTHING}
    if key := settings.text("support_bot_key"):
        headers["authorization"] = f"Bearer {key}"
    return aiohttp.ClientSession(
        headers=headers,
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=SILENCE_S),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


def _address() -> str:
    return f"{settings.text('support_bot_url').rstrip('/')}/chat/completions"


def _body(messages: list[Message], asker: str) -> dict[str, Any]:
    return {
        "model": model(),
        "messages": messages,
        "user": asker,
        "stream": True,
        "temperature": 0,
        "max_tokens": MOST_TOKENS,
        "response_format": {"type": "json_object"},
    }


async def _pieces(answer: aiohttp.ClientResponse) -> AsyncIterator[str]:
    if answer.content_type != "text/event-stream":
        yield _words(json.loads(await answer.content.read(ANSWER_BYTES)), "message")
        return
    read = 0
    async for line in answer.content:
        read += len(line)
        if read > ANSWER_BYTES:
            raise BotFailedError(Failure.INVALID)
        data = line.strip().removeprefix(b"data:").strip() if line.startswith(b"data:") else b""
        if data == b"[DONE]":
            return
        if data and (words := _words(json.loads(data), "delta")):
            yield words


def _words(event: Any, within: str) -> str:
    """Return the words of one event; empty for one that has none. Raises `ValueError` for what is no event."""
    if not isinstance(event, dict) or not isinstance(event.get("choices", []), list):
        raise ValueError
    if "error" in event:
        raise BotFailedError(Failure.DOWN)
    choice: Any = next(iter(event.get("choices", [])), {})
    if not isinstance(choice, dict):
        raise ValueError
    part = choice.get(within) or {}
    if choice.get("finish_reason") == "content_filter" or (isinstance(part, dict) and part.get("refusal")):
        raise BotFailedError(Failure.REFUSED)
    words = part.get("content") if isinstance(part, dict) else None
    return words if isinstance(words, str) else ""
