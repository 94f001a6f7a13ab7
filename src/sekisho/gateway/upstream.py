"""Step five: the way to the providers. One pooled client for all of them.

The request goes out as it came in (R-DATA-260, R-DATA-261): body byte for byte, headers as an open list.
Only what belongs to the hop, or to the gate itself, is taken out. Answers come back in the same way.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Protocol

import aiohttp
from aiohttp.helpers import get_env_proxy_for_url
from multidict import CIMultiDict
from yarl import URL

from sekisho.base.text import Text
from sekisho.gateway.auth import CREDENTIAL_HEADERS
from sekisho.gateway.errors import GateError, Kind
from sekisho.gateway.exchange import Headers
from sekisho.link.snapshot import Dialect, Route

HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
"""Of one connection, not of the message. Source: RFC 9110, section 7.6.1."""

NOT_FORWARDED = HOP_BY_HOP | CREDENTIAL_HEADERS | {b"host", b"content-length", b"expect", b"accept-encoding"}
"""`accept-encoding` because what is screened must be readable: the provider is asked for `identity`."""

NOT_RETURNED = HOP_BY_HOP | {
    b"content-length",
    b"content-encoding",
    b"set-cookie",
    b"alt-svc",
    b"strict-transport-security",
}
"""The last three speak of the provider's host, and would be taken as said of this one."""

OURS = b"sekisho-"
"""How the gate's own headers begin: no provider shall speak in its name."""

READABLE = frozenset({"", "identity", "gzip", "deflate"})
"""Encodings of an answer that the client decodes, should a provider use one although it was asked not to."""

_fresh: ContextVar[bool] = ContextVar("fresh_connection", default=False)


class _Connector(aiohttp.TCPConnector):
    """A pool that tells the requesting task whether its connection was made for it."""

    async def _create_connection(self, *args: Any, **kwargs: Any) -> Any:
        _fresh.set(True)
        return await super()._create_connection(*args, **kwargs)


class Twin(Protocol):
    """A provider that starts when it is first needed."""

    async def address(self) -> str: ...

    async def close(self) -> None: ...


class Upstream:
    """The pooled client. `credentials` gives each setting that a route may name its value.

    `fake` is the shipped fake provider, asked for its address when a route without one is first used.
    """

    def __init__(
        self,
        credentials: Mapping[str, str],
        connect_s: float,
        idle_s: float,
        fake: Twin | None = None,
    ) -> None:
        self._credentials = credentials
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect_s, sock_read=idle_s)
        self._fake = fake
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=_Connector(limit=0, keepalive_timeout=30, ttl_dns_cache=60),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=self._timeout,
            skip_auto_headers=("user-agent", "accept", "content-type", "accept-encoding"),
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
        if self._fake is not None:
            await self._fake.close()

    async def send(
        self, route: Route, method: str, target: str, headers: Headers, body: bytes
    ) -> aiohttp.ClientResponse:
        """Return the provider's answer once its status and headers are there; the caller reads or closes it.

        Raises `GateError`: 504 when the provider is silent too long, 502 when it cannot be reached or breaks
        off.
        """
        url, proxy = _address(await self._base(route), target)
        outgoing = self._headers(route, headers)
        try:
            response = await self._once_more_if_stale(method, url, proxy, outgoing, body)
        except TimeoutError as problem:
            raise GateError(Kind.UPSTREAM_TIMEOUT, "upstream_timeout", SILENT) from problem
        except (aiohttp.ClientError, OSError, ValueError) as problem:
            raise GateError(Kind.UPSTREAM, "upstream_unreachable", UNREACHABLE) from problem
        if not _can_be_screened(response):
            response.close()
            raise GateError(Kind.UPSTREAM, "upstream_unreadable", UNREADABLE)
        return response

    async def _base(self, route: Route) -> str:
        if route.base_url:
            return route.base_url
        if self._fake is None:
            raise GateError(Kind.UPSTREAM, "route_without_address", UNREACHABLE)
        return await self._fake.address()

    async def _once_more_if_stale(
        self, method: str, url: URL, proxy: URL | None, headers: CIMultiDict[str], body: bytes
    ) -> aiohttp.ClientResponse:
        """A kept connection may have died unseen; only then, and before any byte came back, is the request
        repeated."""
        if self._session is None:
            raise RuntimeError("Upstream.open() was not awaited.")
        for last in (False, True):
            _fresh.set(False)
            try:
                return await self._session.request(
                    method, url, data=body or None, headers=headers, proxy=proxy, allow_redirects=False
                )
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as problem:
                if last or isinstance(problem, aiohttp.ClientConnectorError) or _fresh.get():
                    raise
        raise AssertionError("not reached")

    def _headers(self, route: Route, headers: Headers) -> CIMultiDict[str]:
        dropped = NOT_FORWARDED | _named_by_connection(headers)
        outgoing = CIMultiDict((_text(name), _text(value)) for name, value in headers if name not in dropped)
        outgoing["accept-encoding"] = "identity"
        if route.credential and (secret := self._credentials.get(route.credential, "")):
            if route.dialect is Dialect.ANTHROPIC:
                outgoing["x-api-key"] = secret
            else:
                outgoing["authorization"] = f"Bearer {secret}"
        return outgoing


def returned(response: aiohttp.ClientResponse) -> Headers:
    """Return the provider's headers for the client, in lower case, without those of the hop."""
    raw = [(name.lower(), value) for name, value in response.raw_headers]
    dropped = NOT_RETURNED | _named_by_connection(raw)
    return [(name, value) for name, value in raw if name not in dropped and not name.startswith(OURS)]


async def chunks(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """Yield the body as it comes. Raises `GateError` when it breaks off or is silent too long.

    Nothing is read ahead of the consumer but the pool's own small buffer, so a slow client slows its
    provider.
    """
    try:
        async for chunk in response.content.iter_any():
            yield chunk
    except TimeoutError as problem:
        raise GateError(Kind.UPSTREAM_TIMEOUT, "upstream_timeout", SILENT) from problem
    except (aiohttp.ClientError, OSError) as problem:
        raise GateError(Kind.UPSTREAM, "upstream_broken", BROKEN) from problem


async def read_bounded(response: aiohttp.ClientResponse, most: int) -> bytes:
    """Return the whole body. Raises `GateError` as `chunks` does, and when there are more than `most`
    bytes."""
    parts = bytearray()
    async for chunk in chunks(response):
        parts += chunk
        if len(parts) > most:
            raise GateError(Kind.UPSTREAM, "upstream_too_large", TOO_LARGE)
    return bytes(parts)


def _can_be_screened(response: aiohttp.ClientResponse) -> bool:
    """A redirect would send the client, and its key, elsewhere; an unknown encoding hides the text from the
    screen."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    return not 300 <= response.status < 400 and encoding in READABLE


@lru_cache(maxsize=256)
def _address(base_url: str, target: str) -> tuple[URL, URL | None]:
    """Return where a request goes, and through which proxy of the environment; asked once for each address.

    A base URL may end in `/v1`, as the OpenAI SDK wants it, or not, as the Anthropic SDK does.
    """
    base = base_url.rstrip("/")
    url = URL(base.removesuffix("/v1") + target if target.startswith("/v1/") else base + target, encoded=True)
    try:
        return url, get_env_proxy_for_url(url)[0]
    except LookupError:
        return url, None


def _named_by_connection(headers: Headers) -> set[bytes]:
    """Return the headers that `Connection` declares to be of this hop only (RFC 9110, section 7.6.1)."""
    named = [value for name, value in headers if name == b"connection"]
    return {word.strip().lower() for value in named for word in value.split(b",")}


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


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
