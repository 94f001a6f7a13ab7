"""The client of all providers: what goes to which of them, and what its failures are called."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from sekisho.gateway.errors import GateError, Kind
from sekisho.gateway.exchange import Headers
from sekisho.gateway.upstream.address import Address, address_of
from sekisho.gateway.upstream.answer import SILENT, UNREACHABLE, UNREADABLE, Answer, Source
from sekisho.gateway.upstream.headers import outgoing
from sekisho.gateway.upstream.pool import Pool
from sekisho.link.snapshot import Route

if TYPE_CHECKING:
    from sekisho.gateway.upstream.by_proxy import ProxyRoad


class Twin(Protocol):
    """A provider that starts when it is first needed."""

    async def address(self) -> str: ...

    async def close(self) -> None: ...


class Upstream:
    """The pooled client. `credentials` gives each setting that a route may name its value.

    `fake` is the shipped fake provider, asked for its address when a route without one is first used.
    Certificates are checked against the system's authorities, or as `tls` says.
    """

    def __init__(
        self,
        credentials: Mapping[str, str],
        connect_s: float,
        idle_s: float,
        fake: Twin | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._credentials = credentials
        self._fake = fake
        self._pool = Pool(connect_s, idle_s, tls)
        self._patience = connect_s, idle_s
        self._proxy: ProxyRoad | None = None

    async def close(self) -> None:
        await self._pool.close()
        if self._proxy is not None:
            await self._proxy.close()
        if self._fake is not None:
            await self._fake.close()

    async def send(self, route: Route, method: str, target: str, headers: Headers, body: bytes) -> Answer:
        """Return the provider's answer once its status and headers are there; the caller reads or closes it.

        Raises `GateError`: 504 when the provider is silent too long, 502 when it cannot be reached, breaks off, or
        answers what cannot be screened.
        """
        base_url = route.base_url or await self._twin()
        try:
            source = await self._ask(route, base_url, method, target, headers, body)
        except TimeoutError as problem:
            raise GateError(Kind.UPSTREAM_TIMEOUT, "upstream_timeout", SILENT) from problem
        except (OSError, ValueError) as problem:
            raise GateError(Kind.UPSTREAM, "upstream_unreachable", UNREACHABLE) from problem
        return _screenable(source)

    async def _twin(self) -> str:
        if self._fake is None:
            raise GateError(Kind.UPSTREAM, "route_without_address", UNREACHABLE)
        return await self._fake.address()

    async def _ask(
        self, route: Route, base_url: str, method: str, target: str, headers: Headers, body: bytes
    ) -> Source:
        address = address_of(base_url)
        where = address.target(target)
        secret = self._credentials.get(route.credential, "") if route.credential else ""
        sent = outgoing(headers, address, route.dialect, secret)
        if address.proxy is not None:
            return await self._by_proxy().ask(address, method, where, sent, body)
        head = head_of(method, where, address, sent, len(body))
        return await self._pool.ask(address.origin, head, body, is_safe=method == "GET")

    def _by_proxy(self) -> ProxyRoad:
        """Return the road through proxies, built when the first is met: most gates never meet one."""
        if self._proxy is None:
            from sekisho.gateway.upstream.by_proxy import ProxyRoad

            self._proxy = ProxyRoad(*self._patience)
        return self._proxy


def head_of(method: str, target: str, address: Address, headers: Headers, body_bytes: int) -> bytes:
    """Return the bytes of a request before its body.

    Raises `ValueError` when a value would end its line: what follows would be read as another header, or as another
    request.
    """
    lines = [
        b"%b %b HTTP/1.1\r\nhost: %b" % (method.encode(), target.encode("latin-1"), address.host),
        *[b"%b: %b" % pair for pair in headers],
    ]
    if body_bytes or method != "GET":
        lines.append(b"content-length: %d" % body_bytes)
    head = b"\r\n".join(lines) + b"\r\n\r\n"
    ends = len(lines) + 2
    if head.count(b"\n") != ends or head.count(b"\r") != ends or b"\0" in head:
        raise ValueError("A header's value holds the end of a line.")
    return head


def _screenable(source: Source) -> Answer:
    """Raises `GateError` for a redirect, which would send the client, and its key, elsewhere, and for an encoding
    that hides the text from the screen."""
    try:
        if not 300 <= source.status < 400:
            return Answer(source)
    except ValueError:
        pass
    source.close()
    raise GateError(Kind.UPSTREAM, "upstream_unreadable", UNREADABLE)
