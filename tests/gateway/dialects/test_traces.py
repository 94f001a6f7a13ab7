"""What a conversation has called, brought and said is read the same on every wire."""

from __future__ import annotations

import msgspec
import pytest

from sekisho.gateway.dialects import adapter_for
from sekisho.gateway.types import Endpoint
from sekisho.policy.agents.trace import Call, Result, Word

FETCH = Call("fetch_page", {"url": "https://a.example"})
EXPECTED = [
    Word("Be brief.", is_person=False),
    Word("Help me."),
    FETCH,
    Result(FETCH, "A page."),
    Word("Thanks."),
]
CHAT_CALL = {"name": "fetch_page", "arguments": '{"url": "https://a.example"}'}
BODIES = {
    Endpoint.MESSAGES: {
        "system": [{"type": "text", "text": "Be brief."}],
        "messages": [
            {"role": "user", "content": "Help me."},
            {
                "role": "assistant",
                "content": [
                    {"type": "text", "text": "Let me see."},
                    {
                        "type": "tool_use",
                        "id": "t1",
                        "name": "fetch_page",
                        "input": {"url": "https://a.example"},
                    },
                ],
            },
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "t1", "content": "A page."},
                    {"type": "text", "text": "Thanks."},
                ],
            },
        ],
    },
    Endpoint.CHAT_COMPLETIONS: {
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "Help me."}]},
            {
                "role": "assistant",
                "content": "Let me see.",
                "tool_calls": [{"id": "t1", "function": CHAT_CALL}],
            },
            {"role": "tool", "tool_call_id": "t1", "content": "A page."},
            {"role": "user", "content": "Thanks."},
        ]
    },
    Endpoint.RESPONSES: {
        "instructions": "Be brief.",
        "input": [
            {"role": "user", "content": "Help me."},
            {"role": "assistant", "content": [{"type": "output_text", "text": "Let me see."}]},
            {"type": "function_call", "call_id": "t1", **CHAT_CALL},
            {"type": "function_call_output", "call_id": "t1", "output": "A page."},
            {"role": "user", "content": [{"type": "input_text", "text": "Thanks."}]},
        ],
    },
}


def steps(endpoint: Endpoint, body: dict) -> list:
    """Of a body that the gate takes: what is read here was read there before."""
    sent = {"model": "m", "max_tokens": 9, **body}
    adapter_for(endpoint).read(endpoint, msgspec.json.encode(sent))
    return list(adapter_for(endpoint).trace(sent))


@pytest.mark.parametrize(("endpoint", "body"), BODIES.items(), ids=str)
def test_the_wires_tell_the_same_story(endpoint, body):
    assert steps(endpoint, body) == EXPECTED


def test_the_old_form_of_a_function_call_is_a_call():
    messages = [
        {"role": "user", "content": "Help me."},
        {"role": "assistant", "content": None, "function_call": CHAT_CALL},
        {"role": "function", "name": "fetch_page", "content": "A page."},
    ]
    found = steps(Endpoint.CHAT_COMPLETIONS, {"messages": messages})
    assert found == [Word("Help me."), FETCH, Result(FETCH, "A page.")]


def test_a_result_without_an_id_answers_no_call():
    """Two calls without ids would otherwise be taken for one another, and what was fetched for what was read."""
    calls = [{"function": CHAT_CALL}, {"function": CHAT_CALL | {"name": "read_file"}}]
    messages = [{"role": "assistant", "tool_calls": calls}, {"role": "tool", "content": "A page."}]
    (result,) = [
        one for one in steps(Endpoint.CHAT_COMPLETIONS, {"messages": messages}) if isinstance(one, Result)
    ]
    assert result.call == Call("")


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        pytest.param(
            {"type": "mcp_call", "name": "read_inbox", "arguments": '{"folder": "in"}', "output": "A mail."},
            Call("read_inbox", {"folder": "in"}),
            id="a connector",
        ),
        pytest.param(
            {"type": "web_search_call", "action": {"query": "harbour"}},
            Call("web_search", {"query": "harbour"}),
            id="the provider's search",
        ),
        pytest.param(
            {"type": "custom_tool_call", "call_id": "c", "name": "bash", "input": "make test"},
            Call("bash", "make test"),
            id="a tool that takes text",
        ),
    ],
)
def test_other_calls_of_the_responses_api(item, expected):
    assert steps(Endpoint.RESPONSES, {"input": [{"role": "user", "content": "?"}, item]})[1] == expected


def test_pictures_and_files_are_no_text_and_documents_are():
    picture = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}
    text = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "A page."}}
    file = {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "BBBB"}}
    result = {
        "type": "tool_result",
        "tool_use_id": "lost",
        "content": [{"type": "text", "text": "Seen."}, picture],
    }
    messages = [{"role": "user", "content": [result, text, file]}]
    told = [
        step.text for step in steps(Endpoint.MESSAGES, {"messages": messages}) if isinstance(step, Result)
    ]
    assert "Seen." in told[0]
    assert "A page." in told[1]
    assert not any("AAAA" in text or "BBBB" in text for text in told)


def test_what_the_provider_has_sealed_is_not_read():
    found = [{"type": "web_search_result", "title": "Harbour", "encrypted_content": "CCCC"}]
    content = [
        {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "harbour"}},
        {"type": "web_search_tool_result", "tool_use_id": "s", "content": found},
    ]
    messages = [{"role": "user", "content": "?"}, {"role": "assistant", "content": content}]
    (result,) = [
        step for step in steps(Endpoint.MESSAGES, {"messages": messages}) if isinstance(step, Result)
    ]
    assert result.call == Call("web_search", {"query": "harbour"})
    assert "Harbour" in result.text
    assert "CCCC" not in result.text
