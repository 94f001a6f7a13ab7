"""Zero retention on the OpenAI wires: one word of a request is changed, and nothing that a provider kept is asked for."""

from __future__ import annotations

import json

import msgspec
import pytest

from sekisho.accounts.types import Plan
from sekisho.link.snapshot import OrganisationEntry
from tests.gateway.conftest import running

CHAT = b'"model":"gpt-fake-1","messages":[{"role":"user","content":"Hi"}]'
ASKED = b'"model":"gpt-fake-1","input":"Hi"'


@pytest.fixture(params=["key", "organisation"])
async def quiet(request):
    """A gate under zero retention, demanded by the key or by its organisation."""
    is_whole = request.param == "organisation"
    organisation = OrganisationEntry(id="org_atelier", plan=Plan.API, zero_retention=is_whole)
    async with running(organisations={"org_atelier": organisation}) as site:
        site.with_key(zero_retention=not is_whole)
        routes = tuple(
            msgspec.structs.replace(one, zero_retention=True) for one in site.snapshots.current.routes
        )
        site.snapshots.publish(routes=routes)
        yield site


@pytest.mark.parametrize(
    ("path", "sent", "forwarded"),
    [
        pytest.param(
            "chat/completions", b'{"store":true,' + CHAT + b"}", b'{"store":false,' + CHAT + b"}", id="true"
        ),
        pytest.param(
            "chat/completions",
            b'{ "store" :\n true , ' + CHAT + b', "top_p": 1.0 }',
            b'{ "store" :\n false , ' + CHAT + b', "top_p": 1.0 }',
            id="every other byte stays",
        ),
        pytest.param(
            "chat/completions",
            b"{" + CHAT + b',"metadata":{"store":true},"store":true}',
            b"{" + CHAT + b',"metadata":{"store":true},"store":false}',
            id="a namesake inside another value stays",
        ),
        pytest.param(
            "chat/completions", b"{" + CHAT + b"}", b"{" + CHAT + b"}", id="not stored unless asked"
        ),
        pytest.param(
            "responses", b"{" + ASKED + b"}", b'{"store":false,' + ASKED + b"}", id="stored by default"
        ),
        pytest.param(
            "responses",
            b"{" + ASKED + b',"store":null}',
            b"{" + ASKED + b',"store":false}',
            id="null is default",
        ),
        pytest.param(
            "responses",
            b"{" + ASKED + b',"store":false}',
            b"{" + ASKED + b',"store":false}',
            id="false already",
        ),
    ],
)
async def test_nothing_is_stored_under_zero_retention(quiet, path, sent, forwarded):
    reply = await quiet.post(f"/v1/{path}", sent)
    assert reply.status == 200
    assert quiet.fake.seen[0].body == forwarded


@pytest.mark.parametrize("state", [{"previous_response_id": "resp_1"}, {"conversation": {"id": "conv_1"}}])
async def test_no_kept_state_is_asked_for_under_zero_retention(quiet, state):
    reply = await quiet.post("/v1/responses", {"model": "gpt-fake-1", "input": "Hi", **state})
    assert (reply.status, reply.error) == (400, "invalid_request_error")
    assert next(iter(state)) in reply.json["error"]["message"]
    assert not quiet.fake.seen


async def test_a_field_that_cannot_be_found_in_the_bytes_is_refused(quiet):
    reply = await quiet.post("/v1/chat/completions", b'{"\\u0073tore":true,' + CHAT + b"}")
    assert reply.status == 400
    assert "store: false" in reply.json["error"]["message"]


@pytest.mark.parametrize("value", ["true", 1, {}])
async def test_a_store_that_is_no_boolean_is_refused(site, value):
    body = {"model": "gpt-fake-1", "messages": [{"role": "user", "content": "Hi"}], "store": value}
    assert (await site.post("/v1/chat/completions", body)).status == 400


@pytest.mark.parametrize(
    ("state", "declared"),
    [
        ({"previous_response_id": "resp_1"}, "stateful_history"),
        ({"conversation": "conv_1"}, "stateful_history"),
        ({"prompt": {"id": "pmpt_1"}}, "stored_prompt"),
    ],
)
async def test_what_the_provider_keeps_is_declared_unscreened(site, state, declared):
    sent = {"model": "gpt-fake-1", "input": "Hi", "store": True, **state}
    await site.post("/v1/responses", sent)
    assert any(declared in decision.unscreened for decision in site.entry.decisions)
    assert json.loads(site.fake.seen[0].body) == sent


MESSAGE = {"model": "claude-fake-1", "max_tokens": 16, "messages": [{"role": "user", "content": "Hi"}]}


def _saying(*blocks):
    return MESSAGE | {"messages": [{"role": "user", "content": [*blocks, {"type": "text", "text": "Hi"}]}]}


@pytest.mark.parametrize(
    ("path", "sent", "field"),
    [
        pytest.param("messages", MESSAGE | {"container": "container_1"}, "container", id="a container"),
        pytest.param(
            "messages",
            _saying({"type": "document", "source": {"type": "file", "file_id": "file_1"}}),
            "file_id",
            id="a stored document",
        ),
        pytest.param(
            "chat/completions",
            json.loads(b"{" + CHAT + b"}")
            | {"messages": [{"role": "user", "content": [{"type": "file", "file": {"file_id": "file-1"}}]}]},
            "file_id",
            id="a stored file",
        ),
        pytest.param(
            "responses",
            {"model": "gpt-fake-1", "input": [{"role": "user", "content": [{"type": "input_file", "file_id": "file-1"}]}]},
            "file_id",
            id="a stored file of the Responses wire",
        ),
    ],
)  # fmt: skip
async def test_what_the_provider_keeps_is_not_used_under_zero_retention(quiet, path, sent, field):
    answer = await quiet.post(f"/v1/{path}", sent)
    assert answer.status == 400
    assert answer.json["error"]["message"].startswith(f"{field}: zero data retention")


async def test_a_word_that_a_model_said_refers_to_nothing_of_the_providers(quiet):
    call = {"type": "tool_use", "id": "t1", "name": "look", "input": {"source": {"file_id": "mine"}}}
    result = {"type": "tool_result", "tool_use_id": "t1", "content": '{"file_id": "mine"}'}
    said = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": [call]},
        {"role": "user", "content": [result]},
    ]
    assert (await quiet.post("/v1/messages", MESSAGE | {"messages": said})).status == 200
