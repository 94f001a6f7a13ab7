"""Providers that keep to no script: what they send is bytes, and so is what reaches them."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sekisho.gateway.upstream import Answer, Upstream, read_bounded
from sekisho.link.snapshot import Dialect, Route

MOST = 1 << 20
"""Bytes of an answer that `read` takes."""
Answering = Callable[[asyncio.StreamReader, asyncio.StreamWriter, int], Awaitable[None]]
MESSAGE = (
    b'{"id":"m","type":"message","role":"assistant","model":"x","content":[{"type":"text","text":"Hello."}],'
    b'"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}'
)


@asynccontextmanager
async def raw_provider(answer: Answering, host: str = "127.0.0.1", **server: Any) -> AsyncIterator[Route]:
    """A provider that speaks bytes: `answer` gets each connection, and its number from 1."""
    seen = 0
    serving = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal seen
        seen += 1
        serving.add(asyncio.current_task())
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await answer(reader, writer, seen)
        serving.discard(asyncio.current_task())
        writer.close()

    running = await asyncio.start_server(connected, host, 0, **server)
    port = running.sockets[0].getsockname()[1]
    scheme = "https" if "ssl" in server else "http"
    shown = f"[{host}]" if ":" in host else host
    try:
        yield Route(id="raw", dialect=Dialect.ANTHROPIC, base_url=f"{scheme}://{shown}:{port}")
    finally:
        running.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving)


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """Return a request's head, having read its body too."""
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    await reader.readexactly(int(lengths[0].split(b":")[1]) if lengths else 0)
    return head


def http(status: str, body: bytes, *headers: str) -> bytes:
    lines = "".join(f"{header}\r\n" for header in ("content-type: application/json", *headers))
    return f"HTTP/1.1 {status}\r\n{lines}content-length: {len(body)}\r\n\r\n".encode() + body


@dataclass
class Sayer:
    """A provider that says the same to everybody, as often as it is asked on a connection."""

    said: bytes
    hangs_up: bool = True
    heads: list[bytes] = field(default_factory=list)
    """The heads of the requests that reached it."""
    connections: set[int] = field(default_factory=set)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        self.connections.add(number)
        while True:
            self.heads.append(await read_request(reader))
            writer.write(self.said)
            await writer.drain()
            if self.hangs_up:
                return


@asynccontextmanager
async def client(
    connect_s: float = 5.0, idle_s: float = 5.0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Upstream]:
    upstream = Upstream({}, connect_s, idle_s, tls=tls)
    try:
        yield upstream
    finally:
        await upstream.close()


async def ask(upstream: Upstream, route: Route, body: bytes = b"{}", **more) -> Answer:
    return await upstream.send(
        route, "POST", more.get("target", "/v1/messages"), more.get("headers", []), body
    )


async def read(upstream: Upstream, route: Route, **more) -> tuple[int, bytes]:
    answer = await ask(upstream, route, **more)
    try:
        return answer.status, await read_bounded(answer, MOST)
    finally:
        answer.close()


OK = http("200 OK", b'"well"')
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
