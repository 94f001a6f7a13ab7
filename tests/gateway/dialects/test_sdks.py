"""The official SDKs, unmodified, take everything the gate says for what it is meant to be (P-050)."""

from __future__ import annotations

import anthropic
import httpx2
import openai
import pytest
from anthropic.types import Message
from openai.types.chat import ChatCompletion
from openai.types.responses import Response

from sekisho.policy.types import Action
from tests.gateway.dialects.speech import LANGS, SAID, notice, speech


def answering(body: bytes, kind: str) -> httpx2.Client:
    """An HTTP client to which every request is answered with `body`."""
    headers = {"content-type": kind}
    return httpx2.Client(
        transport=httpx2.MockTransport(lambda _: httpx2.Response(200, headers=headers, content=body))
    )


def messages(body: bytes, kind: str) -> anthropic.Anthropic:
    return anthropic.Anthropic(
        api_key="k", base_url="https://gate.example", http_client=answering(body, kind)
    )


def chat(body: bytes, kind: str) -> openai.OpenAI:
    return openai.OpenAI(api_key="k", base_url="https://gate.example/v1", http_client=answering(body, kind))


ASKED = {"model": "model-1", "messages": [{"role": "user", "content": "hi"}]}


def message_of(body: bytes) -> Message:
    client = messages(body, "text/event-stream")
    with client.messages.stream(**ASKED, max_tokens=9) as events:
        return events.get_final_message()


def completion_of(body: bytes) -> ChatCompletion:
    client = chat(body, "text/event-stream")
    with client.chat.completions.stream(**ASKED) as events:
        return events.get_final_completion()


@pytest.mark.parametrize("language", LANGS)
def test_a_refusal_is_a_message_with_the_stop_reason_refusal(language):
    body = speech("messages", language)["refusal.json"]
    message = messages(body, "application/json").messages.create(**ASKED, max_tokens=9)
    words = notice(Action.BLOCK, language).text
    assert (message.stop_reason, message.content[0].text) == ("refusal", words)
    assert message.stop_details.explanation == words
    Message.model_validate_json(body, strict=True)


@pytest.mark.parametrize("language", LANGS)
@pytest.mark.parametrize(
    ("form", "stop", "last"),
    [
        pytest.param("refusal.sse", "refusal", Action.BLOCK, id="refused before it began"),
        pytest.param("cut.sse", "refusal", Action.BLOCK, id="cut midway"),
        pytest.param("ticket.sse", "end_turn", Action.HOLD, id="held before it began"),
        pytest.param("held_midway.sse", "end_turn", Action.HOLD, id="held midway"),
    ],
)
def test_a_streamed_message_ends_well_with_the_notice_as_its_last_block(language, form, stop, last):
    message = message_of(speech("messages", language)[form])
    assert message.stop_reason == stop
    assert message.content[-1].text.startswith(notice(last, language).reason)


@pytest.mark.parametrize("language", LANGS)
def test_a_cut_message_keeps_what_came_before(language):
    message = message_of(speech("messages", language)["cut.sse"])
    assert [block.type for block in message.content] == ["thinking", "text", "text"]
    assert SAID[language].startswith(message.content[1].text)
    assert message.content[1].text


def test_an_error_in_a_stream_of_messages_is_raised():
    with pytest.raises(anthropic.APIStatusError):
        message_of(speech("messages", "en")["broken.sse"])


@pytest.mark.parametrize("language", LANGS)
def test_a_refusal_is_a_completion_with_the_finish_reason_content_filter(language):
    body = speech("chat", language)["refusal.json"]
    completion = chat(body, "application/json").chat.completions.create(**ASKED)
    choice, words = completion.choices[0], notice(Action.BLOCK, language).text
    assert (choice.finish_reason, choice.message.refusal, choice.message.content) == (
        "content_filter",
        words,
        words,
    )
    ChatCompletion.model_validate_json(body, strict=True)


@pytest.mark.parametrize("language", LANGS)
@pytest.mark.parametrize("form", ["refusal.sse", "cut.sse"])
def test_a_streamed_refusal_raises_what_the_sdk_raises_for_a_content_filter(language, form):
    with pytest.raises(openai.ContentFilterFinishReasonError):
        completion_of(speech("chat", language)[form])
    client = chat(speech("chat", language)[form], "text/event-stream")
    chunks = list(client.chat.completions.create(**ASKED, stream=True))
    assert chunks[-1].choices[0].finish_reason == "content_filter"
    assert (
        "".join(one.choices[0].delta.refusal or "" for one in chunks) == notice(Action.BLOCK, language).text
    )


@pytest.mark.parametrize("language", LANGS)
@pytest.mark.parametrize("form", ["ticket.sse", "held_midway.sse"])
def test_a_streamed_ticket_is_an_ordinary_completion(language, form):
    choice = completion_of(speech("chat", language)[form]).choices[0]
    assert choice.finish_reason == "stop"
    assert notice(Action.HOLD, language).reason in choice.message.content


def test_an_error_in_a_stream_of_chunks_is_raised():
    client = chat(speech("chat", "en")["broken.sse"], "text/event-stream")
    with pytest.raises(openai.APIError):
        list(client.chat.completions.create(**ASKED, stream=True))


def response_of(body: bytes):
    client = chat(body, "text/event-stream")
    return list(client.responses.create(model="model-1", input="hi", stream=True))[-1].response


@pytest.mark.parametrize("language", LANGS)
@pytest.mark.parametrize("form", ["refusal.json", "refusal.sse", "cut.sse"])
def test_a_refusal_is_a_response_that_a_content_filter_left_incomplete(language, form):
    body = speech("responses", language)[form]
    if form.endswith("json"):
        response = chat(body, "application/json").responses.create(model="model-1", input="hi")
        Response.model_validate_json(body, strict=True)
    else:
        response = response_of(body)
    assert (response.status, response.incomplete_details.reason) == ("incomplete", "content_filter")
    assert response.output[-1].content[0].refusal == notice(Action.BLOCK, language).text


@pytest.mark.parametrize("language", LANGS)
@pytest.mark.parametrize("form", ["ticket.sse", "held_midway.sse"])
def test_a_ticket_is_an_ordinary_response(language, form):
    response = response_of(speech("responses", language)[form])
    assert response.status == "completed"
    assert response.output_text.startswith(notice(Action.HOLD, language).reason)


def test_what_a_response_repeats_is_masked_each_time():
    body = speech("responses", "en")["masked.sse"]
    assert b"secret" not in body
    assert response_of(body).output_text.startswith("The [removed: Privacy] is out.")
