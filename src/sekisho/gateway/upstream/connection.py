"""One connection to a provider: a request at a time goes out, and its answer comes in as far as it is taken.

    ask ──▶ request                     kept, for the next one
             answer ◀── parser ◀── bytes     ▲
                └── complete ────────────────┘    anything else: hung up

llhttp reads the answer (through httptools, which also reads the clients' requests), strictly: what it finds
ambiguous, such as two lengths, is refused. What it does not bound is bounded here. A connection is kept only after an
answer that was whole, said so itself, and was followed by nothing; all others are hung up.
"""

from __future__ import annotations

import asyncio
import select
from collections.abc import Callable
from typing import cast

import httptools

from sekisho.gateway.exchange import Headers
from sekisho.gateway.upstream.incoming import Incoming
from sekisho.gateway.upstream.problems import BrokenConnectionError, MalformedHTTPError

HEAD_BYTES = 64 * 1024
"""The most bytes in a row that may come without a byte of the body: a head with all its 1xx forerunners, an
extension of a chunk, trailers. As much as the gate takes of its clients."""
READ_AHEAD_BYTES = 128 * 1024
"""How much of an answer is kept before the provider is made to wait for whoever reads it."""


class Connection(asyncio.Protocol):
    """`on_idle` is told when the next request may be sent, `on_lost` when none can be any more."""

    __slots__ = (
        "_arrived",
        "_fruitless",
        "_has_begun",
        "_headers",
        "_heard_at",
        "_idle_s",
        "_is_reusable",
        "_is_whole",
        "_loop",
        "_on_idle",
        "_on_lost",
        "_parser",
        "_socket",
        "_timer",
        "_transport",
        "_unsent",
        "incoming",
        "is_lost",
        "is_paused",
        "kept_at",
        "on_body",
    )

    def __init__(
        self, idle_s: float, on_idle: Callable[[Connection], None], on_lost: Callable[[Connection], None]
    ) -> None:
        self._idle_s = idle_s
        self._on_idle, self._on_lost = on_idle, on_lost
        self._loop = asyncio.get_running_loop()
        self._arrived: list[bytes] = []
        """Parts of the body that the present bytes hold."""
        self.on_body = self._arrived.append  # told of every chunk: sixty a stream
        self._parser = httptools.HttpResponseParser(self)
        self._headers: Headers = []
        self._has_begun = False
        self._fruitless = self._unsent = 0
        self._heard_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._is_whole = self._is_reusable = False
        self.is_lost = False
        self.is_paused = False
        """Whether the provider is made to wait."""
        self.kept_at = 0.0
        """The loop's second at which it last became idle."""
        self.incoming: Incoming | None = None

    # -- asking ----------------------------------------------------------------------------------------------

    async def ask(self, head: bytes, body: bytes) -> Incoming:
        """Send a request and return its answer once status and headers are there.

        Raises `TimeoutError` after `idle_s` of silence, `BrokenConnectionError`, `MalformedHTTPError`. Whoever is
        cancelled here has hung up.
        """
        self._is_whole = self._is_reusable = self._has_begun = False
        self._fruitless = 0
        self._headers = []
        incoming = self.incoming = Incoming(self)
        self._heard_at = self._loop.time()
        if self._timer is None:
            self._timer = self._loop.call_later(self._idle_s, self._look)
        if body:
            self._transport.writelines((head, body))
        else:
            self._transport.write(head)
        try:
            await incoming.begun()
        except BaseException:
            self.hang_up()
            raise
        return incoming

    @property
    def is_quiet(self) -> bool:
        """Whether the next request may be sent: the provider has neither hung up nor gone on speaking.

        The loop may not have read yet what waits in the socket. Whatever an answer says beyond its own length would be
        read as the answer to the next request, which may be another client's.
        """
        return not self._transport.is_closing() and not self._socket.poll(0)

    @property
    def has_heard(self) -> bool:
        """Whether a byte came since the last request: then it must not be repeated."""
        return self._has_begun or self._fruitless > 0

    def hang_up(self) -> None:
        """Let everything go at once."""
        self._transport.abort()

    # -- what the transport says -----------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._socket = select.poll()
        self._socket.register(transport.get_extra_info("socket").fileno(), select.POLLIN)

    def data_received(self, data: bytes) -> None:
        incoming = self.incoming
        if incoming is None:  # nobody asked: it would be taken for the answer to the next request
            self.hang_up()
            return
        self._heard_at = self._loop.time()
        had_begun = self._has_begun
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as problem:
            self._is_reusable = False
            if not self._is_whole:
                self._fail(MalformedHTTPError(str(problem)))
                return
        if has_body := bool(self._arrived):
            self._fruitless = 0
            incoming.add(self._arrived)
        if self._is_whole:
            self._finish()
        elif not has_body and (had_begun or not self._has_begun):
            self._bear(len(data))
        elif incoming.buffered > READ_AHEAD_BYTES and not self.is_paused:
            self.is_paused = True
            self._transport.pause_reading()

    def eof_received(self) -> None:
        """Nothing more comes: the transport closes, and `connection_lost` says what it means."""

    def connection_lost(self, problem: Exception | None) -> None:
        self.is_lost = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        incoming, self.incoming = self.incoming, None
        if incoming is not None:
            incoming.lost(None if problem is None and incoming.ends_with_connection else _broken(problem))
        self._on_lost(self)

    def resume_writing(self) -> None:
        """The last of a large request is on its way: from now on the provider is waited for."""
        self._heard_at = self._loop.time()

    # -- what the parser says --------------------------------------------------------------------------------

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._has_begun:  # those after the body are of the hop
            self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if not 100 <= status < 600:
            raise MalformedHTTPError("Its status is none.")
        if status < 200:  # a forerunner; the answer follows
            self._headers = []
        elif self.incoming is not None:
            self._has_begun = True
            self.incoming.begin(status, self._headers)

    def on_message_complete(self) -> None:
        if self._has_begun:
            self._is_whole = True
            # how HTTP/1.0 frames a body that is kept open is told differently everywhere (RFC 9112, appendix C.2.2)
            self._is_reusable = self._parser.should_keep_alive() and self._parser.get_http_version() != "1.0"

    def on_message_begin(self) -> None:
        if self._is_whole:
            raise MalformedHTTPError("A second answer came to one request.")

    # -- its ends --------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        incoming, self.incoming = self.incoming, None
        if incoming is not None:
            incoming.end()
        if self._is_reusable and not self.is_paused and not self._transport.get_write_buffer_size():
            self._on_idle(self)
        else:
            self.hang_up()

    def _bear(self, size: int) -> None:
        """Take bytes that brought the answer no further, as long as they are few."""
        self._fruitless += size
        if self._fruitless > HEAD_BYTES:
            self._fail(MalformedHTTPError("There is no end of its headers."))

    def _fail(self, problem: Exception) -> None:
        incoming, self.incoming = self.incoming, None
        self.hang_up()
        if incoming is not None:
            incoming.lost(problem)

    def _look(self) -> None:
        """Once in `idle_s`, not for each request: see whether it was silent for so long."""
        self._timer = None
        if self.incoming is None:
            return
        now = self._loop.time()
        unsent = self._transport.get_write_buffer_size()
        if self.is_paused or 0 < unsent != self._unsent:
            self._heard_at = now  # the silence is the reader's, or the request is still under way
        self._unsent = unsent
        if (left := self._heard_at + self._idle_s - now) > 0:
            self._timer = self._loop.call_later(left, self._look)
        else:
            self._fail(TimeoutError(f"Nothing came for {self._idle_s} s."))

    def read_on(self) -> None:
        """There is room again for what the provider was made to wait with."""
        if self.is_paused and not self.is_lost:
            self.is_paused = False
            self._heard_at = self._loop.time()
            self._transport.resume_reading()


def _broken(problem: Exception | None) -> BrokenConnectionError:
    return BrokenConnectionError(str(problem) if problem else "The provider hung up.")
