"""The official SDKs, unmodified, through the gate."""

from __future__ import annotations

import anthropic
import openai
import pytest

from sekisho.link.snapshot import Restriction, Stop
from tests.gateway.conftest import KEY, running
from tests.gateway.test_pipeline import DRAFTS, HELD_PROMPT

TOOL = {"type": "object", "properties": {"city": {"type": "string"}}}
HI = [{"role": "user", "content": "Hi there"}]


@pytest.fixture
async def claude(site):
    async with anthropic.AsyncAnthropic(api_key=KEY, base_url=site.url, max_retries=0) as client:
        yield client


@pytest.fixture
async def gpt(site):
    async with openai.AsyncOpenAI(api_key=KEY, base_url=f"{site.url}/v1", max_retries=0) as client:
        yield client


async def test_anthropic_whole(claude):
    message = await claude.messages.create(model="claude-fake-1", max_tokens=64, messages=HI)
    assert "Hi there" in message.content[0].text
    assert message.stop_reason == "end_turn"


async def test_anthropic_streamed(claude):
    async with claude.messages.stream(model="claude-fake-1", max_tokens=64, messages=HI) as stream:
        text = "".join([part async for part in stream.text_stream])
        final = await stream.get_final_message()
    assert text == final.content[0].text
    assert "Hi there" in text


async def test_anthropic_tools(claude):
    tools = [{"name": "weather", "description": "Weather", "input_schema": TOOL}]
    async with claude.messages.stream(model="fake-tool", max_tokens=64, messages=HI, tools=tools) as stream:
        final = await stream.get_final_message()
    assert final.stop_reason == "tool_use"
    call = final.content[-1]
    assert (call.name, call.input["city"]) == ("weather", "Kyōto")
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "18 °C"}
    messages = [*HI, {"role": "assistant", "content": final.content}, {"role": "user", "content": [result]}]
    after = await claude.messages.create(model="fake-tool", max_tokens=64, messages=messages, tools=tools)
    assert "tool has answered" in after.content[0].text


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_anthropic_reads_a_refusal(claude, stream):
    asked = {
        "model": "claude-fake-1",
        "max_tokens": 64,
        "messages": [{"role": "user", "content": "A pipe bomb?"}],
    }
    if stream:
        async with claude.messages.stream(**asked) as events:
            message = await events.get_final_message()
    else:
        message = await claude.messages.create(**asked)
    assert message.stop_reason == "refusal"
    assert "Reason of weapons." in message.content[0].text


async def test_anthropic_reads_a_refusal_of_a_draft():
    """Nothing of an answer that waits for a person goes out, so its refusal begins at the beginning."""
    async with (
        running(packs=(DRAFTS,)) as site,
        anthropic.AsyncAnthropic(api_key=KEY, base_url=site.url, max_retries=0) as claude,
    ):
        prompt = HELD_PROMPT.format(script="violating")
        asked = {"model": "fake", "max_tokens": 64, "messages": [{"role": "user", "content": prompt}]}
        async with claude.messages.stream(**asked) as events:
            message = await events.get_final_message()
    assert message.stop_reason == "refusal"
    assert "Reason of weapons." in message.content[0].text


async def test_anthropic_counts_and_lists(claude):
    counted = await claude.messages.count_tokens(model="claude-fake-1", messages=HI)
    models = [model.id async for model in claude.models.list(limit=1000)]
    assert counted.input_tokens > 0
    assert "claude-fake-1" in models


@pytest.mark.parametrize(
    ("model", "error"),
    [
        ("fake-error-400", anthropic.BadRequestError),
        ("fake-error-401", anthropic.AuthenticationError),
        ("fake-error-404", anthropic.NotFoundError),
        ("fake-error-429", anthropic.RateLimitError),
        ("fake-error-500", anthropic.InternalServerError),
        ("fake-error-529", anthropic.InternalServerError),
    ],
)
async def test_anthropic_errors_of_the_provider(claude, model, error):
    with pytest.raises(error) as raised:
        await claude.messages.create(model=model, max_tokens=64, messages=HI)
    assert raised.value.request_id == "req_fake01"


async def test_anthropic_errors_of_the_gate(site, claude):
    site.with_key(restriction=Restriction(kind=Stop.SUSPENDED, clause="weapons", statement="sor_1"))
    with pytest.raises(anthropic.PermissionDeniedError) as raised:
        await claude.messages.create(model="claude-fake-1", max_tokens=64, messages=HI)
    assert "https://gate.test/statements/sor_1" in raised.value.message
    assert raised.value.request_id.startswith("req_")


async def test_anthropic_retries_what_is_overloaded(site):
    """The SDK tries again by itself; the second time there is room."""
    site.gate.capacity.draining = True
    refused = site.gate.meter.count

    def count(name, *amount, **labels):
        site.gate.capacity.draining = False
        refused(name, *amount, **labels)

    site.gate.meter.count = count
    async with anthropic.AsyncAnthropic(api_key=KEY, base_url=site.url, max_retries=1) as client:
        client._calculate_retry_timeout = lambda *args: 0.0
        message = await client.messages.create(model="claude-fake-1", max_tokens=64, messages=HI)
    assert message.content


async def test_openai_whole(gpt):
    answer = await gpt.chat.completions.create(model="gpt-fake-1", messages=HI)
    assert "Hi there" in answer.choices[0].message.content


async def test_openai_streamed(gpt):
    stream = await gpt.chat.completions.create(
        model="gpt-fake-1", messages=HI, stream=True, stream_options={"include_usage": True}
    )
    chunks = [chunk async for chunk in stream]
    text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    assert "Hi there" in text
    assert chunks[-1].usage.completion_tokens > 0


async def test_openai_tools(gpt):
    tools = [{"type": "function", "function": {"name": "weather", "parameters": TOOL}}]
    answer = await gpt.chat.completions.create(model="fake-tool", messages=HI, tools=tools)
    [call] = answer.choices[0].message.tool_calls
    assert call.function.name == "weather"
    assert answer.choices[0].finish_reason == "tool_calls"


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_openai_reads_a_refusal(gpt, stream):
    asked = {"model": "gpt-fake-1", "messages": [{"role": "user", "content": "A pipe bomb?"}]}
    if stream:
        chunks = [chunk async for chunk in await gpt.chat.completions.create(stream=True, **asked)]
        reason = [choice.finish_reason for chunk in chunks for choice in chunk.choices][-1]
    else:
        reason = (await gpt.chat.completions.create(**asked)).choices[0].finish_reason
    assert reason == "content_filter"


@pytest.mark.parametrize(
    ("model", "error"),
    [
        ("fake-error-400", openai.BadRequestError),
        ("fake-error-401", openai.AuthenticationError),
        ("fake-error-429", openai.RateLimitError),
        ("fake-error-500", openai.InternalServerError),
    ],
)
async def test_openai_errors(gpt, model, error):
    with pytest.raises(error):
        await gpt.chat.completions.create(model=model, messages=HI)


async def test_openai_lists_models(gpt):
    assert "gpt-fake-1" in [model.id async for model in gpt.models.list()]


async def test_openai_responses_whole(gpt):
    answer = await gpt.responses.create(model="gpt-fake-1", input="Hi there")
    assert "Hi there" in answer.output_text


async def test_openai_responses_streamed(gpt):
    events = [
        event async for event in await gpt.responses.create(model="gpt-fake-1", input="Hi there", stream=True)
    ]
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert "Hi there" in text
    assert events[-1].type == "response.completed"


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_openai_responses_reads_a_refusal(gpt, stream):
    asked = {"model": "gpt-fake-1", "input": "A pipe bomb?"}
    if stream:
        events = [event async for event in await gpt.responses.create(stream=True, **asked)]
        answer = events[-1].response
    else:
        answer = await gpt.responses.create(**asked)
    assert answer.status == "incomplete"
    assert answer.incomplete_details.reason == "content_filter"
