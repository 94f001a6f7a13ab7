"""One HTTP exchange as ASGI hands it over: headers and body in, an answer out, every wait with a deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from types import TracebackType
from typing import Any, Protocol

from sekisho.base.deadlines import Deadline
from sekisho.base.text import Lang, Text
from sekisho.gateway.errors import ClientGoneError, GateError, Kind
from sekisho.gateway.errors import Headers as Headers

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

JSON = (b"content-type", b"application/json")
POLICY = b"x-sekisho-data-policy"
"""Header of every answer: a structured field (RFC 8941, section 3.3), one token with parameters."""
UNKEPT = ((b"cache-control", b"no-store"), (b"x-accel-buffering", b"no"))
"""Under zero retention: caches and proxies on the way keep nothing either. Sources: RFC 9111, section 5.2.2.5; nginx,
`proxy_buffering`."""
LINE = "sekisho.line"
"""Name of the ASGI extension by which the gate's own server gives its `Line`."""


class Line(Protocol):
    """What the gate's own server knows beyond ASGI, so that nobody has to wait in order to find out."""

    @property
    def has_body(self) -> bool:
        """Whether the whole body of the request has come."""
        ...

    @property
    def is_writable(self) -> bool:
        """Whether what is sent now is sent without waiting for the client."""
        ...

    def watch(self, on_leave: Callable[[], None] | None) -> None:
        """Call `on_leave` when the client leaves before its answer is complete, at once if it has left; None
        ends that."""
        ...


class Exchange:
    """What the client sent, and the way back to it."""

    __slots__ = (
        "_idle_s",
        "_line",
        "_raw_path",
        "_receive",
        "_send",
        "ended",
        "headers",
        "language",
        "method",
        "path",
        "policy",
        "query",
        "started",
    )

    def __init__(self, scope: Message, receive: Receive, send: Send, idle_s: float) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"].removeprefix(scope.get("root_path", ""))
        raw = scope.get("raw_path") or scope["path"].encode()
        self._raw_path = raw.decode("latin-1").removeprefix(scope.get("root_path", ""))
        self.query: bytes = scope.get("query_string", b"")
        self.headers: Headers = scope["headers"]
        self.language: Lang | None = None
        """Of whoever reads the answer; None as long as the request is not read."""
        self.policy = b"unrecorded"
        """What applied to the data of this exchange; every answer says it (`data_policy.py`)."""
        self.started = False
        """Whether the status is spent: from then on, trouble is said inside the stream."""
        self.ended = False
        self._receive = receive
        self._send = send
        self._idle_s = idle_s
        self._line: Line | None = scope.get("extensions", {}).get(LINE)

    @property
    def target(self) -> str:
        """Path and query, as the client sent them."""
        query = self.query.decode("latin-1")
        return f"{self._raw_path}?{query}" if query else self._raw_path

    def header(self, name: bytes) -> str:
        """Return the first header of that lower-case name, empty when there is none."""
        for key, value in self.headers:
            if key == name:
                return value.decode("latin-1")
        return ""

    async def body(self, limit: int) -> bytes:
        """Return the whole request body, at most `limit` bytes, sent within the client's time.

        Raises `GateError` for one that is too large or too slow, `ClientGoneError` for one that breaks off.
        """
        if (announced := self.header(b"content-length")).isdigit() and int(announced) > limit:
            raise _too_large(limit)
        if self._line is not None and self._line.has_body:
            return await self._read(limit)
        try:
            with Deadline(self._idle_s):
                return await self._read(limit)
        except TimeoutError as problem:
            raise GateError(Kind.CLIENT_TIMEOUT, "request_timeout", _TOO_SLOW) from problem

    async def _read(self, limit: int) -> bytes:
        parts: list[bytes] = []
        size = 0
        while (message := await self._receive())["type"] == "http.request":
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > limit:
                raise _too_large(limit)
            if not message.get("more_body"):
                return parts[0] if len(parts) == 1 else b"".join(parts)
        raise ClientGoneError

    async def start(self, status: int, headers: Headers) -> None:
        self.started = True
        told = [*headers, (POLICY, self.policy)]
        if self.policy.startswith(b"zero-retention"):
            told += UNKEPT
        await self._send({"type": "http.response.start", "status": status, "headers": told})

    async def write(self, chunk: bytes) -> None:
        """Send a part of the answer. Raises `ClientGoneError` when the client does not read it in time."""
        await self._put({"type": "http.response.body", "body": chunk, "more_body": True})

    async def finish(self, chunk: bytes = b"") -> None:
        """Send the last byte."""
        self.ended = True
        await self._put({"type": "http.response.body", "body": chunk})

    async def reply(self, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> None:
        """Send a whole answer. HEAD gets the headers alone."""
        await self.start(status, [*headers, (b"content-length", str(len(body)).encode())])
        await self.finish(body)

    async def _put(self, message: Message) -> None:
        if self._line is not None and self._line.is_writable:
            await self._send(message)
            return
        try:
            with Deadline(self._idle_s):
                await self._send(message)
        except TimeoutError as problem:
            raise ClientGoneError from problem

    def watched(self) -> ClientWatch:
        """Return a context whose body is given up, with `ClientGoneError`, as soon as the client leaves."""
        return ClientWatch(self._receive, self._line)


class ClientWatch:
    """Cancels the work inside it when the client disconnects.

    A raw ASGI application does not notice by itself that a client has left: `receive` must be asked, or the
    provider goes on generating (and billing) for nobody. The gate's own server says it, which spares a task. Call
    it only once the request body is read.
    """

    __slots__ = ("_gone", "_line", "_over", "_receive", "_watcher", "_work")

    def __init__(self, receive: Receive, line: Line | None) -> None:
        self._receive, self._line = receive, line
        self._gone = self._over = False

    def __enter__(self) -> None:
        work = asyncio.current_task()
        if work is None:  # never so inside a coroutine; says it to the type checker
            raise RuntimeError("A client can only be watched from a task.")
        self._work = work
        if self._line is not None:
            self._line.watch(self._leave)
        else:
            self._watcher = work.get_loop().create_task(self._wait())

    async def _wait(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            continue
        self._leave()

    def _leave(self) -> None:
        if not self._over:
            self._gone = self._over = True
            self._work.cancel()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over = True
        if self._line is not None:
            self._line.watch(None)
        else:
            self._watcher.cancel()
        if self._gone:
            self._work.uncancel()
            if kind is None or kind is asyncio.CancelledError:
                raise ClientGoneError from None


_TOO_SLOW = Text(
    "The request did not arrive in time. Send it again; if it is large, check the connection.",
    "リクエストが時間内に届きませんでした。もう一度お送りください。"
    "大きなリクエストの場合は、接続をご確認ください。",
)


def _too_large(limit: int) -> GateError:
    message = Text(
        "The request is larger than {limit} bytes, the most this "
        "gate takes. Send less history or smaller files.",
        "リクエストが、この関所で受け付けられる上限の {limit} バイトを超えています。"
        "履歴を短くするか、ファイルを小さくしてください。",
    )
    return GateError(Kind.REQUEST_TOO_LARGE, "request_too_large", message.format(limit=limit))
