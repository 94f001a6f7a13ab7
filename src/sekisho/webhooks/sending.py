"""The network side of webhooks: each sending looked up, checked, connected, signed and bounded, in one loop of its own.

No database here. An answer's body is never read: nothing follows from what a stranger writes, and nothing is kept.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from socket import AF_INET, AF_INET6, AI_NUMERICHOST, AddressFamily

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from sekisho import __version__
from sekisho.base.clock import Clock, system_clock
from sekisho.webhooks.lookup import Lookup, PrivateAddressError, public_addresses, system_lookup
from sekisho.webhooks.rules.signature import headers
from sekisho.webhooks.rules.targets import Good, judged
from sekisho.webhooks.types import Answer, Attempt, Parcel

CONNECT_S, WHOLE_S = 5.0, 15.0
"""Deadlines. Source: Standard Webhooks asks senders for a time-out of 15 to 30 seconds."""

LOOKUPS = 32
"""Names that are looked up at once; more than are sent at once."""
LINE_BYTES, AHEAD_BYTES = 4_096, 16_384
"""Of an answer: how long a line or a header may be, and how much is read ahead."""


class Checked(AbstractResolver):
    """Looks a name up once a connection, and lets it lead to public addresses only. What it returns is what is
    connected to; `Host` and the certificate stay those of the name."""

    def __init__(self, lookup: Lookup, private: bool) -> None:
        self._lookup, self._private = lookup, private

    async def resolve(self, host: str, port: int = 0, family: AddressFamily = AF_INET) -> list[ResolveResult]:
        found = await asyncio.to_thread(public_addresses, host, port, self._lookup, private=self._private)
        return [_result(host, port, address) for address in found]

    async def close(self) -> None:
        """Nothing is kept open."""


def _result(host: str, port: int, address: str) -> ResolveResult:
    family = AF_INET6 if ":" in address else AF_INET
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=AI_NUMERICHOST)


class Courier:
    """Sends parcels from a thread with an event loop of its own. Close it when done."""

    def __init__(
        self,
        *,
        private: bool = False,
        lookup: Lookup = system_lookup,
        tls: ssl.SSLContext | None = None,
        clock: Clock = system_clock,
        whole_s: float = WHOLE_S,
    ) -> None:
        self._private, self._lookup, self._clock = private, lookup, clock
        self._tls = tls or ssl.create_default_context()
        self._timeout = aiohttp.ClientTimeout(total=whole_s, sock_connect=min(CONNECT_S, whole_s))
        self._loop = asyncio.new_event_loop()
        self._waits = ThreadPoolExecutor(LOOKUPS, "webhooks-names")
        self._loop.set_default_executor(self._waits)  # Python's own would have few places on a small machine
        self._thread = threading.Thread(target=self._loop.run_forever, name="webhooks-network", daemon=True)
        self._thread.start()

    def send(self, parcel: Parcel) -> Future[Answer]:
        """Begin to send. What comes of it is an `Answer`, whatever happens."""
        return asyncio.run_coroutine_threadsafe(self._sent(parcel), self._loop)

    def close(self) -> None:
        """Stop; what is under way is dropped, and due again when its lease ends."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._waits.shutdown(wait=False, cancel_futures=True)

    async def _sent(self, parcel: Parcel) -> Answer:
        began, at = time.monotonic(), self._clock()
        status, problem, wait_s = await self._asked(parcel, at)
        took_ms = round((time.monotonic() - began) * 1000)
        return Answer(Attempt(at, status, problem, took_ms), wait_s)

    async def _asked(self, parcel: Parcel, at: datetime) -> tuple[int, str, float]:
        """Return status, problem, and how long the receiver asks us to wait."""
        if not parcel.secrets and not parcel.signed:
            return 0, "unsigned", 0.0
        if not isinstance(judged(parcel.url, private=self._private), Good):
            return 0, "private_address", 0.0
        try:
            async with asyncio.timeout(self._timeout.total):
                return await self._posted(parcel, at)
        except Exception as problem:
            return 0, _why(problem), 0.0

    async def _posted(self, parcel: Parcel, at: datetime) -> tuple[int, str, float]:
        connector = aiohttp.TCPConnector(
            resolver=Checked(self._lookup, self._private),
            use_dns_cache=False,
            force_close=True,
            ssl=self._tls,
        )
        sent = dict(parcel.signed) or headers(parcel.message, at, parcel.body, parcel.secrets)
        sent |= _HEADERS
        async with (
            aiohttp.ClientSession(
                connector=connector,
                timeout=self._timeout,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                max_line_size=LINE_BYTES,
                max_field_size=LINE_BYTES,
                read_bufsize=AHEAD_BYTES,
            ) as session,
            session.post(URL(parcel.url), data=parcel.body, headers=sent, allow_redirects=False) as answer,
        ):
            return answer.status, _problem_of(answer.status), _asked_s(answer.headers)


_HEADERS = {
    "content-type": "application/json",
    "accept-encoding": "identity",
    "user-agent": f"Sekisho/{__version__} (webhooks)",
}


def _problem_of(status: int) -> str:
    if 200 <= status < 300:
        return ""
    return "redirected" if 300 <= status < 400 else "refused"


def _asked_s(received: Mapping[str, str]) -> float:
    """Return the seconds of `retry-after`; 0 for none, and for a date, which nobody needs here (RFC 9110, 10.2.3)."""
    asked = received.get("retry-after", "")
    return float(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0.0


def _why(problem: BaseException | None) -> str:
    """Return the word for what went wrong: that of the first cause that has one."""
    causes: list[BaseException] = []
    while problem is not None and len(causes) < 5:
        causes.append(problem)
        problem = problem.__cause__ or problem.__context__
    for kind, word in _WORDS:
        if any(isinstance(cause, kind) for cause in causes):
            return word
    return "unreachable"


_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (PrivateAddressError, "private_address"),
    (ssl.SSLCertVerificationError, "certificate"),
    (aiohttp.ClientConnectorCertificateError, "certificate"),
    (TimeoutError, "timeout"),
    (aiohttp.ClientConnectorDNSError, "unknown_host"),
)
