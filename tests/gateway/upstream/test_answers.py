"""What a provider may answer, and what is refused of it."""

from __future__ import annotations

import gzip
import zlib

import pytest

from sekisho.gateway.errors import GateError
from sekisho.gateway.upstream import chunks
from sekisho.gateway.upstream import connection as connections
from tests.gateway.provider import CHUNKED, OK, Sayer, ask, client, http, raw_provider, read, read_request

ANSWERS = [
    pytest.param(OK, (200, b'"well"'), id="content-length"),
    pytest.param(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", (200, b""), id="an empty body"),
    pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", (204, b""), id="no body"),
    pytest.param(CHUNKED + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", (200, b"abcde"), id="chunks"),
    pytest.param(
        CHUNKED + b"3;a=b\r\nabc\r\n0\r\nx-sum: 9\r\n\r\n", (200, b"abc"), id="extension and trailer"
    ),
    pytest.param(b"HTTP/1.1 200 OK\r\n\r\nuntil the end", (200, b"until the end"), id="until the end"),
    pytest.param(b"HTTP/1.0 200 OK\r\n\r\nold", (200, b"old"), id="HTTP/1.0"),
    pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" + OK, (200, b'"well"'), id="after 100"),
    pytest.param(b"HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n" * 3 + OK, (200, b'"well"'), id="after 103"),
    pytest.param(http("429 Slow down", b"later"), (429, b"later"), id="an error"),
    pytest.param(
        OK + b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nmore", (200, b'"well"'), id="and another"
    ),
    pytest.param(OK + b"rubbish", (200, b'"well"'), id="and rubbish"),
]


@pytest.mark.parametrize(("said", "expected"), ANSWERS)
async def test_an_answer_is_read(said, expected):
    async with raw_provider(Sayer(said)) as route, client() as upstream:
        assert await read(upstream, route) == expected


@pytest.mark.parametrize(("said", "expected"), ANSWERS)
async def test_an_answer_is_read_byte_by_byte(said, expected):
    async def trickle(reader, writer, number):
        await read_request(reader)
        for at in range(len(said)):
            writer.write(said[at : at + 1])
            await writer.drain()

    async with raw_provider(trickle) as route, client() as upstream:
        assert await read(upstream, route) == expected


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\ncontent-le", id="half a head"),
        pytest.param(http("200 OK", b"abc")[:-1], id="half a body"),
        pytest.param(CHUNKED + b"5\r\nab", id="half a chunk"),
        pytest.param(CHUNKED + b"2\r\nab\r\n", id="no last chunk"),
        pytest.param(CHUNKED + b"zz\r\nab\r\n", id="no length of a chunk"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd", id="two lengths"
        ),
        pytest.param(
            CHUNKED[:-2] + b"content-length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n", id="chunks and a length"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n", id="coded in transfer"
        ),
        pytest.param(b"HTTP/1.1 200 OK\r\nx: a\0b\r\ncontent-length: 0\r\n\r\n", id="a NUL in a header"),
        pytest.param(b"HTTP/1.1 200 OK\r\nx y: a\r\ncontent-length: 0\r\n\r\n", id="a space in a name"),
        pytest.param(
            b"HTTP/1.1 101 Switching\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n", id="another protocol"
        ),
        pytest.param(b"HTTP/4.0 200 OK\r\ncontent-length: 0\r\n\r\n", id="another version"),
        pytest.param(http("999 Go away", b"a"), id="a status that is none"),
        pytest.param(http("099 No", b"a"), id="a status below all"),
        pytest.param(b"HTTP/1.1 200 OK\r\nx: a\r\n b\r\ncontent-length: 0\r\n\r\n", id="a folded header"),
        pytest.param(b"HTTP/1.1 200 OK\ncontent-length: 0\n\n", id="bare line feeds"),
        pytest.param(b"HTTP/1.1 200 OK\r\nx: a\ny: b\r\ncontent-length: 0\r\n\r\n", id="a bare line feed"),
        pytest.param(b"HTTP/1.1 200 OK\r\nx: a\ry: b\r\ncontent-length: 0\r\n\r\n", id="a bare return"),
        pytest.param(b"HTTP/1.1 200 OK\r\ncontent-length : 1\r\n\r\na", id="a space before the colon"),
        pytest.param(b"HTTP/1.1 200 OK\r\ncontent-length: +1\r\n\r\na", id="a sign before a length"),
        pytest.param(b"HTTP/1.1 200 OK\r\ncontent-length: 1, 1\r\n\r\na", id="a list of lengths"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551617\r\n\r\na", id="a length past all"
        ),
        pytest.param(CHUNKED[:-2] + b"transfer-encoding: chunked\r\n\r\n0\r\n\r\n", id="chunks twice"),
        pytest.param(CHUNKED + b"+1\r\na\r\n0\r\n\r\n", id="a sign before a chunk"),
        pytest.param(CHUNKED + b"0x1\r\na\r\n0\r\n\r\n", id="0x before a chunk"),
        pytest.param(CHUNKED + b"1 \r\na\r\n0\r\n\r\n", id="a space after a chunk's length"),
        pytest.param(CHUNKED + b"10000000000000001\r\na\r\n0\r\n\r\n", id="a chunk past all"),
        pytest.param(CHUNKED + b"1\na\r\n0\r\n\r\n", id="a bare line feed after a chunk's length"),
        pytest.param(CHUNKED + b"1\r\nab\r\n0\r\n\r\n", id="a chunk longer than it says"),
        pytest.param(CHUNKED + b"1;a\nb\r\na\r\n0\r\n\r\n", id="a line feed in an extension"),
        pytest.param(CHUNKED + b"1\r\na\r\n0\r\ncontent-length: 1\r\n\r\n", id="a length in the trailer"),
        pytest.param(b"SSH-2.0-server\r\n", id="no HTTP"),
    ],
)
async def test_what_is_cut_off_or_ambiguous_is_refused(said):
    async with raw_provider(Sayer(said)) as route, client() as upstream:
        with pytest.raises(GateError) as refused:
            await read(upstream, route)
        assert refused.value.code in ("upstream_unreachable", "upstream_broken")


@pytest.mark.parametrize(
    ("begin", "more"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nx: ", b"a" * 4096, id="a header"),
        pytest.param(b"HTTP/1.1 200 OK\r\n", b"x: a\r\n" * 512, id="headers"),
        pytest.param(b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 128, id="forerunners"),
        pytest.param(CHUNKED + b"1;", b"a" * 4096, id="an extension"),
        pytest.param(CHUNKED + b"0\r\n", b"x: a\r\n" * 512, id="trailers"),
    ],
)
async def test_what_has_no_end_is_refused(begin, more):
    sent = 0

    async def endless(reader, writer, number):
        nonlocal sent
        await read_request(reader)
        writer.write(begin)
        while True:
            writer.write(more)
            sent += len(more)
            await writer.drain()

    async with raw_provider(endless) as route, client() as upstream:
        with pytest.raises(GateError) as refused:
            await read(upstream, route)
    assert refused.value.code in ("upstream_unreachable", "upstream_broken")
    assert sent < 64 * connections.HEAD_BYTES  # the kernel's own buffers take most of it


async def test_what_came_before_the_break_is_given_first():
    async with raw_provider(Sayer(CHUNKED + b"3\r\nabc\r\n")) as route, client() as upstream:
        answer = await ask(upstream, route)
        assert await answer.chunk() == b"abc"
        with pytest.raises(ConnectionError):
            await answer.chunk()


TEXT = b'{"said": "%b"}' % (b"well " * 200_000)
RAW = zlib.compressobj(wbits=-15)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        pytest.param("gzip", gzip.compress(TEXT), id="gzip"),
        pytest.param("deflate", zlib.compress(TEXT), id="deflate"),
        pytest.param("deflate", RAW.compress(TEXT) + RAW.flush(), id="deflate without its wrapper"),
        pytest.param("Identity", TEXT, id="identity"),
    ],
)
async def test_an_encoded_answer_is_read(encoding, body):
    async with (
        raw_provider(Sayer(http("200 OK", body, f"content-encoding: {encoding}"))) as route,
        client() as upstream,
    ):
        assert await read(upstream, route) == (200, TEXT)


@pytest.mark.parametrize(
    ("encoding", "body", "code"),
    [
        pytest.param("br", TEXT, "upstream_unreadable", id="unknown here"),
        pytest.param("gzip, gzip", TEXT, "upstream_unreadable", id="one over the other"),
        pytest.param("gzip", gzip.compress(TEXT)[:-9], "upstream_broken", id="cut off"),
        pytest.param("gzip", TEXT, "upstream_broken", id="not what it says"),
        pytest.param("gzip", gzip.compress(b"a") + b"more", "upstream_broken", id="more than it says"),
        pytest.param(
            "gzip", gzip.compress(b"\0" * (64 << 20)), "upstream_too_large", id="far larger than it looks"
        ),
    ],
)
async def test_an_encoded_answer_is_refused(encoding, body, code):
    async with (
        raw_provider(Sayer(http("200 OK", body, f"content-encoding: {encoding}"))) as route,
        client() as upstream,
    ):
        with pytest.raises(GateError) as refused:
            await read(upstream, route)
        assert refused.value.code == code


async def test_two_encodings_in_two_headers_are_refused():
    said = http("200 OK", gzip.compress(TEXT), "content-encoding: identity", "content-encoding: br")
    async with raw_provider(Sayer(said)) as route, client() as upstream:
        with pytest.raises(GateError) as refused:
            await read(upstream, route)
        assert refused.value.code == "upstream_unreadable"


async def test_a_stream_without_an_end_has_one():
    body = gzip.compress(b"\0" * (1 << 20))
    async with (
        raw_provider(Sayer(http("200 OK", body, "content-encoding: gzip"))) as route,
        client() as upstream,
    ):
        answer = await ask(upstream, route)
        with pytest.raises(GateError) as refused:
            [chunk async for chunk in chunks(answer, 1 << 19)]
        answer.close()
    assert refused.value.code == "upstream_too_large"
