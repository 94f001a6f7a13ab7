"""The gate's own server beneath any ASGI application: what goes over the wire, and who is told that a client left."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn

from sekisho.gateway.errors import ClientGoneError
from sekisho.gateway.exchange import LINE, Exchange
from sekisho.gateway.protocol import GuardedProtocol

PLAIN = [(b"Content-Type", b"text/plain")]
ASK = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"
LAST = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"


@asynccontextmanager
async def serving(app) -> AsyncIterator[int]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        http=GuardedProtocol,
        lifespan="off",
        ws="none",
        log_config=None,
        date_header=False,
        server_header=False,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    try:
        yield listener.getsockname()[1]
    finally:
        for each in server.servers:
            each.close()
        for connection in list(server.server_state.connections):
            connection.transport.abort()
        for task in list(server.server_state.tasks):
            task.cancel()
        await asyncio.gather(*server.server_state.tasks, return_exceptions=True)


def saying(status, headers, *parts):
    """An application that sends its answer in these parts."""

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for part in parts[:-1]:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": parts[-1] if parts else b""})

    return app


async def said(port: int, sent: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    return answer


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
CLOSES = b"connection: close\r\n"


@pytest.mark.parametrize(
    ("app", "sent", "answer"),
    [
        pytest.param(
            saying(200, [*PLAIN, (b"Content-Length", b"2")], b"ok"),
            LAST,
            HEAD + b"Content-Length: 2\r\n" + CLOSES + b"\r\nok",
            id="a length, in whatever letters",
        ),
        pytest.param(
            saying(200, PLAIN, b"a", b"", b"bc"),
            LAST,
            HEAD + CLOSES + b"transfer-encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n",
            id="parts",
        ),
        pytest.param(
            saying(200, PLAIN),
            LAST,
            HEAD + CLOSES + b"transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            id="nothing",
        ),
        pytest.param(
            saying(204, []), LAST, b"HTTP/1.1 204 No Content\r\n" + CLOSES + b"\r\n", id="no content"
        ),
        pytest.param(
            saying(200, [*PLAIN, (b"content-length", b"2")], b"ok"),
            LAST.replace(b"GET", b"HEAD"),
            HEAD + b"content-length: 2\r\n" + CLOSES + b"\r\n",
            id="HEAD",
        ),
        pytest.param(
            saying(200, [*PLAIN, (b"connection", b"close"), (b"content-length", b"2")], b"ok"),
            ASK + ASK,
            HEAD + CLOSES + b"content-length: 2\r\n\r\nok",
            id="the application closes",
        ),
        pytest.param(
            saying(200, [*PLAIN, (b"content-length", b"2")], b"ok"),
            ASK + LAST,
            HEAD + b"content-length: 2\r\n\r\nok" + HEAD + b"content-length: 2\r\n" + CLOSES + b"\r\nok",
            id="two in a row",
        ),
    ],
)
async def test_an_answer_is_written(app, sent, answer):
    async with serving(app) as port:
        assert await said(port, sent) == answer


@pytest.mark.parametrize(
    ("app", "begins"),
    [
        pytest.param(saying(200, [(b"x", b"a\r\nset-cookie: b")], b"ok"), b"", id="a line in a value"),
        pytest.param(saying(200, [(b"x: a\r\ny", b"b")], b"ok"), b"", id="a line in a name"),
        pytest.param(saying(200, [(b"content-length", b"1")], b"ok"), b"", id="more than its length"),
        pytest.param(
            saying(200, [(b"content-length", b"3")], b"ok"), b"HTTP/1.1 200 OK\r\n", id="less than its length"
        ),
    ],
)
async def test_a_wrong_answer_is_not_completed(app, begins, caplog):
    """The fault is the application's; the connection is closed, so that nobody takes what follows for an answer."""
    caplog.set_level(logging.CRITICAL)
    async with serving(app) as port:
        answer = await said(port, ASK)
    assert answer.startswith(begins)
    assert b"set-cookie" not in answer
    assert answer == b"" or b"content-length: 3" in answer


@pytest.mark.parametrize("size", [0, 1, 100_000, 1_000_000])
@pytest.mark.parametrize("cut", [1_000, 70_000, 1_000_000])
async def test_a_body_arrives_whole_however_it_is_cut(size, cut):
    sent = bytes(range(256)) * (size // 256 + 1)
    got = []

    async def app(scope, receive, send):
        exchange = Exchange(scope, receive, send, 5.0)
        got.append(await exchange.body(1 << 20))
        await exchange.reply(200, [], b"")

    async with serving(app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % size)
        for at in range(0, size, cut):
            writer.write(sent[at : min(at + cut, size)])
            await writer.drain()
        async with asyncio.timeout(5):
            await reader.read()
        writer.close()
    assert got == [sent[:size]]


class Left:
    """An application that answers nobody, and notes who left."""

    def __init__(self) -> None:
        self.asked, self.left = asyncio.Event(), asyncio.Event()

    async def __call__(self, scope, receive, send):
        exchange = Exchange(scope, receive, send, 5.0)
        await exchange.body(1 << 20)
        self.asked.set()
        try:
            with exchange.watched():
                await asyncio.Event().wait()
        except ClientGoneError:
            self.left.set()


class Elsewhere(Left):
    """The same, beneath a server that knows nothing but ASGI."""

    async def __call__(self, scope, receive, send):
        del scope["extensions"][LINE]
        await super().__call__(scope, receive, send)


LARGE = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 300000\r\n\r\n" + b"a" * 300_000


@pytest.mark.parametrize("kind", [Left, Elsewhere])
@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(ASK, id="a request"),
        pytest.param(LARGE, id="a large request"),
    ],
)
async def test_who_leaves_is_noticed_at_once(kind, sent):
    app = kind()
    async with serving(app) as port, asyncio.timeout(5):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        await app.asked.wait()
        writer.close()
        await app.left.wait()


async def test_who_leaves_is_noticed_behind_a_further_request():
    app = Left()
    async with serving(app) as port, asyncio.timeout(5):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(ASK + ASK)
        await app.asked.wait()
        writer.close()
        await app.left.wait()


async def test_who_has_left_before_is_noticed():
    """Between the body and the watch, nobody was told."""
    asked, noticed = asyncio.Event(), asyncio.Event()

    async def app(scope, receive, send):
        exchange = Exchange(scope, receive, send, 5.0)
        await exchange.body(1 << 20)
        asked.set()
        while not scope["extensions"][LINE].disconnected:
            await asyncio.sleep(0)
        try:
            with exchange.watched():
                await asyncio.Event().wait()
        except ClientGoneError:
            noticed.set()

    async with serving(app) as port, asyncio.timeout(5):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(ASK)
        await asked.wait()
        writer.transport.abort()
        await noticed.wait()
