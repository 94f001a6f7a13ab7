"""Requests are read whole and strictly: every word has its role, and what parsers could read differently is refused."""

from __future__ import annotations

import json

import pytest

from sekisho.detection.types import Role
from sekisho.gateway.dialects import adapter_for
from sekisho.gateway.dialects.json import splice
from sekisho.gateway.errors import BadRequestError
from sekisho.gateway.types import Endpoint

MESSAGES, CHAT, RESPONSES = Endpoint.MESSAGES, Endpoint.CHAT_COMPLETIONS, Endpoint.RESPONSES
IMAGE = {"type": "image", "source": {"type": "url", "url": "https://x.example/a.png"}}


def read(endpoint: Endpoint, **body: object):
    return adapter_for(endpoint).read(endpoint, json.dumps({"model": "model-1", **body}).encode())


def said(endpoint: Endpoint, **body: object) -> list[tuple[str, str, Role, str]]:
    return [(piece.speaker, piece.text, piece.role, piece.media) for piece in read(endpoint, **body).pieces]


def user(*blocks: object) -> dict[str, object]:
    return {"messages": [{"role": "user", "content": list(blocks)}]}


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        pytest.param({"type": "text", "text": "hi"}, ("user", "hi", Role.PROMPT, ""), id="text"),
        pytest.param(IMAGE, ("user", "", Role.PROMPT, "image"), id="image"),
        pytest.param(
            {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "d"}},
            ("user", "d", Role.TOOL_RESULT, ""),
            id="a document of text",
        ),
        pytest.param(
            {
                "type": "document",
                "source": {"type": "base64", "media_type": "application/pdf", "data": "AA=="},
            },
            ("user", "", Role.TOOL_RESULT, "document"),
            id="a document that nobody reads",
        ),
        pytest.param(
            {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "r"}]},
            ("tool", "r", Role.TOOL_RESULT, ""),
            id="a tool result in blocks",
        ),
        pytest.param(
            {"type": "tool_result", "tool_use_id": "t", "content": "r"},
            ("tool", "r", Role.TOOL_RESULT, ""),
            id="a tool result as a string",
        ),
        pytest.param(
            {"type": "tool_result", "tool_use_id": "t", "content": [IMAGE]},
            ("tool", "", Role.TOOL_RESULT, "image"),
            id="an image in a tool result",
        ),
        pytest.param(
            {"type": "tool_use", "id": "t", "name": "run", "input": {"cmd": "ls", "at": {"n": 3}}},
            ("assistant", "run\ncmd: ls\nat\nn: 3", Role.TOOL_CALL, ""),
            id="a tool call, key by key",
        ),
        pytest.param(
            {"type": "thinking", "thinking": "hm", "signature": "s"},
            ("user", "hm", Role.OUTPUT, ""),
            id="thinking",
        ),
        pytest.param(
            {"type": "hologram", "words": "x"},
            ("user", "type: hologram\nwords: x", Role.PROMPT, "hologram"),
            id="an unknown block is read and declared",
        ),
    ],
)
def test_a_block_of_a_message_is_read(block, expected):
    assert said(MESSAGES, **user(block)) == [expected]


def test_everything_a_messages_request_says_is_read_in_order():
    body = {
        "system": [{"type": "text", "text": "be kind"}],
        "tools": [{"name": "run", "description": "Runs.", "input_schema": {"type": "object"}}],
        "messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "yes?"}],
        "metadata": {"user_id": "Aiko"},
        "mcp_servers": [{"authorization_token": "never read"}],
        "brand_new": {"note": "read all the same"},
    }
    request = read(MESSAGES, stream=True, **body)
    assert [piece.text for piece in request.pieces] == [
        "be kind",
        "name: run\ndescription: Runs.\ninput_schema\ntype: object",
        "note: read all the same",
        "hi",
        "yes?",
    ]
    assert (request.end_user_name, request.streamed, request.has_history) == ("Aiko", True, True)


def test_everything_a_chat_request_says_is_read():
    call = {"id": "c", "type": "function", "function": {"name": "run", "arguments": '{"a": "\\u79d8"}'}}
    messages = [
        {"role": "developer", "content": "be kind"},
        {
            "role": "user",
            "content": [{"type": "text", "text": "hi"}, {"type": "image_url", "image_url": {"url": "x"}}],
        },
        {"role": "assistant", "content": None, "reasoning_content": "hm", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c", "content": "brought"},
    ]
    assert said(CHAT, messages=messages, user="Ben") == [
        ("system", "be kind", Role.PROMPT, ""),
        ("user", "hi", Role.PROMPT, ""),
        ("user", "", Role.PROMPT, "image"),
        ("assistant", "hm", Role.OUTPUT, ""),
        ("assistant", "run\na: 秘", Role.TOOL_CALL, ""),
        ("tool", "brought", Role.TOOL_RESULT, ""),
    ]
    assert read(CHAT, messages=messages, user="Ben").end_user_name == "Ben"


def test_everything_a_responses_request_says_is_read():
    items = [
        {
            "role": "user",
            "content": [{"type": "input_text", "text": "hi"}, {"type": "input_image", "image_url": "x"}],
        },
        {"type": "function_call", "call_id": "c", "name": "run", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c", "output": "brought"},
        {"type": "item_reference", "id": "msg_1"},
    ]
    assert said(RESPONSES, instructions="be kind", input=items) == [
        ("system", "be kind", Role.PROMPT, ""),
        ("user", "hi", Role.PROMPT, ""),
        ("user", "", Role.PROMPT, "image"),
        ("assistant", "run", Role.TOOL_CALL, ""),
        ("tool", "brought", Role.TOOL_RESULT, ""),
        ("assistant", "", Role.OUTPUT, "reference"),
    ]


GOOD = b'{"model":"m","messages":[{"role":"user","content":"hi"}]}'


@pytest.mark.parametrize(
    ("body", "place"),
    [
        pytest.param(b"", "", id="nothing"),
        pytest.param(GOOD[:-5], "", id="broken off"),
        pytest.param(b"[]", "", id="a list"),
        pytest.param(GOOD.replace(b"hi", b"\xff"), "", id="bytes that are not UTF-8"),
        pytest.param(GOOD.replace(b"hi", b"\\ud800"), "", id="half a surrogate pair"),
        pytest.param(b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}", "", id="nested without end"),
        pytest.param(b'{"model":"m","messages":[],"messages":[]}', "", id="a key twice"),
        pytest.param(GOOD.replace(b'"role"', b'"content":"x","role"'), "", id="a key twice, inside"),
        pytest.param(b'{"\\u003a":1,"model":"a","model":"b"}', "", id="a key twice, behind an escaped colon"),
        pytest.param(GOOD.replace(b"{", b'{"Messages":[],', 1), "Messages", id="a key in another case"),
        pytest.param(
            GOOD.replace(b"content", b"Content"), "messages.0.Content", id="the same inside a message"
        ),
        pytest.param(
            GOOD.replace(b'"messages"', '"meſſages":[],"messages"'.encode()),
            "meſſages",
            id="a key folded by Unicode",
        ),
        pytest.param(b'{"model":"m"}', "messages", id="no messages"),
        pytest.param(b'{"model":"m","messages":[]}', "messages", id="no message"),
        pytest.param(
            b'{"model":1,"messages":[{"role":"user","content":""}]}', "model", id="a model that is a number"
        ),
        pytest.param(GOOD.replace(b'"hi"', b"7"), "messages.0.content", id="content that is a number"),
        pytest.param(GOOD.replace(b'"hi"', b"[7]"), "messages.0.content.0", id="a block that is a number"),
        pytest.param(GOOD.replace(b"{", b'{"stream":"yes",', 1), "stream", id="stream that is a word"),
    ],
)
@pytest.mark.parametrize("endpoint", [MESSAGES, CHAT])
def test_a_body_that_could_be_read_in_two_ways_is_refused_with_its_place(endpoint, body, place):
    with pytest.raises(BadRequestError) as refusal:
        adapter_for(endpoint).read(endpoint, body)
    assert refusal.value.data["path"] == place
    assert refusal.value.message.ja


def test_a_good_body_with_colons_and_escapes_is_read():
    body = '{"model":"m","messages":[{"role":"user","content":"a: b \\u003a \\\\: \\" ː ："}]}'.encode()
    assert adapter_for(MESSAGES).read(MESSAGES, body).pieces[0].text == 'a: b : \\: " ː ：'


def test_splicing_keeps_every_other_value_in_its_own_bytes():
    body = b'{"n":1.50,"big":12345678901234567890123,"a":[{"t":"x","e":"\\u00e9"},{"t":"y"}]}'
    assert splice(body, {("a", 1, "t"): "z"}) == body.replace(b'"y"', b'"z"')
    assert splice(body, {}) is body
