"""A measure lets through what it leaves, and tells its bearer why, until when, and where to appeal."""

from __future__ import annotations

import hashlib
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import anthropic
import openai
import pytest

from sekisho.accounts.types import Plan
from sekisho.base.clock import fixed_clock, system_clock
from sekisho.gateway import measures
from sekisho.gateway.auth import pseudonym
from sekisho.link.snapshot import KeyEntry, OrganisationEntry, Restriction, Stop
from tests import pages
from tests.gateway.conftest import KEY, key_entry, running

table = partial(pages.table, "docs/rules/measures.md")
NOW = system_clock()
LATER = NOW + timedelta(days=2)
OTHER_KEY, OUTSIDER = "sk-test-of-aiko", "sk-test-of-chie"
LINK = "/statements/token-1"
MEASURES = {
    "suspended": Restriction(Stop.SUSPENDED),
    "terminated": Restriction(Stop.TERMINATED),
    "throttled, one request a minute": Restriction(Stop.THROTTLED, requests_per_minute=1),
    "throttled to the model `*-small`": Restriction(Stop.THROTTLED, models=("*-small",)),
    "throttled, without tools": Restriction(Stop.THROTTLED, tools_off=True),
}
HI = [{"role": "user", "content": "Hi there"}]
TOOLS = {
    "messages": [{"name": "weather", "input_schema": {"type": "object"}}],
    "chat": [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}],
    "responses": [{"type": "function", "name": "weather", "parameters": {"type": "object"}}],
}
WIRES = ("messages", "chat", "responses")


def told(restriction: Restriction, **more: Any) -> Restriction:
    fields = {"clause": "weapons", "until": LATER, "statement": "sor_1", "link": LINK} | more
    kept = {"requests_per_minute": restriction.requests_per_minute, "models": restriction.models}
    return Restriction(restriction.kind, tools_off=restriction.tools_off, **kept, **fields)


@asynccontextmanager
async def clients(site):
    async with (
        anthropic.AsyncAnthropic(api_key=KEY, base_url=site.url, max_retries=0) as claude,
        openai.AsyncOpenAI(api_key=KEY, base_url=f"{site.url}/v1", max_retries=0) as gpt,
    ):
        yield {"messages": claude, "chat": gpt, "responses": gpt}


async def ask(site, wire: str, *, stream: bool = False, model: str = "fake-plain", **more: Any) -> Any:
    """Ask with the official SDK of a wire; what it raises is what a program has to deal with."""
    async with clients(site) as sdks:
        sdk = sdks[wire]
        if wire == "messages":
            return await sdk.messages.create(model=model, max_tokens=9, messages=HI, stream=stream, **more)
        if wire == "chat":
            return await sdk.chat.completions.create(model=model, messages=HI, stream=stream, **more)
        return await sdk.responses.create(model=model, input="Hi there", stream=stream, **more)


def asked_for(request: str, wire: str) -> dict[str, Any]:
    """A request as the page words it."""
    if request == "offers tools":
        return {"tools": TOOLS[wire]}
    return {}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(
    "row",
    table("measure", "request", "answer", "code", "the SDKs raise"),
    ids=lambda row: f"{row[0]}: {row[1]}",
)
async def test_what_a_measure_lets_through(row, wire, stream):
    measure, request, answer, code, raised = row
    restriction = told(MEASURES[measure])
    if request == "for a model that remains":
        restriction = Restriction(Stop.THROTTLED, models=("fake-pl*",), clause="weapons", until=LATER)
    async with running() as site:
        site.with_key(restriction=restriction)
        if request == "a second one in the minute":
            await ask(site, wire)
        if answer == "200":
            assert await ask(site, wire, stream=stream, **asked_for(request, wire))
            return
        error = getattr(anthropic if wire == "messages" else openai, raised)
        with pytest.raises(error) as refused:
            await ask(site, wire, stream=stream, **asked_for(request, wire))
        assert site.gate.meter.exposition().count(code.strip("`").encode())
        said, headers = str(refused.value), refused.value.response.headers
        assert refused.value.status_code == int(answer)
        for part in (
            "weapons",
            "Title of weapons",
            f"{LATER:%Y-%m-%d %H:%M} UTC",
            f"https://gate.test{LINK}",
        ):
            assert part in said
        assert headers["x-sekisho-restriction"] == restriction.kind.value
        assert headers["x-sekisho-clause"] == "weapons"
        assert headers["x-sekisho-until"] == f"{LATER:%Y-%m-%dT%H:%M:%SZ}"
        assert headers["x-sekisho-statement"] == "sor_1"
        assert ("retry-after" in headers) is (answer == "429")
        assert len(site.fake.seen) == (1 if request.startswith("a second") else 0)


async def test_what_remains_is_listed():
    async with running() as site:
        site.with_key(restriction=Restriction(Stop.THROTTLED, models=("claude-haiku-*", "gpt-*-mini")))
        reply = await site.messages("Hi")
    assert "claude-haiku-*, gpt-*-mini" in reply.json["error"]["message"]


@pytest.mark.parametrize(
    ("wire", "offered"),
    [
        pytest.param(
            "messages", {"mcp_servers": [{"type": "url", "url": "https://m.test", "name": "m"}]}, id="mcp"
        ),
        pytest.param("chat", {"functions": [{"name": "f", "parameters": {}}]}, id="functions"),
        pytest.param("chat", {"web_search_options": {}}, id="the provider's search"),
        pytest.param("responses", {"tools": [{"type": "web_search"}]}, id="a tool of the provider's"),
    ],
)
async def test_tools_are_off_however_they_are_offered(wire, offered):
    bodies = {
        "messages": ("/v1/messages", {"max_tokens": 9, "messages": HI}),
        "chat": ("/v1/chat/completions", {"messages": HI}),
        "responses": ("/v1/responses", {"input": "Hi"}),
    }
    path, body = bodies[wire]
    async with running() as site:
        site.with_key(restriction=Restriction(Stop.THROTTLED, tools_off=True))
        reply = await site.post(path, {"model": "fake-plain", **body, **offered})
        assert reply.status == 403
        assert (await site.post(path, {"model": "fake-plain", **body})).status == 200


@pytest.mark.parametrize(
    ("language", "accept", "prompt", "expected"),
    [
        pytest.param("en", "ja", "Hi", "停止", id="as asked for"),
        pytest.param("en", "", "こんにちは", "停止", id="as the person writes"),
        pytest.param("ja", "", "Hi", "停止", id="as the organisation reads"),
        pytest.param("ja", "en", "こんにちは", "suspended", id="what was asked for goes first"),
    ],
)
async def test_an_end_user_is_told_in_their_language(language, accept, prompt, expected):
    atelier = OrganisationEntry(id="org_atelier", plan=Plan.API, language=language)
    chie = pseudonym(b"p" * 32, "org_atelier", "chie")
    stopped = {f"org_atelier:{chie}": told(MEASURES["suspended"])}
    async with running(organisations={"org_atelier": atelier}, end_users=stopped) as site:
        reply = await site.messages(prompt, metadata={"user_id": "chie"}, headers={"accept-language": accept})
    assert expected in reply.json["error"]["message"]


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


PRINCIPALS = {
    "the end user": (KEY, "chie"),
    "another end user of the same key": (KEY, "fumi"),
    "nobody in particular, with the same key": (KEY, ""),
    "the key": (KEY, ""),
    "another key of the same organisation": (OTHER_KEY, ""),
    "any key of it": (OTHER_KEY, ""),
    "a key of another organisation": (OUTSIDER, ""),
}


@pytest.mark.parametrize("row", table("restricted", "asks", "answer"), ids=lambda row: f"{row[0]}: {row[1]}")
async def test_the_smallest_unit_is_hit_and_whoever_stands_beside_it_goes_on(row):
    restricted, asks, answer = row
    stop = told(MEASURES["suspended"])
    chie = pseudonym(b"p" * 32, "org_atelier", "chie")
    keys = {
        _digest(KEY): key_entry(restriction=stop if restricted == "key" else None),
        _digest(OTHER_KEY): KeyEntry("key_aiko", "org_atelier", frozenset({"messages"})),
        _digest(OUTSIDER): KeyEntry("key_chie", "org_else", frozenset({"messages"})),
    }
    atelier = OrganisationEntry(
        "org_atelier", Plan.API, restriction=stop if restricted == "organisation" else None
    )
    organisations = {"org_atelier": atelier, "org_else": OrganisationEntry("org_else", Plan.API)}
    end_users = {f"org_atelier:{chie}": stop} if restricted == "end user" else {}
    key, name = PRINCIPALS[asks]
    async with running(keys=keys, organisations=organisations, end_users=end_users) as site:
        more = {"metadata": {"user_id": name}} if name else {}
        reply = await site.messages("Hi", headers={"x-api-key": key}, **more)
    assert reply.status == int(answer)


@pytest.mark.parametrize("restriction", MEASURES.values(), ids=MEASURES)
async def test_a_measure_ends_by_itself_in_a_gateway_that_hears_of_nothing_new(restriction):
    ends = system_clock() + timedelta(minutes=5)
    async with running() as site:
        site.with_key(restriction=told(restriction, until=ends))
        asks = {"tools": TOOLS["messages"]}
        await site.messages("Hi", **asks)
        before = await site.messages("Hi", **asks)
        site.gate.clock = fixed_clock(ends)
        after = await site.messages("Hi", **asks)
    assert (before.status in (403, 429), after.status) == (True, 200)


@pytest.mark.parametrize(
    ("restriction", "ordinary", "expected"),
    [
        pytest.param(None, 9, 9, id="none"),
        pytest.param(Restriction(Stop.THROTTLED, requests_per_minute=3), None, 3, id="a rate"),
        pytest.param(Restriction(Stop.THROTTLED, requests_per_minute=30), 9, 9, id="the smaller one"),
        pytest.param(Restriction(Stop.THROTTLED, models=("a",)), 9, 9, id="models alone leave the rate"),
        pytest.param(Restriction(Stop.THROTTLED, tools_off=True), None, None, id="as do tools"),
        pytest.param(Restriction(Stop.THROTTLED), 9, 0, id="a throttle that names nothing leaves nothing"),
    ],
)
def test_the_rate_that_remains(restriction, ordinary, expected):
    assert measures.rate(ordinary, restriction, NOW) == expected


@pytest.mark.parametrize(
    ("path", "body", "ends_with"),
    [
        pytest.param("/v1/messages", {"max_tokens": 9, "messages": HI}, "error", id="messages"),
        pytest.param("/v1/chat/completions", {"messages": HI}, "[DONE]", id="chat"),
        pytest.param("/v1/responses", {"input": "Hi"}, "error", id="responses"),
    ],
)
async def test_a_suspension_in_mid_stream_ends_the_stream_well_formed(path, body, ends_with):
    async with running() as site:
        asked = {"model": "fake-slow", "stream": True, **body}
        headers = {"x-api-key": KEY, "anthropic-version": "2023-06-01"}
        async with site.client.post(site.url + path, json=asked, headers=headers) as response:
            await response.content.readany()
            site.with_key(restriction=told(MEASURES["suspended"]))
            rest = (await response.content.read()).decode()
        assert response.status == 200
        assert f"https://gate.test{LINK}" in rest
        last = [line for line in rest.splitlines() if line.startswith("data: ")][-1]
        assert ends_with in last
        assert rest.endswith("\n\n")
        assert site.entry.outcome == "blocked"


async def test_a_throttle_does_not_end_an_answer_that_runs():
    async with running() as site:
        asked = {"model": "fake-slow", "stream": True, "max_tokens": 9, "messages": HI}
        headers = {"x-api-key": KEY, "anthropic-version": "2023-06-01"}
        async with site.client.post(site.url + "/v1/messages", json=asked, headers=headers) as response:
            await response.content.readany()
            site.with_key(restriction=told(MEASURES["throttled, one request a minute"]))
            assert b"message_stop" in await response.content.read()
