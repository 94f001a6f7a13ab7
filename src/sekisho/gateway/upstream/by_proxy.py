"""The road through a forward proxy, for routes whose address the environment sends through one.

It is aiohttp's: CONNECT, TLS inside a tunnel, absolute targets and a proxy's own credentials are much to get right for
a road that few deployments take, and the time that it costs is small beside a second hop.
"""

from __future__ import annotations

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from sekisho.gateway.exchange import Headers
from sekisho.gateway.upstream.address import Address


class ProxyRoad:
    """Asks providers through proxies. Opens nothing until the first request."""

    def __init__(self, connect_s: float, idle_s: float) -> None:
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect_s, sock_read=idle_s)
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, address: Address, method: str, target: str, headers: Headers, body: bytes) -> Proxied:
        """Return the answer once its status and headers are there.

        aiohttp repeats what may be repeated, on a kept connection that died: a GET, and no POST. Raises
        `TimeoutError`, `OSError`, `ValueError`.
        """
        url = URL(f"{address.url.origin()}{target}", encoded=True)
        sent = CIMultiDict((name.decode("latin-1"), _text(value)) for name, value in headers)
        try:
            response = await self._open().request(
                method, url, data=body or None, headers=sent, proxy=address.proxy, allow_redirects=False
            )
        except aiohttp.ClientError as problem:
            raise _as_os_error(problem) from problem
        return Proxied(response)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=30, ttl_dns_cache=60),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._timeout,
                auto_decompress=False,
                skip_auto_headers=("user-agent", "accept", "content-type", "accept-encoding"),
            )
        return self._session


class Proxied:
    """One answer through a proxy: a `Source`."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.status = response.status
        self.headers: Headers = [(name.lower(), value) for name, value in response.raw_headers]

    async def take(self) -> bytes:
        try:
            return await self._response.content.readany()
        except aiohttp.ClientError as problem:
            raise _as_os_error(problem) from problem

    def close(self) -> None:
        self._response.close()


def _as_os_error(problem: aiohttp.ClientError) -> OSError:
    """A timeout stays one; all else is a connection that did not hold."""
    kind = TimeoutError if isinstance(problem, TimeoutError) else ConnectionError
    return kind(type(problem).__name__)


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
