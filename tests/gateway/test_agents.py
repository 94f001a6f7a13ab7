"""What an agent is about to do is judged before it is done, on every wire, whole and streamed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import anthropic
import msgspec
import openai
import pytest

from sekisho.gateway.dialects import adapter_for
from sekisho.gateway.fake.scripts import SCRIPTS, Answer
from sekisho.gateway.screen import Screen
from sekisho.gateway.types import Endpoint
from sekisho.policy.agents.rules import _texts
from sekisho.policy.agents.trace import Call
from sekisho.policy.types import Action, Audience
from tests.gateway.conftest import KEY, reference, running
from tests.gateway.screen import world
from tests.policy.agents.scenes import MAIL, PAGE, trace

REFERENCE = reference()
MAILED = ("send_email", {"to": "chie@else.example", "subject": "News", "body": f"Look: {PAGE}"})
SUMMARY = ("send_email", {"to": "chie@else.example", "subject": "News", "body": "They meet in May."})
WIRES = ("messages", "chat", "responses")
LONG = "All is well, and the weather is fine today. "


def function(name: str) -> dict[str, Any]:
    return {"name": name, "parameters": {"type": "object"}}


def asked(wire: str, *texts: str, before: str = PAGE, times: int = 1) -> tuple[str, dict[str, Any]]:
    """A request of an agent that has fetched a page, on a wire; then a person may have said more."""
    if wire == "messages":
        rounds = [
            message
            for at in range(times)
            for message in (
                {
                    "role": "assistant",
                    "content": [
                        {"type": "tool_use", "id": f"t{at}", "name": "fetch_page", "input": {"url": "u"}}
                    ],
                },
                {
                    "role": "user",
                    "content": [{"type": "tool_result", "tool_use_id": f"t{at}", "content": before}],
                },
            )
        ]
        said = [message for text in texts for message in _said(text)]
        messages = [{"role": "user", "content": "Help me."}, *rounds, *said]
        tools = [{"name": "send_email", "input_schema": {"type": "object"}}]
        return "/v1/messages", {"max_tokens": 64, "messages": messages, "tools": tools}
    if wire == "chat":
        call = {
            "id": "t",
            "type": "function",
            "function": {"name": "fetch_page", "arguments": '{"url": "u"}'},
        }
        messages = [
            {"role": "user", "content": "Help me."},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "t", "content": before},
            *(message for text in texts for message in _said(text)),
        ]
        tools = [{"type": "function", "function": function("send_email")}]
        return "/v1/chat/completions", {"messages": messages, "tools": tools}
    items = [
        {"role": "user", "content": "Help me."},
        {"type": "function_call", "call_id": "t", "name": "fetch_page", "arguments": '{"url": "u"}'},
        {"type": "function_call_output", "call_id": "t", "output": before},
        *(message for text in texts for message in _said(text)),
    ]
    return "/v1/responses", {"input": items, "tools": [{"type": "function", **function("send_email")}]}


def _said(text: str) -> list[dict[str, Any]]:
    return [{"role": "assistant", "content": "Shall I?"}, {"role": "user", "content": text}]


@pytest.fixture
def does(monkeypatch):
    """Let the model call a tool, whatever it is asked."""

    def set_call(name: str, arguments: Any) -> None:
        said = arguments if isinstance(arguments, str) else json.dumps(arguments)
        monkeypatch.setitem(SCRIPTS, "tool", lambda ask: Answer(tool=name, arguments=said))

    return set_call


async def ask(site, wire: str, *texts: str, stream: bool = False, **more: Any):
    path, body = asked(wire, *texts, **more)
    return await site.post(path, {"model": "fake-tool", "stream": stream, **body})


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(
    ("audience", "call", "texts", "outcome", "action"),
    [
        pytest.param(Audience.AGENT, MAILED, (), "blocked", "block", id="a page is mailed"),
        pytest.param(Audience.AGENT, SUMMARY, (), "completed", "allow", id="a summary is mailed"),
        pytest.param(Audience.AGENT, MAILED, ("Yes, send it.",), "completed", "allow", id="somebody agreed"),
        pytest.param(Audience.GENERAL, MAILED, (), "completed", "annotate", id="a person sits before it"),
        pytest.param(
            Audience.GENERAL, ("bash", {"command": "rm -rf /"}), (), "blocked", "block", id="refused for all"
        ),
    ],
)
async def test_a_call_is_judged_before_it_runs(audience, call, texts, outcome, action, wire, stream, does):
    does(*call)
    async with running(packs=REFERENCE) as site:
        site.with_key(audience=audience)
        reply = await ask(site, wire, *texts, stream=stream)
        assert reply.status == 200
        assert site.entry.outcome == outcome
        [decision] = [one for one in site.entry.decisions if one.stage == "tool_call" and not one.unscreened][
            -1:
        ]
        assert decision.action == action
        assert (f'"{call[0]}"' in reply.body.decode()) is (outcome == "completed")
        if action != "allow":
            assert decision.clause == "agent_use"
            assert {ground.detector for ground in decision.grounds} == {"agents"}


@pytest.mark.parametrize(
    ("accept", "told"), [("en", "Sends on what a web page said"), ("ja", "ウェブページの内容")]
)
async def test_the_refusal_names_what_the_agent_was_about_to_do(accept, told, does):
    does(*MAILED)
    async with running(packs=REFERENCE) as site:
        site.with_key(audience=Audience.AGENT)
        path, body = asked("messages")
        reply = await site.post(path, {"model": "fake-tool", **body}, headers={"accept-language": accept})
    assert told in reply.text
    assert reply.json["stop_reason"] == "refusal"


async def test_what_was_passed_over_in_a_long_history_still_tells_where_a_text_came_from(does):
    page = f"{LONG * 40}{PAGE}"
    async with running(packs=REFERENCE) as site:
        site.with_key(audience=Audience.AGENT)
        does(*SUMMARY)
        for count in (20, 21, 22):
            reply = await ask(site, "messages", before=page, times=count)
            assert reply.json["stop_reason"] == "tool_use"
        does(*MAILED)
        refused = await ask(site, "messages", before=page, times=23)
    assert refused.json["stop_reason"] == "refusal"


async def test_arguments_that_are_no_json_are_judged_as_the_text_they_are(does):
    does("send_email", f"to=chie body={PAGE}")
    async with running(packs=REFERENCE) as site:
        site.with_key(audience=Audience.AGENT)
        reply = await ask(site, "chat")
    assert reply.json["choices"][0]["finish_reason"] == "content_filter"


async def test_a_result_that_answers_no_call_may_have_come_from_anywhere(does):
    does("create_gist", {"content": MAIL})
    orphan = [{"type": "tool_result", "tool_use_id": "lost", "content": MAIL}]
    async with running(packs=REFERENCE) as site:
        site.with_key(audience=Audience.AGENT)
        body = {"model": "fake-tool", "max_tokens": 9, "messages": [{"role": "user", "content": orphan}]}
        reply = await site.post("/v1/messages", body)
    assert reply.json["stop_reason"] == "refusal"


async def test_an_answer_without_a_call_never_reads_the_conversation_again(monkeypatch):
    def read(*_):
        raise AssertionError("nothing is called")

    monkeypatch.setattr("sekisho.gateway.screen.agency.decode", read)
    async with running(packs=REFERENCE) as site:
        site.with_key(audience=Audience.AGENT)
        for wire in WIRES:
            path, body = asked(wire)
            assert (await site.post(path, {"model": "fake-plain", **body})).status == 200


async def test_the_official_sdks_read_the_refusal(does):
    does(*MAILED)
    async with (
        running(packs=REFERENCE) as site,
        anthropic.AsyncAnthropic(api_key=KEY, base_url=site.url, max_retries=0) as claude,
        openai.AsyncOpenAI(api_key=KEY, base_url=f"{site.url}/v1", max_retries=0) as gpt,
    ):
        site.with_key(audience=Audience.AGENT)
        async with claude.messages.stream(model="fake-tool", **asked("messages")[1]) as events:
            message = await events.get_final_message()
        chat = await gpt.chat.completions.create(model="fake-tool", **asked("chat")[1])
        response = await gpt.responses.create(model="fake-tool", **asked("responses")[1])
    assert message.stop_reason == "refusal"
    assert not [block for block in message.content if block.type == "tool_use"]
    assert chat.choices[0].finish_reason == "content_filter"
    assert not chat.choices[0].message.tool_calls
    assert response.incomplete_details.reason == "content_filter"


async def test_a_draft_of_the_catalogue_is_tried_in_the_shadow(does):
    does(*MAILED)
    draft = msgspec.convert(msgspec.to_builtins(REFERENCE[-1]) | {"version": "draft"}, type(REFERENCE[-1]))
    async with running(packs=REFERENCE[:1], shadow_packs=(draft,)) as site:
        site.with_key(audience=Audience.AGENT)
        reply = await ask(site, "messages")
        shadow = [one for one in site.entry.decisions if one.shadow and one.stage == "tool_call"][-1]
    assert reply.json["stop_reason"] == "tool_use"
    assert (shadow.action, shadow.clause) == ("block", "agent_use")


def test_many_calls_of_one_answer_are_judged_in_linear_time_and_together():
    """The time of a call does not grow with those before it: what is read together has a bound."""
    before = trace("a page was read")
    read: list[int] = []
    for number in range(200):
        call = Call("send_email", {"to": "a@b.example", "body": f"{number} all is well here " * 20})
        texts = _texts(REFERENCE[-1].agents, before, call, REFERENCE[-1].agents.action("page_sent_on"))
        read.append(sum(map(len, texts)))
        before.add(call)
    assert read[199] <= 1.1 * read[100]
    assert read[100] > read[10]


async def test_a_call_may_wait_for_a_person(does):
    does(*MAILED)
    held = [msgspec.structs.replace(one, for_agents=Action.HOLD) for one in REFERENCE[-1].agents.actions]
    agents = msgspec.structs.replace(REFERENCE[-1].agents, actions=tuple(held))
    async with running(packs=(replace(REFERENCE[-1], agents=agents),)) as site:
        site.with_key(audience=Audience.AGENT)
        reply = await ask(site, "messages")
        assert site.entry.outcome == "held"
    assert reply.headers["sekisho-review"].startswith("rev_")
    assert "send_email" not in reply.body.decode()


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param(MAILED[1]["body"], "blocked", id="what was found is mailed"),
        pytest.param("They meet in May.", "completed", id="a summary of it"),
    ],
)
async def test_what_a_tool_of_the_providers_brings_in_the_same_answer_counts_too(body, outcome):
    found = [{"type": "web_search_result", "title": PAGE, "url": "https://harbour.example"}]
    content = [
        {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "meeting"}},
        {"type": "web_search_tool_result", "tool_use_id": "s", "content": found},
        {"type": "tool_use", "id": "t", "name": "send_email", "input": MAILED[1] | {"body": body}},
    ]
    usage = {"input_tokens": 1, "output_tokens": 1}
    said = {
        "type": "message",
        "role": "assistant",
        "content": content,
        "stop_reason": "tool_use",
        "usage": usage,
    }
    request = adapter_for(Endpoint.MESSAGES).read(
        Endpoint.MESSAGES,
        msgspec.json.encode({"model": "m", "messages": [{"role": "user", "content": "Help me."}]}),
    )
    case = replace(world.case(REFERENCE[-1]), audience=Audience.AGENT)
    result = await Screen(world.SmallDetectors()).answer(request, case, msgspec.json.encode(said))
    assert result.outcome == outcome


async def test_calls_side_by_side_in_one_answer_are_counted_together_and_each_once():
    calls = [
        {
            "type": "tool_use",
            "id": f"t{n}",
            "name": "send_email",
            "input": {"to": f"{n}@a.example", "body": "Hi"},
        }
        for n in range(21)
    ]
    request = adapter_for(Endpoint.MESSAGES).read(
        Endpoint.MESSAGES,
        msgspec.json.encode({"model": "m", "messages": [{"role": "user", "content": "Write to them."}]}),
    )
    case = replace(world.case(REFERENCE[-1]), audience=Audience.AGENT)
    outcomes = []
    for count in (20, 21):
        said = {"type": "message", "role": "assistant", "content": calls[:count], "stop_reason": "tool_use"}
        screen = Screen(world.SmallDetectors())
        outcomes.append((await screen.answer(request, case, msgspec.json.encode(said))).outcome)
    assert outcomes == ["completed", "blocked"]


async def test_each_draft_is_tried_with_its_own_words_for_tools(does):
    does(*MAILED)
    now = REFERENCE[-1]
    deaf = {
        word: msgspec.structs.replace(one, named=("none",), takes=())
        for word, one in now.agents.tools.items()
    }
    drafts = (
        replace(now, version="deaf", agents=msgspec.structs.replace(now.agents, tools=deaf)),
        replace(now, version="draft"),
    )
    async with running(packs=REFERENCE[:1], shadow_packs=drafts) as site:
        site.with_key(audience=Audience.AGENT)
        await ask(site, "messages")
        told = [one for one in site.entry.decisions if one.shadow and one.stage == "tool_call"][-2:]
    assert {one.pack: one.action for one in told} == {"reference@deaf": "allow", "reference@draft": "block"}
