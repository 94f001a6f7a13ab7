"""Everything that a client can send wrong, in both dialects: the provider's own error shape and status, never a 500."""

from __future__ import annotations

import asyncio
import gzip

import pytest
from yarl import URL

from sekisho.gateway.gate import Limits
from sekisho.link.snapshot import Dialect, Route
from tests.gateway.conftest import KEY, running

MESSAGES, CHAT = "/v1/messages", "/v1/chat/completions"
GOOD = b'{"model": "claude-fake-1", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}'
JSON = {"x-api-key": KEY, "content-type": "application/json"}
BOTH = pytest.mark.parametrize("path", [MESSAGES, CHAT], ids=["anthropic", "openai"])

KNOWN = tuple(
    Route(id=f"fake-{dialect}", dialect=dialect, base_url="", fake=True, models=("claude-*", "gpt-*"))
    for dialect in Dialect
)

BODIES = [
    pytest.param(b"", 400, id="empty"),
    pytest.param(b"{", 400, id="cut off"),
    pytest.param(GOOD[:-20], 400, id="cut off late"),
    pytest.param(b"[]", 400, id="a list"),
    pytest.param(b'"hello"', 400, id="a string"),
    pytest.param(b"\xff\xfe{}", 400, id="not UTF-8"),
    pytest.param(GOOD.replace(b"Hi", b"H\xffi"), 400, id="bad UTF-8 in a string"),
    pytest.param(GOOD.replace(b'"Hi"', b"7"), 400, id="content is a number"),
    pytest.param(GOOD.replace(b'"claude-fake-1"', b"7"), 400, id="model is a number"),
    pytest.param(b'{"model": "claude-fake-1"}', 400, id="no messages"),
    pytest.param(b'{"messages": [{"role": "user", "content": "Hi"}]}', 400, id="no model"),
    pytest.param(b'{"model": "claude-fake-1", "messages": {}}', 400, id="messages are an object"),
    pytest.param(b'{"model": "claude-fake-1", "messages": ["Hi"]}', 400, id="a message is a string"),
    pytest.param(GOOD[:-1] + b', "model": "gpt-2"}', 400, id="a key twice"),
    pytest.param(GOOD[:-1] + b', "x": ' + b"[" * 5000 + b"]" * 5000 + b"}", 400, id="nested without end"),
    pytest.param(GOOD.replace(b"claude-fake-1", b"unheard-of"), 404, id="unknown model"),
]


@BOTH
@pytest.mark.parametrize(("body", "status"), BODIES)
async def test_body(path, body, status):
    async with running(routes=KNOWN) as site:
        reply = await site.post(path, body)
    assert reply.status == status
    expected = "not_found_error" if status == 404 and path == MESSAGES else "invalid_request_error"
    assert reply.error == expected
    assert reply.json["error"]["message"]
    assert reply.headers["request-id"].startswith("req_")
    if path == MESSAGES:
        assert reply.json["type"] == "error"
    assert not site.journal.entries
    assert not site.fake.seen


HEADERS = [
    pytest.param({"content-encoding": "gzip"}, gzip.compress(GOOD), 415, id="gzip"),
    pytest.param({"content-type": "text/plain"}, GOOD, 415, id="not JSON"),
    pytest.param({"x-api-key": "sk-unknown"}, GOOD, 401, id="unknown key"),
    pytest.param({"x-api-key": ""}, GOOD, 401, id="no key"),
    pytest.param({"authorization": "Bearer sk-other"}, GOOD, 401, id="two keys"),
]


@BOTH
@pytest.mark.parametrize(("headers", "body", "status"), HEADERS)
async def test_headers(site, path, headers, body, status):
    reply = await site.post(path, body, headers=headers)
    assert reply.status == status
    wanted = "authentication_error" if status == 401 and path == MESSAGES else "invalid_request_error"
    assert reply.error == wanted
    if status == 401 and path == CHAT:
        assert reply.json["error"]["code"] == "invalid_api_key"


async def test_the_messages_api_wants_its_version(site):
    async with site.client.post(site.url + MESSAGES, data=GOOD, headers=JSON) as response:
        assert response.status == 400
        assert "anthropic-version" in (await response.json())["error"]["message"]


@BOTH
async def test_errors_are_told_in_the_readers_language(site, path):
    reply = await site.post(path, b"{", headers={"accept-language": "ja-JP,ja;q=0.9"})
    assert "本文" in reply.json["error"]["message"]


@BOTH
@pytest.mark.parametrize("is_chunked", [False, True], ids=["announced", "chunked"])
async def test_too_large(path, is_chunked):
    async with running(limits=Limits(body_bytes=100)) as site:
        body = GOOD + b" " * 200

        async def pieces():
            yield body[:60]
            yield body[60:]

        headers = JSON | {"anthropic-version": "2023-06-01"}
        data = pieces() if is_chunked else body
        async with site.client.post(site.url + path, data=data, headers=headers) as response:
            assert response.status == 413
            told = await response.json()
        assert told["error"]["type"] == ("request_too_large" if path == MESSAGES else "invalid_request_error")


async def test_a_body_that_never_ends_is_given_up():
    async with running(limits=Limits(client_idle_s=0.05)) as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.rsplit(":", 1)[1]))
        head = f"POST {MESSAGES} HTTP/1.1\r\nhost: x\r\nx-api-key: {KEY}\r\nanthropic-version: 2023-06-01\r\n"
        writer.write(head.encode() + b"content-length: 100\r\n\r\n{")
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"invalid_request_error" in answer
        writer.close()


async def test_a_client_that_asks_first_may_send_its_body(site):
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.rsplit(":", 1)[1]))
    head = f"POST {MESSAGES} HTTP/1.1\r\nhost: x\r\nx-api-key: {KEY}\r\nanthropic-version: 2023-06-01\r\n"
    writer.write(head.encode() + f"expect: 100-continue\r\ncontent-length: {len(GOOD)}\r\n\r\n".encode())
    assert await reader.readline() == b"HTTP/1.1 100 Continue\r\n"
    writer.write(GOOD)
    assert b"200 OK" in await reader.readuntil(b"\r\n") + await reader.readuntil(b"\r\n")
    writer.close()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("GET", MESSAGES, 405, id="GET messages"),
        pytest.param("DELETE", CHAT, 405, id="DELETE chat"),
        pytest.param("POST", "/v1/models", 405, id="POST models"),
        pytest.param("GET", "/v1/unheard-of", 404, id="unknown path"),
        pytest.param("POST", "/", 404, id="root"),
        pytest.param("HEAD", "/api/hello", 404, id="a coding client's probe"),
    ],
)
async def test_addresses(site, method, path, status):
    async with site.client.request(method, site.url + path, headers={"x-api-key": KEY}) as response:
        assert response.status == status
        if method != "HEAD":
            assert (await response.json())["error"]["message"]


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/v1/models/../files", id="up"),
        pytest.param("/v1/models/%2e%2e/files", id="up, encoded"),
        pytest.param("/v1/models/%252e%252e/files", id="up, encoded twice"),
        pytest.param("/v1/models/..%2ffiles", id="up, slash encoded"),
        pytest.param("/v1/models/..%5cfiles", id="up, backslash"),
        pytest.param("/v1/models//files", id="nothing between"),
    ],
)
async def test_no_path_leads_round_the_gate(site, path):
    async with site.client.get(URL(site.url + path, encoded=True), headers={"x-api-key": KEY}) as response:
        assert response.status == 404
    assert not site.fake.seen
