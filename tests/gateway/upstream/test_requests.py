"""What reaches the provider: nothing but the request."""

from __future__ import annotations

import pytest

from sekisho.gateway.errors import GateError
from sekisho.gateway.upstream.address import address_of
from sekisho.link.snapshot import Dialect, Route
from tests.gateway.provider import OK, Sayer, ask, client, raw_provider, read


async def test_a_request_is_written_plainly():
    sayer = Sayer(OK)
    async with raw_provider(sayer) as route, client() as upstream:
        port = route.base_url.rpartition(":")[2]
        await read(upstream, route, target="/v1/messages?beta=true", headers=[(b"x-name", "値".encode())])
    assert sayer.heads == [
        f"POST /v1/messages?beta=true HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nx-name: 値\r\n"
        "accept-encoding: identity\r\ncontent-length: 2\r\n\r\n".encode()
    ]


@pytest.mark.parametrize(
    ("headers", "target"),
    [
        pytest.param([(b"x-a", b"1\r\nx-api-key: stolen")], "/v1/messages", id="a line in a value"),
        pytest.param([(b"x-a", b"1\nx-b: 2")], "/v1/messages", id="a bare line feed in a value"),
        pytest.param([(b"x-a", b"1\rx-b: 2")], "/v1/messages", id="a bare return in a value"),
        pytest.param([(b"x-a", b"\0")], "/v1/messages", id="a NUL in a value"),
        pytest.param([(b"transfer-encoding ", b"chunked")], "/v1/messages", id="a space in a name"),
        pytest.param([(b"x-a: 1\r\nx-b", b"2")], "/v1/messages", id="a line in a name"),
        pytest.param([], "/v1/messages HTTP/1.1\r\nx: ", id="a line in the path"),
        pytest.param([], "/v1/mess ages", id="a space in the path"),
        pytest.param([], "http://elsewhere/v1/messages", id="another host"),
    ],
)
async def test_nothing_is_smuggled(headers, target):
    sayer = Sayer(OK)
    async with raw_provider(sayer) as route, client() as upstream:
        with pytest.raises(GateError) as refused:
            await read(upstream, route, headers=headers, target=target)
    assert refused.value.code == "upstream_unreachable"
    assert not sayer.heads


async def test_a_body_has_the_length_that_is_told():
    """Whatever lengths and codings the client spoke of."""
    sayer = Sayer(OK)
    hop = [
        (b"content-length", b"99"),
        (b"transfer-encoding", b"chunked"),
        (b"connection", b"x-hop"),
        (b"x-hop", b"1"),
    ]
    async with raw_provider(sayer) as route, client() as upstream:
        await read(upstream, route, headers=hop)
    [head] = sayer.heads
    assert head.count(b"content-length: 2\r\n") == head.count(b"content-length") == 1
    assert b"transfer-encoding" not in head
    assert b"x-hop" not in head


@pytest.mark.parametrize(
    ("base_url", "asked", "target"),
    [
        pytest.param("https://a.test", "/v1/messages", "/v1/messages", id="a host"),
        pytest.param("https://a.test/v1/", "/v1/messages", "/v1/messages", id="a version, once"),
        pytest.param(
            "https://a.test/models/v1", "/v1/messages?a=%2F", "/models/v1/messages?a=%2F", id="a path"
        ),
        pytest.param("https://a.test/models", "/v2/x", "/models/v2/x", id="another version"),
    ],
)
def test_base_urls(base_url, asked, target):
    assert address_of(base_url).target(asked) == target


@pytest.mark.parametrize("base_url", ["ftp://a.test", "a.test", "http://", "https:///v1"])
async def test_a_base_url_that_is_none(base_url):
    async with client() as upstream:
        with pytest.raises(GateError) as refused:
            await ask(upstream, Route("r", Dialect.ANTHROPIC, base_url))
        assert refused.value.code in ("upstream_unreachable", "route_without_address")


async def test_a_base_url_with_a_user():
    sayer = Sayer(OK)
    async with raw_provider(sayer) as route, client() as upstream:
        await read(upstream, Route("r", Dialect.ANTHROPIC, route.base_url.replace("//", "//ben:s%40fe@")))
    assert b"authorization: Basic YmVuOnNAZmU=\r\n" in sayer.heads[0]


async def test_an_address_of_version_six():
    sayer = Sayer(OK)
    async with raw_provider(sayer, "::1") as route, client() as upstream:
        assert await read(upstream, route) == (200, b'"well"')
    assert b"host: [::1]:" in sayer.heads[0]


async def test_the_next_address_of_a_name_is_tried(monkeypatch):
    async with raw_provider(Sayer(OK)) as route, client() as upstream:
        port = int(route.base_url.rpartition(":")[2])
        tcp = (2, 1, 6, "")
        found = [(*tcp, ("127.0.0.1", 9)), (*tcp, ("127.0.0.1", port))]
        upstream._pool._names["both.test", port] = (float("inf"), found)
        assert await read(upstream, Route("r", Dialect.ANTHROPIC, f"http://both.test:{port}")) == (
            200,
            b'"well"',
        )
