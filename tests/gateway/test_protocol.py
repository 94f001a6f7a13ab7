"""The gate's own server beneath any ASGI application: what goes over the wire, and who is told that a client left."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn

from sekisho.gateway import protocol
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


# -- requests that two readers could read differently --------------------------------------------------------


def post(*lines: str, body: bytes = b"") -> bytes:
    return "\r\n".join(("POST /v1 HTTP/1.1", "host: x", *lines, "", "")).encode("latin-1") + body


CHUNKS = "transfer-encoding: chunked"
SECOND = b"GET /second HTTP/1.1\r\nhost: x\r\n\r\n"


class Echo:
    """Answers with the body, and notes which requests came, with which headers."""

    def __init__(self) -> None:
        self.seen: list[tuple[bytes, bytes]] = []
        self.headers: list[dict[bytes, bytes]] = []

    async def __call__(self, scope, receive, send):
        exchange = Exchange(scope, receive, send, 5.0)
        body = await exchange.body(1 << 20)
        self.seen.append((scope["raw_path"], body))
        self.headers.append(dict(exchange.headers))
        await exchange.reply(200, [], body)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(
            post("content-length: 4", CHUNKS, body=b"0\r\n\r\n" + SECOND), id="a length, then chunks"
        ),
        pytest.param(
            post(CHUNKS, "content-length: 4", body=b"0\r\n\r\n" + SECOND), id="chunks, then a length"
        ),
        pytest.param(post("content-length: 1", "content-length: 1", body=b"a"), id="two lengths"),
        pytest.param(post("content-length: 1, 1", body=b"a"), id="a list of lengths"),
        pytest.param(post("content-length: +1", body=b"a"), id="a sign"),
        pytest.param(post("content-length: -1", body=b"a"), id="a negative length"),
        pytest.param(post("content-length: 18446744073709551617", body=b"a"), id="a length past all"),
        pytest.param(post("content-length : 1", body=b"a"), id="a space before the colon"),
        pytest.param(post("x: a\r\n content-length: 9", "content-length: 1", body=b"a"), id="a folded line"),
        pytest.param(post("x: a\ny: b", "content-length: 1", body=b"a"), id="a bare line feed"),
        pytest.param(post("x: a\ry: b", "content-length: 1", body=b"a"), id="a bare return"),
        pytest.param(post("x: a\0b", "content-length: 1", body=b"a"), id="a NUL"),
        pytest.param(post("transfer-encoding: xchunked", body=b"0\r\n\r\n"), id="a coding that is none"),
        pytest.param(post("transfer-encoding: chunked, identity", body=b"0\r\n\r\n"), id="chunked not last"),
        pytest.param(post("transfer-encoding: gzip, chunked", body=b"0\r\n\r\n"), id="coded in transfer"),
        pytest.param(post("transfer-encoding: identity", CHUNKS, body=b"0\r\n\r\n"), id="two codings"),
        pytest.param(post(CHUNKS, body=b"+1\r\na\r\n0\r\n\r\n"), id="a sign before a chunk"),
        pytest.param(post(CHUNKS, body=b"0x1\r\na\r\n0\r\n\r\n"), id="0x before a chunk"),
        pytest.param(post(CHUNKS, body=b"1 \r\na\r\n0\r\n\r\n"), id="a space after a chunk's length"),
        pytest.param(post(CHUNKS, body=b"1\na\r\n0\r\n\r\n"), id="a bare line feed after a chunk's length"),
        pytest.param(post(CHUNKS, body=b"1;a\nb\r\na\r\n0\r\n\r\n"), id="a line feed in an extension"),
        pytest.param(post(CHUNKS, body=b"1\r\naX0\r\n\r\n"), id="a chunk longer than it says"),
        pytest.param(post(CHUNKS, body=b"10000000000000001\r\na\r\n0\r\n\r\n"), id="a chunk past all"),
        pytest.param(b"CONNECT elsewhere:443 HTTP/1.1\r\nhost: x\r\n\r\n", id="a tunnel"),
    ],
)
async def test_what_two_readers_could_read_differently_is_refused(sent):
    app = Echo()
    async with serving(app) as port:
        answer = await said(port, sent)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1") == 1
    assert not app.seen


async def test_trailers_are_no_headers():
    """Else a client would be somebody else after it was checked who it is."""
    app = Echo()
    trailer = b"1\r\na\r\n0\r\nx-api-key: late\r\ncontent-encoding: gzip\r\n\r\n"
    async with serving(app) as port:
        await said(port, post(CHUNKS, "x-api-key: mine", body=trailer) + LAST)
    assert app.seen[0] == (b"/v1", b"a")
    assert app.headers[0] == {b"host": b"x", CHUNKS[:17].encode(): b"chunked", b"x-api-key": b"mine"}


@pytest.mark.parametrize("at_once", [True, False])
async def test_after_an_upgrade_that_did_not_happen_nothing_is_read(at_once):
    app = Echo()
    sent = post("connection: upgrade", "upgrade: h2c", f"content-length: {len(SECOND)}")
    async with serving(app) as port, asyncio.timeout(5):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent + SECOND if at_once else sent)
        answer = await reader.readuntil(b"\r\n\r\n")
        writer.write(SECOND)
        assert b"HTTP/" not in await reader.read()
        writer.close()
    assert b"connection: close" in answer
    assert [path for path, _ in app.seen] == [b"/v1"]


async def test_a_refusal_is_not_written_into_an_answer():
    begun = asyncio.Event()

    async def app(scope, receive, send):
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": PLAIN})
        await send({"type": "http.response.body", "body": b"begun", "more_body": True})
        begun.set()
        await receive()

    async with serving(app) as port, asyncio.timeout(5):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(ASK)
        await begun.wait()
        writer.write(b"no HTTP at all\r\n\r\n")
        answer = b""
        with contextlib.suppress(ConnectionError):
            while part := await reader.read(100):
                answer += part
        writer.close()
    assert b"400" not in answer


async def test_a_body_that_was_not_waited_for_is_not_taken_for_a_request():
    """The client was told that it may go on by nobody: what it sends next may be the body, or another request."""
    async with serving(saying(401, [(b"content-length", b"0")], b"")) as port:
        answer = await said(port, post("expect: 100-continue", f"content-length: {len(SECOND)}"))
    assert answer == b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


# -- who is slow, or silent ----------------------------------------------------------------------------------


@pytest.fixture
def lost(monkeypatch) -> asyncio.Event:
    """Set once the server has let a connection go; its patience is short here."""
    event, letting_go = asyncio.Event(), GuardedProtocol.connection_lost

    def connection_lost(self, exc):
        letting_go(self, exc)
        event.set()

    monkeypatch.setattr(GuardedProtocol, "connection_lost", connection_lost)
    monkeypatch.setattr(protocol, "HEADERS_S", 0.1)
    monkeypatch.setattr(protocol, "STALLED_S", 0.1)
    return event


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GET / HTT", id="half a request"),
        pytest.param(ASK + b"\r\n", id="an empty line after an answer"),
        pytest.param(post("content-length: 9", body=b"a"), id="a body that nobody reads"),
        pytest.param(post("content-length: 9") + b"a", id="a body that comes later"),
    ],
)
async def test_who_says_nothing_more_is_let_go(lost, sent):
    answered = asyncio.Event()

    async def app(scope, receive, send):
        await saying(200, [(b"content-length", b"0")], b"")(scope, receive, send)
        answered.set()

    async with serving(app) as port, asyncio.timeout(5):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        head, end, rest = sent.partition(b"\r\n\r\n")
        writer.write(head + end)
        if end:
            await answered.wait()
            writer.write(rest)
        await lost.wait()
        writer.close()


LARGE_PART = b"a" * (16 << 20)


@pytest.mark.parametrize(
    ("headers", "parts"),
    [
        pytest.param([(b"content-length", b"%d" % len(LARGE_PART))], [LARGE_PART], id="kept open"),
        pytest.param([(b"connection", b"close")], [LARGE_PART], id="closed"),
        pytest.param([], [LARGE_PART, b"more"], id="in parts"),
    ],
)
async def test_who_does_not_read_is_let_go(lost, headers, parts):
    """Else an answer would stay in memory as long as somebody keeps a socket open."""
    async with serving(saying(200, headers, *parts)) as port, asyncio.timeout(5):
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(ASK)
        await lost.wait()
        writer.close()


async def test_who_reads_slowly_is_not_let_go(lost, monkeypatch):
    monkeypatch.setattr(protocol, "STALLED_S", 0.5)
    size = len(LARGE_PART)
    async with serving(saying(200, [(b"content-length", b"%d" % size)], LARGE_PART)) as port:
        async with asyncio.timeout(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
            writer.write(LAST)
            await reader.readuntil(b"\r\n\r\n")
            for _ in range(16):
                await reader.readexactly(size // 16)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(lost.wait(), 0.1)
            assert await reader.read() == b""
            writer.close()
