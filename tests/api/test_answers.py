"""The official SDKs read a released answer as they read any other."""

from __future__ import annotations

from datetime import UTC, datetime

from anthropic.types import Message
from openai.types.chat import ChatCompletion
from openai.types.responses import Response

from sekisho.api.answers import as_answered
from sekisho.records.types import TurnView

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
TEXT = "Please ask your pharmacist."


def turn(dialect: str, endpoint: str) -> TurnView:
    return TurnView(
        id="req_01k9zq3v5m8x2t4w6y8a0c2e4g",
        organisation="org_1",
        key="key_1",
        end_user="",
        conversation="c1",
        received_at=AT,
        finished_at=AT,
        dialect=dialect,
        endpoint=endpoint,
        outcome="held",
        status=200,
        model="claude-sonnet-4-5",
        provider="fake",
        plan="api",
        terms="commercial",
        streamed=False,
        input_tokens=11,
        output_tokens=22,
        disclosure="",
        review="rev_1",
        zero_retention=False,
        has_content=True,
        stages_us={},
    )


def test_a_message():
    read = Message.model_validate(as_answered(turn("anthropic", "messages"), TEXT), strict=True)
    assert read.content[0].text == TEXT
    assert (read.stop_reason, read.usage.input_tokens, read.usage.output_tokens) == ("end_turn", 11, 22)
    assert read.model_extra == {}


def test_a_chat_completion():
    read = ChatCompletion.model_validate(as_answered(turn("openai", "chat_completions"), TEXT), strict=True)
    assert read.choices[0].message.content == TEXT
    assert (read.choices[0].finish_reason, read.usage.total_tokens) == ("stop", 33)
    assert read.model_extra == {}


def test_a_response():
    read = Response.model_validate(as_answered(turn("openai", "responses"), TEXT), strict=True)
    assert read.output_text == TEXT
    assert (read.status, read.usage.total_tokens) == ("completed", 33)
    assert read.model_extra == {}
