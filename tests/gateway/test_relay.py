"""A gateway that runs apart hands the control plane's own paths on: credentials, events and errors as they are."""

from __future__ import annotations

import asyncio
import io
from contextlib import asynccontextmanager

import pytest
from yarl import URL

from sekisho.asgi import is_for_gateway
from sekisho.gateway.control_paths import CONTROL_PREFIXES, is_for_control
from sekisho.gateway.relay import BODY_BYTES, Relay
from sekisho.link.snapshot import Restriction, Stop
from tests.gateway.conftest import KEY, running
from tests.gateway.provider import Answering, http, raw_provider, read_request

REVIEW = b'{"id":"rev_1","state":"waiting"}'


class Control:
    """A control plane that says one thing, and remembers what it was asked."""

    def __init__(self, said: bytes = http("200 OK", REVIEW, "set-cookie: a=b", "sekisho-x: 1")) -> None:
        self.said = said
        self.heads: list[bytes] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: int) -> None:
        while True:
            self.heads.append(await read_request(reader))
            writer.write(self.said)
            await writer.drain()


@asynccontextmanager
async def apart(control: Answering, **limits):
    """A gateway apart from its control plane."""
    async with raw_provider(control) as route, running() as site:
        site.gate.relay = Relay(route.base_url, **limits)
        yield site
        await site.gate.relay.close()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("GET", "/v1/reviews", id="all reviews"),
        pytest.param("GET", "/v1/reviews/rev_1?since=3", id="one review, with a query"),
        pytest.param("POST", "/v1/reviews/rev_1/facts", id="an answer to a reviewer"),
        pytest.param("POST", "/v1/reports", id="a report"),
    ],
)
async def test_a_request_is_handed_on_with_its_credential(method, path):
    control = Control()
    async with apart(control) as site:
        headers = {"x-api-key": KEY, "accept-language": "ja", "cookie": "session=1", "x-forwarded-for": "::1"}
        data = b"{}" if method == "POST" else None
        async with site.client.request(method, site.url + path, data=data, headers=headers) as reply:
            assert (reply.status, await reply.read()) == (200, REVIEW)
            assert "set-cookie" not in reply.headers
            assert "sekisho-x" not in reply.headers
            assert reply.headers["request-id"].startswith("req_")
    [head] = control.heads
    assert head.startswith(f"{method} {path} HTTP/1.1\r\n".encode())
    assert f"x-api-key: {KEY}".encode() in head
    assert b"accept-language: ja" in head
    assert b"cookie" not in head
    assert b"x-forwarded-for" not in head
    assert not site.journal.entries


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "303 See Other"])
async def test_what_the_control_plane_says_is_passed_as_it_is(status):
    async with apart(Control(http(status, b'{"code":"review_not_found"}'))) as site:
        reply = await site.get("/v1/reviews/rev_2")
    assert (reply.status, reply.json) == (int(status[:3]), {"code": "review_not_found"})


async def test_events_come_through_as_they_are_said():
    later = asyncio.Event()

    async def says(reader, writer, _):
        await read_request(reader)
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        writer.write(b"10\r\ndata: waiting\n\n\n\r\n")
        await later.wait()
        writer.write(b"11\r\ndata: released\n\n\n\r\n0\r\n\r\n")

    async with apart(says) as site:
        url = f"{site.url}/v1/reviews/rev_1/events"
        async with site.client.get(url, headers={"x-api-key": KEY}) as reply:
            assert reply.headers["content-type"] == "text/event-stream"
            assert b"waiting" in await reply.content.readany()
            later.set()
            assert b"released" in await reply.content.read()


async def test_a_client_that_leaves_lets_the_control_plane_go():
    gone = asyncio.Event()

    async def waits(reader, writer, _):
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: waiting\n\n")
        await reader.read()
        gone.set()

    async with apart(waits) as site:
        url = f"{site.url}/v1/reviews/rev_1/events"
        async with site.client.get(url, headers={"x-api-key": KEY}) as reply:
            await reply.content.readany()
        await asyncio.wait_for(gone.wait(), 5)


async def test_without_an_address_it_is_said_what_to_set(site):
    reply = await site.get("/v1/reviews/rev_1")
    assert reply.status == 404
    assert "SEKISHO_CONTROL_URL" in reply.json["error"]["message"]


async def test_an_address_that_leads_back_to_a_gateway_is_told_and_not_followed_for_ever(site):
    site.gate.relay = Relay(site.url)
    reply = await site.get("/v1/reviews")
    await site.gate.relay.close()
    assert reply.status == 404
    assert "leads to a gateway" in reply.json["error"]["message"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 401, id="no key"),
        pytest.param({"x-api-key": "sk-unknown"}, 401, id="an unknown key"),
        pytest.param({"authorization": f"Bearer {KEY}"}, 200, id="the key as a bearer"),
    ],
)
async def test_who_has_no_key_does_not_reach_the_control_plane(headers, status):
    control = Control()
    async with apart(control) as site, site.client.get(f"{site.url}/v1/reviews", headers=headers) as reply:
        assert reply.status == status
        assert len(control.heads) == (1 if status == 200 else 0)


async def test_whoever_is_suspended_still_asks_what_became_of_their_answers():
    async with apart(Control()) as site:
        site.with_key(restriction=Restriction(Stop.SUSPENDED))
        assert (await site.get("/v1/reviews")).status == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("DELETE", "/v1/reviews/rev_1", 405, id="another method"),
        pytest.param("GET", "/v1/reviews/../keys", 404, id="a path that climbs"),
        pytest.param("GET", "/v1/reviews/%2e%2e/keys", 404, id="one that climbs in disguise"),
        pytest.param("GET", "/v1/reviews//x", 404, id="an empty part"),
    ],
)
async def test_what_is_not_handed_on(method, path, status):
    control = Control()
    async with apart(control) as site:
        url = URL(site.url + path, encoded=True)
        async with site.client.request(method, url, headers={"x-api-key": KEY}) as reply:
            assert reply.status == status
    assert not control.heads


async def test_a_large_body_is_refused():
    async with apart(Control()) as site:
        sent = io.BytesIO(b"x" * (BODY_BYTES + 1))
        async with site.client.post(f"{site.url}/v1/reports", data=sent, headers={"x-api-key": KEY}) as reply:
            assert reply.status == 413


async def test_a_control_plane_that_is_away_or_silent_is_told():
    async def silent(reader, writer, _):
        await reader.read()

    async with apart(silent, silent_s=0.05) as site:
        assert (await site.get("/v1/reviews")).status == 504
    async with running() as site:
        site.gate.relay = Relay("http://127.0.0.1:1")
        reply = await site.get("/v1/reviews")
        assert (reply.status, reply.headers["retry-after"]) == (502, "5")


async def test_waiting_clients_have_places_of_their_own():
    async with apart(Control()) as site:
        site.gate.relay._places.most = 0
        assert (await site.get("/v1/reviews")).status == 529
        assert (await site.messages("Hi")).status == 200


@pytest.mark.parametrize("prefix", CONTROL_PREFIXES)
def test_one_list_says_whose_paths_they_are(prefix):
    for path in (prefix, f"{prefix}/x"):
        assert is_for_control(path)
        assert not is_for_gateway(path)
    assert not is_for_control(f"{prefix}x")
