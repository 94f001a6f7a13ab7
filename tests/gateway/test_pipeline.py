"""The life of a request, over real HTTP: what passes, what is told, and what is recorded."""

from __future__ import annotations

import pytest

WHOLE_AND_STREAMED = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


@WHOLE_AND_STREAMED
async def test_a_message_passes_and_is_recorded(site, stream):
    reply = await site.messages("How do I bake bread?", stream=stream)

    assert reply.status == 200
    assert "How do I bake bread?" in reply.text
    assert reply.headers["request-id"] == "req_fake01"
    assert reply.headers["sekisho-request-id"] == site.entry.id
    assert (site.entry.outcome, site.entry.status, site.entry.streamed) == ("completed", 200, stream)
    assert site.entry.usage.output_tokens > 0


@WHOLE_AND_STREAMED
async def test_a_chat_completion_passes_and_is_recorded(site, stream):
    reply = await site.chat("パンの焼き方を教えてください。", stream=stream)

    assert reply.status == 200
    assert "パンの焼き方" in reply.text
    assert (site.entry.outcome, site.entry.dialect) == ("completed", "openai")
