"""One answer as it comes in on a connection of the pool's."""

from __future__ import annotations

import asyncio
from typing import Protocol

from sekisho.gateway.exchange import Headers
from sekisho.gateway.upstream.problems import MalformedHTTPError


class Line(Protocol):
    """What an answer asks of its connection."""

    def read_on(self) -> None:
        """There is room for more."""
        ...

    def hang_up(self) -> None:
        """What is left is not wanted."""
        ...


class Incoming:
    """One answer as it comes in: a `Source`."""

    __slots__ = (
        "_ended",
        "_line",
        "_loop",
        "_parts",
        "_problem",
        "_waiter",
        "buffered",
        "ends_with_connection",
        "headers",
        "status",
    )

    def __init__(self, line: Line) -> None:
        self.status = 0
        self.headers: Headers = []
        self.buffered = 0
        """Bytes that came and were not taken."""
        self.ends_with_connection = False
        """Whether the end of the connection is the end of the body, because nothing else can tell it."""
        self._line = line
        self._loop = asyncio.get_running_loop()
        self._parts: list[bytes] = []
        self._ended = False
        self._problem: Exception | None = None
        self._waiter: asyncio.Future[None] | None = None

    async def begun(self) -> None:
        """Return once status and headers are there."""
        while not self.status:
            await self._news()

    async def take(self) -> bytes:
        """Return what has come since; nothing at the end. What came before the connection broke is given first."""
        while not self._parts:
            if self._ended:
                return b""
            await self._news()
        taken = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts.clear()
        self.buffered = 0
        if not self._ended:
            self._line.read_on()
        return taken

    def close(self) -> None:
        if not self._ended and self._problem is None:
            self._line.hang_up()

    async def _news(self) -> None:
        if self._problem is not None:
            raise self._problem
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    # -- what the connection says ----------------------------------------------------------------------------

    def begin(self, status: int, headers: Headers) -> None:
        codings = [value.strip().lower() for name, value in headers if name == b"transfer-encoding"]
        if codings and codings != [b"chunked"]:
            raise MalformedHTTPError("The body is encoded in transfer.")
        self.ends_with_connection = not codings and not any(name == b"content-length" for name, _ in headers)
        self.status, self.headers = status, headers
        self._wake()

    def add(self, arrived: list[bytes]) -> None:
        """Take these parts of the body, which empties the list."""
        self._parts += arrived
        self.buffered += sum(map(len, arrived))
        arrived.clear()
        self._wake()

    def end(self) -> None:
        self._ended = True
        self._wake()

    def lost(self, problem: Exception | None) -> None:
        """The connection is gone; without a `problem` that was the end."""
        self._ended, self._problem = problem is None, problem
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
