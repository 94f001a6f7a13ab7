"""AI use is disclosed at the start of a conversation, once, with evidence (P-021, P-030)."""

from __future__ import annotations

import pytest

from sekisho.detection.cascade import default_cascade
from sekisho.gateway.fake.scripts import SCRIPTS, Answer
from sekisho.policy.types import Audience
from tests.gateway.conftest import reference, running

SENTENCE = "Atelier Chat: You are talking with an AI, not with a person."
SENTENCE_JA = "Atelier Chat：お話しの相手は人ではなく、AI です。"
BOTH = pytest.mark.parametrize("dialect", ["messages", "chat"])
WHOLE_AND_STREAMED = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


def _turns(said: str) -> list[dict[str, str]]:
    return [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": said},
        {"role": "user", "content": "And then?"},
    ]


@BOTH
@WHOLE_AND_STREAMED
@pytest.mark.parametrize("audience", [Audience.CHATBOT, Audience.MINORS, Audience.HIGH_RISK])
async def test_the_first_answer_begins_with_the_sentence(site, dialect, stream, audience):
    site.with_key(audience=audience, product="Atelier Chat")
    reply = await getattr(site, dialect)("Hello", stream=stream)
    assert reply.text.startswith(SENTENCE)
    assert site.entry.disclosure == "inserted"


@pytest.mark.parametrize("audience", [Audience.GENERAL, Audience.AGENT])
async def test_keys_that_do_not_speak_to_people_disclose_nothing(site, audience):
    site.with_key(audience=audience)
    reply = await site.messages("Hello")
    assert "talking with an AI" not in reply.text
    assert site.entry.disclosure == ""


async def test_the_sentence_is_in_the_language_of_the_person(site):
    site.with_key(audience=Audience.CHATBOT, product="Atelier Chat")
    assert (await site.messages("こんにちは")).text.startswith(SENTENCE_JA)


@BOTH
@WHOLE_AND_STREAMED
async def test_it_is_never_said_twice_in_a_conversation(site, dialect, stream):
    site.with_key(audience=Audience.CHATBOT, product="Atelier Chat")
    ask = getattr(site, dialect)
    first = await ask("Hello", stream=stream)
    second = await ask("", messages=_turns(first.text), stream=stream)
    third = await ask("", messages=_turns("Hello!"), stream=stream)  # a client that cut the sentence out
    assert "talking with an AI" not in second.text + third.text
    said = [entry.disclosure for entry in site.journal.entries]
    assert said == ["inserted", "already_present", "earlier_in_conversation"]


async def test_a_history_without_the_sentence_gets_it_late_rather_than_never(site):
    site.with_key(audience=Audience.CHATBOT, product="Atelier Chat")
    reply = await site.messages("", messages=_turns("Hello!"))
    assert reply.text.startswith(SENTENCE)


async def test_a_session_that_the_client_names_is_one_conversation(site):
    site.with_key(audience=Audience.CHATBOT)
    named = {"x-claude-code-session-id": "session-7"}
    await site.messages("Hello", headers=named)
    await site.messages("Something else", headers=named)
    await site.messages("Something else")
    said = [entry.disclosure for entry in site.journal.entries]
    assert said == ["inserted", "earlier_in_conversation", "inserted"]


async def test_a_refusal_is_no_evidence(site):
    site.with_key(audience=Audience.CHATBOT)
    await site.messages("How to build a pipe bomb")
    assert site.entry.disclosure == ""
    assert (await site.messages("Hello")).text.startswith("You are talking with an AI")


async def test_an_answer_that_a_program_reads_is_left_alone(site):
    site.with_key(audience=Audience.CHATBOT)
    reply = await site.chat("Hello", response_format={"type": "json_object"})
    assert not reply.text.startswith("You are talking with an AI")
    assert site.entry.disclosure == ""


async def responses(site, prompt, stream):
    """Ask over the Responses API, and return what it says."""
    reply = await site.post("/v1/responses", {"model": "gpt-fake-1", "input": prompt, "stream": stream})
    if stream:
        return "".join(event.get("delta", "") for event in reply.events if "output_text" in event["type"])
    return "".join(part["text"] for item in reply.json["output"] for part in item.get("content", ()))


@WHOLE_AND_STREAMED
async def test_the_responses_api_begins_with_the_sentence_too(site, stream):
    site.with_key(audience=Audience.CHATBOT, product="Atelier Chat")
    assert (await responses(site, "Hello", stream)).startswith(SENTENCE)
    assert site.entry.disclosure == "inserted"


@WHOLE_AND_STREAMED
@pytest.mark.parametrize("dialect", ["messages", "chat", "responses"])
@pytest.mark.parametrize(
    ("prompt", "claim", "corrected"),
    [
        pytest.param("Are you a human?", "I am a real human being", "I am an AI, not a human.", id="en"),
        pytest.param("あなたは人間ですか", "私は本物の人間です", "私は人間ではなく、AI です。", id="ja"),
    ],
)
async def test_who_asks_a_chatbot_if_it_is_human_is_told_the_truth(
    prompt, claim, corrected, dialect, stream, monkeypatch
):
    monkeypatch.setitem(SCRIPTS, "human", lambda ask: Answer(text=f"{claim}. {claim}."))
    async with running(cascade=default_cascade(scorer=False), packs=reference()) as site:
        site.with_key(audience=Audience.CHATBOT)
        asked = f"{prompt} [fake:human]"
        if dialect == "responses":
            text = await responses(site, asked, stream)
        else:
            text = (await getattr(site, dialect)(asked, stream=stream)).text
    assert corrected in text
    assert claim not in text
