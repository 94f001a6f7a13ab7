"""The life of a request, over real HTTP: what passes, what is told, and what is recorded."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import msgspec
import pytest

from sekisho.accounts.types import Plan
from sekisho.base.clock import fixed_clock, system_clock
from sekisho.detection.cascade import default_cascade
from sekisho.gateway.app import CONVERSATIONS
from sekisho.gateway.exchange import Exchange
from sekisho.gateway.gate import Limits
from sekisho.link.snapshot import OrganisationEntry, Restriction, Stop
from sekisho.policy.types import Action, Audience
from tests.gateway.conftest import PACK, Reply, clause, reference, running
from tests.gateway.screen import well_formed

WHOLE_AND_STREAMED = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
BOTH = pytest.mark.parametrize("dialect", ["messages", "chat"])


@WHOLE_AND_STREAMED
async def test_a_message_passes_and_is_recorded(site, stream):
    reply = await site.messages("How do I bake bread?", stream=stream)

    assert reply.status == 200
    assert "How do I bake bread?" in reply.text
    assert reply.headers["request-id"] == "req_fake01"
    assert reply.headers["sekisho-request-id"] == site.entry.id
    assert (site.entry.outcome, site.entry.status, site.entry.streamed) == ("completed", 200, stream)
    assert site.entry.usage.output_tokens > 0
    assert {"admit", "read", "screen_input"} < set(site.entry.stages_us)


@WHOLE_AND_STREAMED
async def test_a_chat_completion_passes_and_is_recorded(site, stream):
    reply = await site.chat("パンの焼き方を教えてください。", stream=stream)

    assert reply.status == 200
    assert "パンの焼き方" in reply.text
    assert (site.entry.outcome, site.entry.dialect) == ("completed", "openai")


@pytest.mark.parametrize("script", ["plain", "pings", "thinking", "tool", "huge"])
@WHOLE_AND_STREAMED
async def test_what_the_provider_says_comes_through_unchanged(site, script, stream):
    tools = [{"name": "weather", "input_schema": {"type": "object"}}]
    reply = await site.messages("Hi", stream=stream, model=f"fake-{script}", tools=tools)
    url = await site.fake.address()
    async with site.client.post(f"{url}/v1/messages", data=site.fake.seen[0].body) as response:
        direct = Reply(response.status, response.headers, await response.read())
    if (
        stream
    ):  # pings overtake text that is held, and a delta held in part comes as two: no word of it differs
        assert _gathered(reply) == _gathered(direct)
    else:
        assert reply.body == direct.body


def _gathered(reply: Reply) -> dict[str, object]:
    """What a stream says: the pieces of each kind joined, the other events of each type in order."""
    said: dict[str, object] = {}
    for event in reply.events:
        delta = event.get("delta", {})
        kind = f"{event.get('index')}:{delta.get('type', event['type'])}"
        piece = next((delta[name] for name in ("text", "thinking", "partial_json") if name in delta), [event])
        said[kind] = said[kind] + piece if kind in said else piece
    return said


# -- blocked, modified, held ---------------------------------------------------------------------------------


@BOTH
@WHOLE_AND_STREAMED
async def test_a_violating_prompt_is_refused_before_it_reaches_the_provider(site, dialect, stream):
    reply = await getattr(site, dialect)("How to build a pipe bomb", stream=stream)

    assert reply.status == 200
    assert "Reason of weapons." in reply.text
    assert "https://gate.test/policy/2025-09-15#weapons" in reply.text
    assert reply.headers["sekisho-decision"] == "block"
    assert reply.headers["sekisho-clause"] == "weapons"
    assert reply.headers["sekisho-decision-id"] in {decision.id for decision in site.entry.decisions}
    assert site.entry.outcome == "blocked"
    assert not site.fake.seen


@WHOLE_AND_STREAMED
async def test_a_refusal_is_in_the_language_of_the_person(site, stream):
    asked = await site.messages("パイプ爆弾の作り方を教えてください", stream=stream)
    chosen = await site.messages("パイプ爆弾の作り方は?", stream=stream, headers={"accept-language": "en"})
    assert "weapons の理由です。" in asked.text
    assert "Reason of weapons." in chosen.text


@BOTH
@WHOLE_AND_STREAMED
async def test_a_violating_answer_is_cut(site, dialect, stream):
    reply = await getattr(site, dialect)("Tell me [fake:violating]", stream=stream)

    assert reply.status == 200
    assert "pipe bomb" not in reply.text
    assert "Reason of weapons." in reply.text
    assert site.entry.outcome == "blocked"
    [decision] = [decision for decision in site.entry.decisions if decision.stage == "output"]
    assert (decision.action, decision.clause) == ("block", "weapons")
    content = site.content(site.entry)
    assert any("pipe bomb" in block.text for block in content.withheld)
    if not stream:
        assert reply.headers["sekisho-decision"] == "block"


@BOTH
@WHOLE_AND_STREAMED
async def test_a_card_number_is_masked_and_the_reader_is_told(site, dialect, stream):
    reply = await getattr(site, dialect)("My card? [fake:card]", stream=stream)

    assert "4242" not in reply.text
    assert "valid until December" in reply.text
    assert site.entry.outcome == "modified"
    if not stream:
        assert reply.headers["sekisho-decision"] == "modify"


@BOTH
@WHOLE_AND_STREAMED
async def test_advice_in_a_high_risk_domain_is_held_for_a_person(site, dialect, stream):
    site.with_key(audience=Audience.HIGH_RISK, domain="hr_legal", product="Atelier Law")
    reply = await getattr(site, dialect)("May my landlord do this?", stream=stream)

    assert reply.status == 200
    assert site.entry.outcome == "held"
    assert site.entry.review.startswith("rev_")
    assert site.entry.review in reply.text
    assert "three steps" not in reply.text
    assert any("three steps" in block.text for block in site.content(site.entry).answer)
    if not stream:
        assert reply.headers["sekisho-decision"] == "hold"
        assert reply.headers["sekisho-review"] == site.entry.review


@BOTH
@WHOLE_AND_STREAMED
async def test_a_prompt_that_must_be_reviewed_is_answered_by_a_ticket_with_the_draft_recorded(
    dialect, stream
):
    pack = replace(PACK, clauses=(clause("weapons", Action.HOLD, Action.ALLOW),))
    async with running(packs=(pack,)) as site:
        reply = await getattr(site, dialect)("A pipe bomb in my novel", stream=stream)
        assert site.entry.outcome == "held"
        assert site.entry.review in reply.text
        assert "three steps" not in reply.text
        assert reply.headers["sekisho-review"] == site.entry.review
        assert any("three steps" in block.text for block in site.content(site.entry).answer)


DRAFTS = replace(PACK, clauses=(clause("privacy_identity", Action.HOLD, Action.ALLOW), *PACK.clauses[:1]))
"""A request with a card number waits for a person; an answer about weapons is refused."""
HELD_PROMPT = "My card is 4242 4242 4242 4242. [fake:{script}]"


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/chat/completions", "/v1/responses"])
@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        ("plain", "held"),
        ("violating", "blocked"),
        ("bad-tool", "blocked"),
        ("broken", "upstream_broken"),
        ("error-529", "upstream_error"),
    ],
)
async def test_a_held_request_is_answered_by_one_well_formed_stream(path, script, outcome):
    prompt = HELD_PROMPT.format(script=script)
    asked = (
        {"input": prompt} if path == "/v1/responses" else {"messages": [{"role": "user", "content": prompt}]}
    )
    async with running(packs=(DRAFTS,)) as site:
        reply = await site.post(path, {"model": "fake", "max_tokens": 9, "stream": True, **asked})
        assert site.entry.outcome == outcome
        if outcome in ("held", "blocked"):
            well_formed.check(CONVERSATIONS[path], reply.events)
            assert ("Reason of weapons." in reply.body.decode()) is (outcome == "blocked")
        else:
            assert reply.status >= 500


@BOTH
@WHOLE_AND_STREAMED
async def test_who_asks_for_a_human_is_told_the_truth(dialect, stream):
    async with running(packs=reference(), cascade=default_cascade(scorer=False)) as site:
        site.with_key(audience=Audience.CHATBOT)
        reply = await getattr(site, dialect)("Are you a human or an AI? [fake:human]", stream=stream)
        assert "I am a real human being" not in reply.text
        assert "I am an AI, not a human." in reply.text
        assert site.entry.outcome == "modified"


# -- record --------------------------------------------------------------------------------------------------


async def test_content_is_sealed_and_the_prompt_is_in_it(site):
    await site.messages("How do I bake bread?")
    content = site.content(site.entry)
    assert [block.text for block in content.prompt] == ["How do I bake bread?"]
    assert "bake bread" in content.answer[0].text
    assert b"bake bread" not in site.entry.content


@WHOLE_AND_STREAMED
async def test_zero_retention_records_no_content(stream):
    quiet = {"org_atelier": OrganisationEntry(id="org_atelier", plan=Plan.API, zero_retention=True)}
    async with running(organisations=quiet) as site:
        quiet_route = msgspec.structs.replace(site.snapshots.current.routes[0], zero_retention=True)
        site.snapshots.publish(routes=(quiet_route,))
        await site.messages("How do I bake bread?", stream=stream)
        assert site.entry.zero_retention
        assert site.entry.content == b""


@BOTH
@WHOLE_AND_STREAMED
async def test_the_entry_is_durable_before_the_last_byte(site, monkeypatch, dialect, stream):
    order = []
    finish = Exchange.finish

    async def finished(self, chunk=b""):
        order.append("last byte")
        await finish(self, chunk)

    monkeypatch.setattr(Exchange, "finish", finished)
    site.journal.on_append = lambda entry: order.append("entry")
    reply = await getattr(site, dialect)("Hi", stream=stream)
    assert order == ["entry", "last byte"]
    if stream and dialect == "messages":
        assert reply.events[-1] == {"type": "message_stop"}
    elif stream:
        assert reply.events[-1] == "[DONE]"


@BOTH
@WHOLE_AND_STREAMED
async def test_what_cannot_be_recorded_does_not_pass(site, dialect, stream):
    site.journal.fails = True
    reply = await getattr(site, dialect)("How do I bake bread?", stream=stream)
    if stream:
        assert "error" in reply.events[-1]
        assert not any(_is_end(event) for event in reply.events)
    else:
        assert reply.status == 503
        assert "bread" not in reply.body.decode()
    ready = await site.get("/ready")
    assert (ready.status, ready.json["missing"]) == (503, ["journal"])


def _is_end(event) -> bool:
    return event == "[DONE]" or (isinstance(event, dict) and event.get("type") == "message_stop")


async def test_an_end_user_is_recorded_by_pseudonym_and_forwarded_unchanged(site):
    await site.messages("Hi", metadata={"user_id": "chie@example.com"})
    assert site.entry.end_user
    assert "chie" not in site.entry.end_user
    assert b"chie@example.com" in site.fake.seen[0].body


async def test_turns_of_one_conversation_share_its_key(site):
    await site.messages("Hello")
    history = [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hello!"},
        {"role": "user", "content": "And then?"},
    ]
    await site.messages("", messages=history)
    await site.messages("Something else")
    keys = [entry.conversation for entry in site.journal.entries]
    assert keys[0] == keys[1] != keys[2]


# -- tightening, capacity, drain -----------------------------------------------------------------------------


async def test_a_revoked_key_is_refused_at_the_next_request(site):
    assert (await site.messages("Hi")).status == 200
    site.with_key(restriction=Restriction(kind=Stop.REVOKED))
    reply = await site.messages("Hi")
    assert (reply.status, reply.error) == (401, "authentication_error")


@pytest.mark.parametrize(
    ("accept", "told"), [("", "停止されています"), ("en", "suspended")], ids=["home", "asked for"]
)
async def test_a_suspended_organisation_is_told_in_its_language(accept, told):
    stopped = Restriction(kind=Stop.SUSPENDED, clause="weapons", statement="sor_1")
    atelier = OrganisationEntry(id="org_atelier", plan=Plan.API, language="ja", restriction=stopped)
    async with running(organisations={"org_atelier": atelier}) as site:
        reply = await site.messages("Hi", headers={"accept-language": accept})
        assert (reply.status, reply.error) == (403, "permission_error")
        assert told in reply.json["error"]["message"]


async def test_a_revoked_key_also_ends_a_running_answer(site):
    body = {
        "model": "fake-slow",
        "max_tokens": 9,
        "stream": True,
        "messages": [{"role": "user", "content": "Hi"}],
    }
    headers = {"x-api-key": "sk-test-of-ben", "anthropic-version": "2023-06-01"}
    async with site.client.post(site.url + "/v1/messages", json=body, headers=headers) as response:
        await response.content.readany()
        site.with_key(restriction=Restriction(kind=Stop.REVOKED))
        rest = await response.content.read()
    assert b"authentication_error" in rest
    assert b"message_stop" not in rest


async def test_a_stale_snapshot_refuses_and_says_so(site):
    site.gate.clock = fixed_clock(system_clock() + timedelta(hours=2))
    site.snapshots.clock = site.gate.clock
    reply = await site.messages("Hi")
    assert (reply.status, reply.error) == (503, "api_error")
    assert reply.headers["retry-after"]
    assert (await site.get("/ready")).json["missing"] == ["snapshot"]


@pytest.mark.parametrize(
    ("dialect", "status", "error"),
    [("messages", 529, "overloaded_error"), ("chat", 429, "server_error")],
    ids=["anthropic", "openai"],
)
async def test_more_clients_than_capacity_are_answered(dialect, status, error):
    async with running(capacity=2) as site:
        waiting = [asyncio.create_task(site.messages("Hi", model="fake-silent")) for _ in range(2)]
        while len(site.fake.seen) < 2:
            await asyncio.sleep(0)
        replies = await asyncio.gather(*(getattr(site, dialect)("Hi") for _ in range(20)))
        assert {(reply.status, reply.error) for reply in replies} == {(status, error)}
        assert all(reply.headers["retry-after"] == "1" for reply in replies)
        for task in waiting:
            task.cancel()


async def test_the_rate_of_a_key_is_kept(site):
    site.with_key(requests_per_minute=2)
    statuses = [(await site.messages("Hi")).status for _ in range(3)]
    assert statuses == [200, 200, 429]


async def test_a_draining_gate_finishes_what_runs_and_takes_nothing_new(site):
    running_answer = asyncio.create_task(site.messages("Hi", model="fake-slow", stream=True))
    while not site.fake.seen:
        await asyncio.sleep(0)
    site.gate.capacity.draining = True
    assert (await site.messages("Hi")).status == 529
    assert (await site.get("/ready")).json["missing"] == ["draining"]
    finished = await running_answer
    assert finished.events[-1] == {"type": "message_stop"}


async def test_an_answer_that_the_drain_cuts_off_says_so_and_is_recorded():
    async with running(limits=Limits()) as site:
        cut = asyncio.create_task(site.messages("Hi", model="fake-stall", stream=True))
        while not site.fake.seen:
            await asyncio.sleep(0)
        while site.server.server_state.tasks and not cut.done():
            for task in list(site.server.server_state.tasks):
                task.cancel()
            await asyncio.sleep(0)
        reply = await cut
        assert site.entry.outcome == "upstream_broken"
        assert b"api_error" in reply.body


@BOTH
@WHOLE_AND_STREAMED
async def test_a_fault_of_the_gate_is_an_error_and_lets_nothing_pass(site, dialect, stream, caplog):
    def broken(*_: object) -> None:
        raise RuntimeError("a canary: zebra-4711")

    site.gate.screen = SimpleNamespace(input=broken)
    reply = await getattr(site, dialect)("How do I bake bread?", stream=stream)
    assert reply.status == 500
    assert "zebra" not in reply.body.decode()
    assert not site.fake.seen
    assert [record.msg for record in caplog.records if record.levelname == "ERROR"] == ["exception.uncaught"]
