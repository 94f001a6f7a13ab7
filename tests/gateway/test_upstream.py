"""The way to the provider: what reaches it, what comes back, and every way in which it can fail."""

from __future__ import annotations

import asyncio

import pytest

from sekisho.gateway.gate import Limits
from sekisho.link.snapshot import Dialect, Route
from tests.gateway.conftest import KEY, running
from tests.gateway.provider import MESSAGE, http, raw_provider, read_request

WHOLE_AND_STREAMED = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
BODY = (
    b'{ "model":"claude-fake-1", "unknown_field": {"a":  1.50, "b": "\\u3042"},\n'
    b' "max_tokens": 9, "messages":[{"role":"user","content":"Hi"}] }'
)


async def test_the_body_reaches_the_provider_byte_for_byte(site):
    await site.post("/v1/messages?beta=true", BODY)
    [seen] = site.fake.seen
    assert seen.body == BODY


async def test_headers_are_an_open_list_without_the_clients_credentials(site):
    headers = {
        "authorization": f"Bearer {KEY}",
        "cookie": "session=1",
        "anthropic-beta": "context-1m-2025-08-07,unheard-of",
        "anthropic-unheard-of": "yes",
        "x-claude-code-session-id": "session-7",
        "user-agent": "a-coding-client/1.0",
        "accept-encoding": "gzip, br",
        "connection": "keep-alive, x-hop",
        "x-hop": "1",
    }
    await site.post("/v1/messages", BODY, headers=headers)
    [seen] = site.fake.seen
    for name in ("anthropic-beta", "anthropic-unheard-of", "x-claude-code-session-id", "user-agent"):
        assert seen.header(name) == headers[name]
    assert seen.header("anthropic-version") == "2023-06-01"
    assert seen.header("accept-encoding") == "identity"
    assert {"authorization", "x-api-key", "cookie", "x-hop"}.isdisjoint(
        name.decode() for name, _ in seen.headers
    )
    assert KEY.encode() not in b"".join(value for _, value in seen.headers)


@pytest.mark.parametrize(
    ("dialect", "header", "value"),
    [
        pytest.param(Dialect.ANTHROPIC, "x-api-key", "sk-provider", id="anthropic"),
        pytest.param(Dialect.OPENAI, "authorization", "Bearer sk-provider", id="openai"),
    ],
)
async def test_the_routes_credential_takes_the_clients_place(dialect, header, value):
    async with running(routes=()) as site:
        url = await site.fake.address()
        route = Route(id="real", dialect=dialect, base_url=f"{url}/v1", credential="provider_key")
        site.gate.upstream._credentials = {"provider_key": "sk-provider"}
        site.snapshots.publish(routes=(route,))
        reply = await (site.messages("Hi") if dialect is Dialect.ANTHROPIC else site.chat("Hi"))
        assert reply.status == 200
        assert site.fake.seen[0].header(header) == value
        assert site.fake.seen[0].path in ("/v1/messages", "/v1/chat/completions")


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 529])
@WHOLE_AND_STREAMED
async def test_a_providers_error_passes_verbatim(site, status, stream):
    reply = await site.messages("Hi", model=f"fake-error-{status}", stream=stream)
    assert reply.status == status
    assert reply.json["request_id"] == "req_fake01"
    assert reply.headers.get("retry-after") == ("7" if status == 429 else None)
    assert (site.entry.outcome, site.entry.status) == ("upstream_error", status)


async def test_counting_tokens_and_models_pass(site):
    counted = await site.post("/v1/messages/count_tokens", BODY)
    assert counted.json["input_tokens"] > 0
    assert site.entry.endpoint == "count_tokens"
    assert not site.entry.content
    anthropic = await site.get("/v1/models?limit=1000", {"x-api-key": KEY, "anthropic-version": "2023-06-01"})
    openai = await site.get("/v1/models", {"authorization": f"Bearer {KEY}"})
    assert "claude-fake-1" in {model["id"] for model in anthropic.json["data"]}
    assert openai.json["object"] == "list"
    assert len(site.journal.entries) == 1


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        pytest.param("broken", 502, "api_error", id="cut off"),
        pytest.param("stall", 504, "timeout_error", id="half, then silence"),
        pytest.param("silent", 504, "timeout_error", id="silence"),
    ],
)
async def test_a_provider_that_fails_before_the_answer_is_an_error(kind, status, error):
    idle_s = 300.0 if kind == "broken" else 0.1
    async with running(limits=Limits(upstream_idle_s=idle_s)) as site:
        reply = await site.messages("Hi", model=f"fake-{kind}")
        assert (reply.status, reply.error) == (status, error)
        assert site.entry.outcome == "upstream_broken"


@pytest.mark.parametrize("kind", ["broken", "stall"])
@pytest.mark.parametrize("dialect", ["messages", "chat"])
async def test_a_provider_that_fails_in_the_stream_is_an_error_in_the_stream(kind, dialect):
    idle_s = 1.0 if kind == "stall" else 300.0  # longer than its first words take
    async with running(limits=Limits(upstream_idle_s=idle_s)) as site:
        reply = await getattr(site, dialect)("Hi", model=f"fake-{kind}", stream=True)
        assert reply.status == 200
        assert reply.text
        assert any("error" in event for event in reply.events)
        assert site.entry.outcome == "upstream_broken"


async def test_a_provider_that_cannot_be_reached_is_a_502(site):
    nowhere = Route(id="nowhere", dialect=Dialect.ANTHROPIC, base_url="http://127.0.0.1:9")
    site.snapshots.publish(routes=(nowhere,))
    reply = await site.messages("Hi")
    assert (reply.status, reply.error) == (502, "api_error")
    assert site.entry.outcome == "upstream_broken"


@pytest.mark.parametrize("kind", ["stall", "silent"])
@WHOLE_AND_STREAMED
async def test_a_client_that_leaves_takes_its_upstream_request_with_it(site, kind, stream):
    body = b'{"model":"fake-%b","max_tokens":9,"stream":%b,"messages":[{"role":"user","content":"Hi"}]}' % (
        kind.encode(),
        b"true" if stream else b"false",
    )
    recorded = asyncio.Event()
    site.journal.on_append = lambda entry: recorded.set()
    _, writer = await _ask(site, body)
    while not site.fake.seen:
        await asyncio.sleep(0)
    writer.close()
    async with asyncio.timeout(5):
        await site.fake.left.wait()
        await recorded.wait()
    assert site.entry.outcome == "client_gone"
    assert site.gate.capacity.taken == 0


# -- providers that keep to no script ------------------------------------------------------------------------


async def test_a_question_that_reached_a_provider_is_not_asked_twice():
    """Whether to pay for it again is for the client to say; SDKs ask again after a 502 by themselves."""
    asked = []

    async def answer(reader, writer, number):
        asked.append(await read_request(reader))
        writer.write(http("200 OK", MESSAGE))
        asked.append(await read_request(reader))  # and dies with it

    async with raw_provider(answer) as route, running(routes=(route,)) as site:
        assert (await site.messages("Hi")).status == 200
        assert (await site.messages("Hi")).status == 502
    assert len(asked) == 2


async def test_a_fresh_connection_that_breaks_is_not_tried_again():
    tries = []

    async def answer(reader, writer, number):
        tries.append(number)
        await read_request(reader)

    async with raw_provider(answer) as route, running(routes=(route,)) as site:
        assert (await site.messages("Hi")).status == 502
    assert tries == [1]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"nonsense\r\n\r\n", id="no HTTP"),
        pytest.param(http("200 OK", b"<html>"), id="no JSON"),
        pytest.param(http("200 OK", b"[]"), id="no message"),
        pytest.param(http("302 Found", b"", "location: http://elsewhere/"), id="a redirect"),
        pytest.param(http("200 OK", MESSAGE, "content-encoding: zstd-unheard-of"), id="unknown encoding"),
        pytest.param(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{", id="half a body"),
    ],
)
async def test_nonsense_is_a_502_and_never_passes(answer):
    async def said(reader, writer, number):
        await read_request(reader)
        writer.write(answer)

    async with raw_provider(said) as route, running(routes=(route,)) as site:
        reply = await site.messages("Hi")
        assert (reply.status, reply.error) == (502, "api_error")
        assert site.entry.outcome == "upstream_broken"


async def test_headers_of_the_providers_host_are_not_passed_on_and_others_are():
    async def said(reader, writer, number):
        await read_request(reader)
        own = (
            "set-cookie: a=b",
            "alt-svc: h3",
            "sekisho-decision: allow",
            "x-sekisho-restriction: suspended",
            "strict-transport-security: max-age=9",
        )
        limits = ("anthropic-ratelimit-requests-remaining: 41", "x-unheard-of: yes")
        writer.write(http("200 OK", MESSAGE, *own, *limits))

    async with raw_provider(said) as route, running(routes=(route,)) as site:
        reply = await site.messages("Hi")
        assert reply.headers["anthropic-ratelimit-requests-remaining"] == "41"
        assert reply.headers["x-unheard-of"] == "yes"
        dropped = {"set-cookie", "alt-svc", "strict-transport-security", "sekisho-decision"}
        assert (dropped | {"x-sekisho-restriction"}).isdisjoint(map(str.lower, reply.headers))
        assert reply.headers["request-id"] == reply.headers["sekisho-request-id"] == site.entry.id


async def test_a_client_that_does_not_read_slows_its_provider_and_is_given_up():
    """Nothing is gathered for it: the provider is held up by the full line, and then let go."""
    start = b'{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}'
    delta = b'{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%b"}}' % (
        b"fine " * 800
    )
    event = b"event: content_block_delta\ndata: " + delta + b"\n\n"
    sent = 0

    async def endless(reader, writer, number):
        nonlocal sent
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")
        writer.write(b"event: content_block_start\ndata: %b\n\n" % start)
        while True:
            writer.write(event)
            sent += len(event)
            await writer.drain()

    limits = Limits(client_idle_s=0.2)
    async with raw_provider(endless) as route, running(limits=limits, routes=(route,)) as site:
        recorded = asyncio.Event()
        site.journal.on_append = lambda entry: recorded.set()
        _, writer = await _ask(site, BODY.replace(b'"max_tokens"', b'"stream": true, "max_tokens"'))
        async with asyncio.timeout(20):
            await recorded.wait()
        assert site.entry.outcome == "client_gone"
        assert sent < 64 * 1024 * 1024
        writer.close()


async def _ask(site, body: bytes):
    """Send a request, and leave its answer unread."""
    port = int(site.url.rsplit(":", 1)[1])
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    head = f"POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-api-key: {KEY}\r\nanthropic-version: 2023-06-01\r\n"
    writer.write(head.encode() + b"content-length: %d\r\n\r\n" % len(body) + body)
    return reader, writer
