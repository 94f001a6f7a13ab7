"""Asking a server what it says of itself, with the official client of the protocol (package `mcp`).

The address comes from outside, so it is looked up once, must be public, and what was looked up is what is connected to
(as for webhooks). Answers are bounded in size, number and time; nothing that a server sends is run or followed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import msgspec

from sekisho.connectors.types import Descriptor, Tool
from sekisho.webhooks.lookup import Lookup, PrivateAddressError, public_addresses, system_lookup
from sekisho.webhooks.rules.targets import Good, judged

WHOLE = timedelta(seconds=20)
ANSWER_BYTES = 2 * 1024 * 1024
MOST_PAGES = 20
MOST_TOOLS = 500


class FetchError(Exception):
    """Why a server could not be asked: `private_address`, `unreachable`, `too_large` or `not_mcp`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def fetch(url: str, *, private: bool = False, lookup: Lookup = system_lookup) -> Descriptor:
    """Return what the server at `url` says of itself now. Raises `FetchError`.

    `private` lets addresses of this network through, for development.
    """
    if not isinstance(judged(url, private=private), Good):
        raise FetchError("private_address")
    transport = _Checked(private, lookup)
    try:
        return asyncio.run(_fetched(url, transport))
    except BaseException as problem:
        if isinstance(problem, KeyboardInterrupt | SystemExit):
            raise
        raise FetchError(transport.refused or _why(problem)) from None


async def _fetched(url: str, transport: _Checked) -> Descriptor:
    from mcp import Client  # a heavy import, for a page that is seldom asked for
    from mcp.client.streamable_http import streamable_http_client

    async with (
        asyncio.timeout(WHOLE.total_seconds()),
        httpx2.AsyncClient(transport=transport, timeout=WHOLE.total_seconds(), trust_env=False) as http,
        Client(
            streamable_http_client(url, http_client=http, max_sse_event_size=ANSWER_BYTES),
            read_timeout_seconds=WHOLE.total_seconds(),
        ) as client,
    ):
        info = client.server_info
        capabilities = client.server_capabilities
        tools = [_tool(one) async for one in _all(client.list_tools, "tools")] if capabilities.tools else []
        prompts = (
            [_prompt(one) async for one in _all(client.list_prompts, "prompts")]
            if capabilities.prompts
            else []
        )
        return Descriptor(
            server=info.name if info else "",
            version=info.version if info else "",
            instructions=client.instructions or "",
            tools=_by_name(tools),
            prompts=_by_name(prompts),
        )


async def _all(ask: Any, what: str) -> AsyncIterator[Any]:
    """Yield every entry of a list that comes in pages."""
    cursor, seen = None, 0
    for _ in range(MOST_PAGES):
        page = await ask(cursor=cursor)
        for one in getattr(page, what):
            seen += 1
            if seen > MOST_TOOLS:
                raise FetchError("too_large")
            yield one
        cursor = page.next_cursor
        if not cursor:
            return
    raise FetchError("too_large")


def _tool(one: Any) -> Tool:
    said = (
        one.annotations.model_dump(mode="json", by_alias=True, exclude_none=True) if one.annotations else {}
    )
    return Tool(one.name, one.description or "", _plain(one.input_schema), said)


def _prompt(one: Any) -> Tool:
    arguments = {
        argument.name: {"description": argument.description or ""} for argument in one.arguments or ()
    }
    return Tool(one.name, one.description or "", {"properties": arguments} if arguments else {})


def _plain(schema: Any) -> dict[str, Any]:
    """Return the schema as plain JSON values, so that what is kept is what was sent."""
    found = msgspec.json.decode(msgspec.json.encode(schema))
    return found if isinstance(found, dict) else {}


def _by_name(tools: list[Tool]) -> tuple[Tool, ...]:
    return tuple(sorted(tools, key=lambda tool: tool.name))


class _Checked(httpx2.AsyncBaseTransport):
    """Connects to the number that a name was checked to have. Certificate and `Host` stay those of the name."""

    def __init__(self, private: bool, lookup: Lookup) -> None:
        self._inner = httpx2.AsyncHTTPTransport(retries=0)
        self._private, self._lookup = private, lookup
        self._known: dict[tuple[str, int], str] = {}
        self.refused = ""
        """Why an answer was not read to its end. Kept here, because a client tries again in another way, and what is
        raised in the end tells of that."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        host, port = url.host, url.port or (443 if url.scheme == "https" else 80)
        if (host, port) not in self._known:
            found = await asyncio.to_thread(public_addresses, host, port, self._lookup, private=self._private)
            self._known[host, port] = found[0]
        request.url = url.copy_with(host=self._known[host, port])
        request.extensions = {**request.extensions, "sni_hostname": host}
        answer = await self._inner.handle_async_request(request)
        request.url = url
        return httpx2.Response(
            answer.status_code,
            headers=answer.headers,
            stream=_Bounded(answer.stream, self),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Bounded(httpx2.AsyncByteStream):
    """An answer that ends with an error where it is too large."""

    def __init__(self, inner: Any, transport: _Checked) -> None:
        self._inner, self._transport = inner, transport

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = ANSWER_BYTES
        async for chunk in self._inner:
            left -= len(chunk)
            if left < 0:
                self._transport.refused = "too_large"
                raise FetchError("too_large")
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


def _why(problem: BaseException) -> str:
    """Return the word for what went wrong: the most telling of all causes, also inside groups of errors."""
    causes: list[BaseException] = []
    waiting = [problem]
    while waiting and len(causes) < MOST_CAUSES:
        cause = waiting.pop(0)
        causes.append(cause)
        waiting += cause.exceptions if isinstance(cause, BaseExceptionGroup) else ()
        waiting += [each for each in (cause.__cause__, cause.__context__) if each is not None]
    own = next((cause.code for cause in causes if isinstance(cause, FetchError)), "")
    if own:
        return own
    if any(isinstance(cause, PrivateAddressError) for cause in causes):
        return "private_address"
    unreachable = OSError, TimeoutError, httpx2.TransportError
    return "unreachable" if any(isinstance(cause, unreachable) for cause in causes) else "not_mcp"


MOST_CAUSES = 50
