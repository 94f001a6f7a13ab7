"""HTTP as the gate's own server speaks it: uvicorn's protocol, bounded, and cheaper by a third for what a gate does.

uvicorn by itself would wait for ever for headers, and take any amount of them; a slow client holds a socket, and ten
thousand of them hold all there are. It also writes an answer's head and its body apart, and can only be asked about a
client that left by a task that waits. `Cycle` writes both at once, and says so itself when the client leaves
(`Line` in `exchange.py`). Everything else is ASGI, so that any application can be served beside the gate.
"""

from __future__ import annotations

import asyncio
import re
import urllib.parse
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from sekisho.gateway.exchange import LINE, Headers, Message

HEADERS_S = 20.0
"""Seconds in which a request's headers must be whole."""
HEADERS_BYTES = 64 * 1024
"""Bytes of all headers of a request."""
STALLED_S = 60.0
"""Seconds in which a client takes nothing of what waits for it, after which it is hung up on."""
READ_AHEAD_BYTES = 128 * 1024
"""How much of a body is kept before the client is made to wait for whoever reads it: an agent's history at once."""
BODILESS = frozenset({204, 304})

_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""The name of a header. Source: RFC 9110, section 5.6.2."""


class GuardedProtocol(HttpToolsProtocol):
    """One connection of a client."""

    _deadline: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None
    _header_bytes = 0
    _running: Cycle | None = None
    """The request that is being answered; `cycle` is the latest to arrive."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._deadline = self.loop.call_later(HEADERS_S, self.end)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            # empty lines, or a body that nobody reads: each took the keep-alive time away, and gave none
            self._deadline = self.loop.call_later(HEADERS_S, self.end)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP; not in the midst of an answer, as a part of which it would be read."""
        if self._running is None or self._running.response_complete or not self._running.response_started:
            super().send_400_response(msg)
        else:
            self.transport.abort()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._header_bytes = 0
        self._in_time()
        self._deadline = self.loop.call_later(HEADERS_S, self.end)

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value))
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        elif name == b"transfer-encoding" and value.lower() != b"chunked":
            raise ValueError(
                "a coding that is not undone here would hide the body from us and not from others"
            )
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        self._in_time()
        version = self.parser.get_http_version()
        # after an upgrade that did not happen, nobody knows where the next request begins
        keeps_alive = (
            version != "1.0" and self.parser.should_keep_alive() and not self.parser.should_upgrade()
        )
        cycle = Cycle(self, self._scope(version), keeps_alive)
        self.headers = []  # trailers are not headers: what was checked does not change any more
        before, self.cycle = self.cycle, cycle
        if before is None or before.response_complete:
            self._start_asgi_task(cycle, self.app)
        else:  # sent before its predecessor was answered: it waits, and nothing more is read
            self.flow.pause_reading()
            self.pipeline.appendleft((cycle, self.app))

    def on_body(self, body: bytes) -> None:
        if isinstance(self.cycle, Cycle) and not self.cycle.response_complete:
            self.cycle.add(body)

    def connection_lost(self, exc: Exception | None) -> None:
        self._in_time()
        self._flows()
        super().connection_lost(exc)
        if self._running is not None:
            self._running.leave()

    # -- who does not read -----------------------------------------------------------------------------------

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_writing(None)

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.transport.is_closing():
            self._flows()

    def timeout_keep_alive_handler(self) -> None:
        self.end()

    def end(self) -> None:
        """Close once everything is written, as long as the client takes it: to close alone would wait for ever."""
        self.transport.close()
        self._watch_writing(None)

    def _watch_writing(self, before: int | None) -> None:
        self._flows()
        waiting = self.transport.get_write_buffer_size()
        if waiting == before:
            self.transport.abort()
        elif waiting:
            self._stall = self.loop.call_later(STALLED_S, self._watch_writing, waiting)

    def _flows(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    # -- one request after the other -------------------------------------------------------------------------

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if isinstance(cycle, Cycle):
            self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _scope(self, version: str) -> Message:
        url = httptools.parse_url(self.url)
        path = url.path.decode("ascii")
        scope: Message = self.scope  # type: ignore[assignment]
        scope["method"] = self.parser.get_method().decode("ascii")
        scope["http_version"] = version
        scope["path"] = self.root_path + (urllib.parse.unquote(path) if "%" in path else path)
        scope["raw_path"] = self.root_path.encode("ascii") + url.path
        scope["query_string"] = url.query or b""
        return scope

    def _count(self, size: int) -> None:
        """Raise when there are too many; the parser makes a 400 of it, and the connection is closed."""
        self._header_bytes += size
        if self._header_bytes > HEADERS_BYTES:
            raise ValueError("headers too large")

    def _in_time(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class Cycle(RequestResponseCycle):
    """One request and its answer."""

    def __init__(self, protocol: GuardedProtocol, scope: Message, keeps_alive: bool) -> None:
        super().__init__(
            scope=scope,  # type: ignore[arg-type]
            transport=protocol.transport,
            flow=protocol.flow,
            logger=protocol.logger,
            access_logger=protocol.access_logger,
            access_log=False,
            default_headers=protocol.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=protocol.expect_100_continue,
            keep_alive=keeps_alive,
            on_response=protocol.on_response_complete,
        )
        scope["extensions"] = {LINE: self}
        self._end = protocol.end
        self._head: bytes = b""
        """What waits for the first part of the body."""
        self._parts: list[bytes] = []
        self._waiting = 0
        self._on_leave: Callable[[], None] | None = None

    # -- what `Line` promises --------------------------------------------------------------------------------

    @property
    def has_body(self) -> bool:
        return not self.more_body and not self.waiting_for_100_continue

    @property
    def is_writable(self) -> bool:
        return not self.flow.write_paused or self.disconnected

    def watch(self, on_leave: Callable[[], None] | None) -> None:
        self._on_leave = on_leave
        if on_leave is not None:
            self.flow.resume_reading()  # who does not read does not see anybody leave
            if self.disconnected:
                on_leave()

    def leave(self) -> None:
        """The connection is gone."""
        if not self.response_complete:
            self.disconnected = True
            self.message_event.set()
            if self._on_leave is not None:
                self._on_leave()

    # -- ASGI ------------------------------------------------------------------------------------------------

    def add(self, body: bytes) -> None:
        """Keep a part of the request's body. Whoever reads is woken by its end, or once it is time to read."""
        self._parts.append(body)
        self._waiting += len(body)
        if self._waiting > READ_AHEAD_BYTES:
            self.flow.pause_reading()
            self.message_event.set()

    async def receive(self) -> Any:
        """Return as much of the body as there is, joined once; or that the client has left."""
        if self.waiting_for_100_continue and not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.waiting_for_100_continue = False
        if not self.disconnected and not self.response_complete:
            self.flow.resume_reading()
            await self.message_event.wait()
            self.message_event.clear()
        if self.disconnected or self.response_complete:
            return {"type": "http.disconnect"}
        body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts, self._waiting = [], 0
        return {"type": "http.request", "body": body, "more_body": self.more_body}

    async def run_asgi(self, app: Any) -> None:
        await super().run_asgi(app)
        if self.transport.is_closing():
            self._end()

    async def send(self, message: Any) -> None:
        """Take a message of the application. The head goes out with the first part of the body."""
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        kind = message["type"]
        if kind == "http.response.start" and not self.response_started:
            self.response_started = True
            if self.waiting_for_100_continue:  # the body may still come, or a request in its place
                self.waiting_for_100_continue = self.keep_alive = False
            self._head = self._opened(message["status"], message.get("headers", ()))
        elif kind == "http.response.body" and self.response_started and not self.response_complete:
            self._write(message.get("body", b""), message.get("more_body", False))
        else:
            raise RuntimeError(f"{kind} was sent out of its turn.")

    def _opened(self, status: int, headers: Headers) -> bytes:
        """Return the head, having noted how the body is framed. Raises `ValueError` for a header that is none."""
        lines = [STATUS_LINE[status][:-2]]
        for name, value in (*self.default_headers, *headers):
            lines.append(b"%b: %b" % (name, value))
            self._note(_lowered(name), value)
        if not self.keep_alive and not any(_lowered(name) == b"connection" for name, _ in headers):
            lines.append(b"connection: close")
        if self.chunked_encoding is None and self.scope["method"] != "HEAD" and status not in BODILESS:
            self.chunked_encoding = True
            lines.append(b"transfer-encoding: chunked")
        head = b"\r\n".join(lines) + b"\r\n\r\n"
        ends = len(lines) + 1
        if head.count(b"\n") != ends or head.count(b"\r") != ends or b"\0" in head:
            raise ValueError("A header's value holds the end of a line.")
        return head

    def _note(self, name: bytes, value: bytes) -> None:
        if name == b"content-length" and self.chunked_encoding is None:
            self.expected_content_length, self.chunked_encoding = int(value), False
        elif name == b"transfer-encoding" and value.lower() == b"chunked":
            self.expected_content_length, self.chunked_encoding = 0, True
        elif name == b"connection" and b"close" in value.lower():
            self.keep_alive = False

    def _write(self, body: bytes, is_more: bool) -> None:
        framed = self._framed(body, is_more)
        if self._head or framed:
            self.transport.write(self._head + framed)
            self._head = b""
        if not is_more:
            if self.expected_content_length:
                raise RuntimeError("The body is shorter than its content-length.")
            self.response_complete = True
            self.message_event.set()
            if not self.keep_alive:
                self.transport.close()
            self.on_response()

    def _framed(self, body: bytes, is_more: bool) -> bytes:
        if self.scope["method"] == "HEAD":
            self.expected_content_length = 0
            return b""
        if self.chunked_encoding:
            chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            return chunk if is_more else chunk + b"0\r\n\r\n"
        self.expected_content_length -= len(body)
        if self.expected_content_length < 0:
            raise RuntimeError("The body is longer than its content-length.")
        return body


@lru_cache(maxsize=1024)
def _lowered(name: bytes) -> bytes:
    if not _TOKEN.fullmatch(name):
        raise ValueError("A header's name is no token.")
    return name.lower()
