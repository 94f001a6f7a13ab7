"""A provider's answer as the pipeline reads it, whichever way it came."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from sekisho.base.text import Text
from sekisho.gateway.errors import GateError, Kind
from sekisho.gateway.exchange import Headers
from sekisho.gateway.upstream.inflate import Inflater, inflater_for

STREAM_BYTES = 256 * 1024 * 1024
"""Bytes of a stream that are taken. What it says is kept for its record; 128,000 tokens with their log probabilities
stay below, and what has no end, or unpacks to none, does not fill the memory."""


class Source(Protocol):
    """Where an answer comes from: a connection of the pool's, or a proxy's."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Headers:
        """In lower case, in the order of the wire."""
        ...

    async def take(self) -> bytes:
        """Return what has come since, at least a byte; nothing at the end.

        Raises `TimeoutError` when the provider is silent too long, `OSError` or `ValueError` when it breaks off.
        """
        ...

    def close(self) -> None:
        """Let the answer go. What is left of it is not wanted, and the provider is told so at once."""
        ...


class Answer:
    """Status and headers, and the way to the body."""

    __slots__ = ("_inflater", "_source", "content_type", "headers", "status")

    def __init__(self, source: Source) -> None:
        """Raises `ValueError` for an encoding that was not asked for and cannot be undone."""
        self.status = source.status
        self.headers = source.headers
        self.content_type = ""
        """Without its parameters, in lower case; the first, as clients take it."""
        self._source = source
        self._inflater: Inflater | None = None
        encodings = b""
        for name, value in source.headers:
            if name == b"content-type" and not self.content_type:
                self.content_type = value.partition(b";")[0].strip().lower().decode("latin-1")
            elif name == b"content-encoding":
                encodings += value + b","
        if encodings:
            self._inflater = inflater_for(encodings)

    async def chunk(self) -> bytes:
        """Return what has come since, readable; nothing at the end. Raises as `Source.take`."""
        inflater = self._inflater
        if inflater is None:
            return await self._source.take()
        while not (readable := inflater.more()):
            taken = await self._source.take()
            if not taken:
                inflater.end()
                return b""
            inflater.feed(taken)
        return readable

    def close(self) -> None:
        self._source.close()


async def chunks(answer: Answer, most: int = STREAM_BYTES) -> AsyncIterator[bytes]:
    """Yield the body as it comes. Raises `GateError` when it breaks off, is silent too long, or has more than `most`
    bytes.

    Nothing is read ahead of the consumer but a small buffer, so a slow client slows its provider.
    """
    size = 0
    try:
        while chunk := await answer.chunk():
            size += len(chunk)
            if size > most:
                raise GateError(Kind.UPSTREAM, "upstream_too_large", TOO_LARGE)
            yield chunk
    except (OSError, ValueError) as problem:
        raise _told(problem) from problem


async def read_bounded(answer: Answer, most: int) -> bytes:
    """Return the whole body. Raises `GateError` as `chunks` does, and when there are more than `most` bytes."""
    parts: list[bytes] = []
    size = 0
    try:
        while chunk := await answer.chunk():
            parts.append(chunk)
            size += len(chunk)
            if size > most:
                raise GateError(Kind.UPSTREAM, "upstream_too_large", TOO_LARGE)
    except (OSError, ValueError) as problem:
        raise _told(problem) from problem
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _told(problem: Exception) -> GateError:
    if isinstance(problem, TimeoutError):
        return GateError(Kind.UPSTREAM_TIMEOUT, "upstream_timeout", SILENT)
    return GateError(Kind.UPSTREAM, "upstream_broken", BROKEN)


SILENT = Text(
    "The model provider did not answer in time. Try again.",
    "モデルの提供元から時間内に応答がありませんでした。もう一度お試しください。",
)
UNREACHABLE = Text(
    "The model provider cannot be reached. Try again shortly.",
    "モデルの提供元に接続できません。少し待ってからもう一度お試しください。",
)
BROKEN = Text(
    "The model provider broke off its answer. Try again.",
    "モデルの提供元からの応答が途中で切れました。もう一度お試しください。",
)
UNREADABLE = Text(
    "The model provider's answer cannot be read, so it cannot be checked. Try again.",
    "モデルの提供元からの応答を読み取れず、確認できませんでした。もう一度お試しください。",
)
TOO_LARGE = Text(
    "The model provider's answer is larger than this gate can check. Ask for less at a time.",
    "モデルの提供元からの応答が、この関所で確認できる大きさを超えています。"
    "一度に求める量を減らしてください。",
)
