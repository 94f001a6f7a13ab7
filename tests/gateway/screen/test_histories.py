"""A history that was judged is passed over when it is sent again, and this changes nothing that anybody is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.accounts.types import Plan
from sekisho.gateway.cases import history_of
from sekisho.gateway.dialects import adapter_for
from sekisho.gateway.errors import BadRequestError
from sekisho.gateway.replies import last_prompt
from sekisho.gateway.screen import InputResult, InputScreen, Screen
from sekisho.gateway.screen.histories import BRANCHES, MOST_CUTS, SMALLEST_BYTES, Histories, History
from sekisho.gateway.types import PASSED, Endpoint, Principal, Request
from sekisho.link.snapshot import KeyEntry, OrganisationEntry
from sekisho.policy.types import Action, Audience
from tests.gateway.screen import world

SCOPE = ("org_1", "small@1", "general", "")
Message = dict[str, Any]


def text_of(speaker: str, text: str, endpoint: Endpoint = Endpoint.MESSAGES) -> Message:
    return {"role": speaker, "content": text}


def turns(count: int) -> list[Message]:
    """A conversation after its nth prompt."""
    return [
        text_of("user" if at % 2 == 0 else "assistant", f"step {at:04d} done") for at in range(2 * count - 1)
    ]


def body_of(messages: Sequence[Message], endpoint: Endpoint = Endpoint.MESSAGES) -> bytes:
    field = "input" if endpoint is Endpoint.RESPONSES else "messages"
    return msgspec.json.encode({"model": "model-1", field: list(messages), "stream": True})


def is_passed_over(request: Request) -> bool:
    """Whether any of a request was not read. A block of a client may look like what stands for it, and is read."""
    return any(piece is PASSED for piece in request.pieces)


class Memory:
    """A gate that remembers histories, as far as screening goes."""

    def __init__(self, beginnings: int = 9, beginning_bytes: int = 0) -> None:
        self.histories = Histories(beginnings, beginning_bytes)
        self.detectors = world.SmallDetectors()
        self.screen = InputScreen(self.detectors)

    def read(
        self, body: bytes, endpoint: Endpoint = Endpoint.MESSAGES, scope: Sequence[str] = SCOPE
    ) -> Request:
        self.history = History(self.histories, adapter_for(endpoint), endpoint, body, tuple(scope))
        return self.history.read()

    async def send(self, body: bytes, endpoint: Endpoint = Endpoint.MESSAGES) -> tuple[Request, InputResult]:
        request = self.read(body, endpoint)
        return request, await self.screen.screen(request, replace(world.case(), history=self.history))

    async def passes(self, messages: Sequence[Message]) -> bool:
        """Send a conversation; return whether any of it was passed over."""
        request, _ = await self.send(body_of(messages))
        return is_passed_over(request)


# -- nothing is told otherwise -------------------------------------------------------------------------------

WORDS = ("plain words", "a secret", "forbid", "den", "audited", "", "a human being?")
"""Texts that may pass each by itself; two of them not next to each other."""


def anthropic_messages() -> st.SearchStrategy[Message]:
    texts = st.sampled_from(WORDS)
    blocks = st.one_of(
        texts.map(lambda text: {"type": "text", "text": text}),
        texts.map(lambda text: {"type": "thinking", "thinking": text, "signature": "s"}),
        texts.map(lambda text: {"type": "tool_use", "id": "t", "name": "run", "input": {"a": text}}),
        texts.map(lambda text: {"type": "tool_result", "tool_use_id": "t", "content": text}),
        texts.map(lambda text: {"type": "seam", "text": text}),
        texts.map(lambda text: {"type": "passed", "text": text}),
        st.just({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA=="}}),
    )
    return st.builds(
        lambda role, content, more: {"role": role, "content": content, **more},
        st.sampled_from(("user", "assistant", "assistant", "system")),
        st.one_of(texts, st.lists(blocks, max_size=3)),
        st.sampled_from(({}, {}, {}, {"name": "Aiko"}, {"passed": "den"})),
    )


def openai_messages() -> st.SearchStrategy[Message]:
    texts = st.sampled_from(WORDS)
    calls = texts.map(
        lambda text: [{"id": "c", "type": "function", "function": {"name": "f", "arguments": text}}]
    )
    return st.one_of(
        st.builds(
            lambda role, text: {"role": role, "content": text},
            st.sampled_from(("user", "assistant", "tool", "developer")),
            texts,
        ),
        calls.map(lambda made: {"role": "assistant", "content": None, "tool_calls": made}),
    )


def responses_items() -> st.SearchStrategy[Message]:
    texts = st.sampled_from(WORDS)
    return st.one_of(
        st.builds(
            lambda role, text: {"role": role, "content": text}, st.sampled_from(("user", "assistant")), texts
        ),
        texts.map(lambda text: {"type": "function_call", "name": "f", "arguments": text, "call_id": "c"}),
        texts.map(lambda text: {"type": "function_call_output", "call_id": "c", "output": text}),
        texts.map(lambda text: {"type": "reasoning", "summary": [{"type": "summary_text", "text": text}]}),
    )


@pytest.mark.parametrize(
    ("endpoint", "messages"),
    [
        pytest.param(Endpoint.MESSAGES, anthropic_messages(), id="messages"),
        pytest.param(Endpoint.CHAT_COMPLETIONS, openai_messages(), id="chat completions"),
        pytest.param(Endpoint.RESPONSES, responses_items(), id="responses"),
    ],
)
@settings(max_examples=300)
@given(data=st.data())
async def test_whoever_remembers_says_the_same_as_who_does_not(endpoint, messages, data):
    said = data.draw(st.lists(messages, min_size=4, max_size=10))
    ways = st.lists(messages, max_size=3)
    memory, plain = Memory(), InputScreen(world.SmallDetectors())
    for length in (len(said) - 2, len(said) - 1, len(said)):
        body = body_of([*said[:length], *data.draw(ways)], endpoint)
        request, result = await memory.send(body, endpoint)
        whole = adapter_for(endpoint).read(endpoint, body)
        assert result == await plain.screen(whole, world.case())
        assert last_prompt(request) == last_prompt(whole)
        assert _names(request) == _names(whole)
        assert request.has_history == whole.has_history or is_passed_over(request)
        assert request.body == body


def _names(request: Request) -> tuple[list[str], list[str]]:
    """By what a conversation is known (`conversation_key`)."""
    spoken = {
        who: [piece.text for piece in request.pieces if piece.speaker == who] for who in ("system", "user")
    }
    return spoken["system"], spoken["user"][:1]


# -- what it costs -------------------------------------------------------------------------------------------


async def test_turn_200_reads_no_more_than_turn_4():
    memory = Memory()
    sizes = []
    for turn in range(1, 201):
        request, _ = await memory.send(body_of(turns(turn)))
        sizes.append(len(request.pieces))
    assert sizes[3] == sizes[199] == 7  # the first prompt, the last one that is known, and what is new


async def test_an_agent_at_work_on_one_prompt_is_read_as_briefly():
    """A prompt in the middle is read in every turn: the reader's language hangs on it."""
    memory = Memory()
    messages = turns(3)
    for _ in range(50):
        call = {"type": "tool_use", "id": "t", "name": "look", "input": {"at": len(messages)}}
        found = {"type": "tool_result", "tool_use_id": "t", "content": f"{len(messages)} found"}
        messages += [{"role": "assistant", "content": [call]}, {"role": "user", "content": [found]}]
        request, _ = await memory.send(body_of(messages))
    assert len(request.pieces) < 12
    assert last_prompt(request) == "step 0004 done"


# -- what is not passed over ---------------------------------------------------------------------------------


async def test_a_changed_byte_anywhere_before_the_end_is_read_again():
    memory = Memory()
    body = body_of(turns(4))
    await memory.send(body)
    end = body.index(b"step 0006")
    for at in range(end - len(b'{"role":"user","content":",')):
        changed = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        try:
            request = memory.read(changed)
        except BadRequestError:
            continue
        assert not is_passed_over(request)


async def test_a_changed_end_leaves_the_history_known():
    memory = Memory()
    await memory.send(body_of(turns(4)))
    request, result = await memory.send(body_of([*turns(4)[:-1], text_of("user", "forbidden")]))
    assert is_passed_over(request)
    assert result.action is Action.BLOCK


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param(("org_2", *SCOPE[1:]), id="another organisation"),
        pytest.param(("org_1", "small@2", *SCOPE[2:]), id="another version of the policy"),
        pytest.param((*SCOPE[:2], "minors", ""), id="another audience"),
        pytest.param((*SCOPE[:3], "health"), id="another domain"),
    ],
)
async def test_nobody_profits_from_what_was_judged_otherwise(scope):
    memory = Memory()
    body = body_of(turns(4))
    await memory.send(body)
    assert is_passed_over(memory.read(body))
    assert not is_passed_over(memory.read(body, scope=scope))


async def test_another_wire_reads_the_same_bytes_itself():
    memory = Memory()
    body = body_of(turns(4))
    await memory.send(body)
    assert not is_passed_over(memory.read(body, Endpoint.CHAT_COMPLETIONS))


async def test_what_was_forgotten_is_read_again():
    memory = Memory(beginnings=1, beginning_bytes=60)
    assert not await memory.passes(turns(4))
    assert await memory.passes(turns(4))
    await memory.send(body_of([text_of("user", "something else"), *turns(4)]))
    assert not await memory.passes(turns(4))


async def test_of_conversations_that_begin_alike_the_latest_are_remembered():
    memory = Memory()
    several = [[*turns(2), text_of("assistant", f"way {at}"), *turns(2)] for at in range(BRANCHES + 1)]
    for messages in several:
        assert not await memory.passes(messages)
    assert await memory.passes(several[-1])
    request = memory.read(body_of(several[0]))
    assert not is_passed_over(request)


async def test_only_so_many_runs_are_passed_over_in_one_body():
    memory = Memory()
    picture = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA=="}}
    shown = [{"role": "user", "content": [picture]}, text_of("assistant", "I see.")]
    messages = [*turns(1), *shown * (MOST_CUTS + 4), *turns(1)]
    await memory.send(body_of(messages))
    request = memory.read(body_of(messages))
    assert sum(piece is PASSED for piece in request.pieces) == MOST_CUTS


async def test_a_process_does_not_know_what_another_one_judged():
    first, second = Memory(), Memory()
    await first.send(body_of(turns(4)))
    assert not await second.passes(turns(4))


@pytest.mark.parametrize("word", ["forbidden", "reviewed", "dire"])
async def test_a_history_that_may_not_pass_is_judged_in_every_turn(word):
    memory = Memory()
    messages = [*turns(3), text_of("assistant", word), *turns(2)]
    for _ in range(3):
        request, result = await memory.send(body_of(messages))
        assert not result.passes
        assert not is_passed_over(request)


def found(text: str) -> dict[str, Any]:
    """What a tool of the provider's brought, as it stands among the words of the model."""
    return {"type": "web_search_tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": text}]}


@pytest.mark.parametrize(
    "before",
    [
        pytest.param([found("forbid")], id="a result alone"),
        pytest.param([{"type": "text", "text": "I see."}, found("forbid")], id="words, then a result"),
    ],
)
async def test_what_is_new_is_read_over_the_seam_to_what_was_known(before):
    memory = Memory()
    messages = [*turns(3), {"role": "assistant", "content": before}]
    await memory.send(body_of(messages))
    brought = {"type": "tool_result", "tool_use_id": "t", "content": "den"}
    _, result = await memory.send(body_of([*messages, {"role": "user", "content": [brought]}]))
    assert result.action is Action.BLOCK


# -- two readings never share a history ----------------------------------------------------------------------


async def known() -> tuple[Memory, bytes]:
    """A memory, and the beginning of a body that it knows, up to where its last prompt begins."""
    memory = Memory()
    body = body_of(turns(4))
    await memory.send(body)
    return memory, body[: body.index(b'{"role":"user","content":"step 0006')]


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(
            b'{"role":"user","content":"a"}],"messages":[{"role":"user","content":"b"}]}', id="messages"
        ),
        pytest.param(b'{"role":"user","content":"a"}],"\\u006dessages":[]}', id="messages, escaped"),
        pytest.param(b'{"role":"user","content":"a"}],"model":"model-2"}', id="a field before the history"),
        pytest.param(b'{"role":"user","content":"a","content":"b"}]}', id="a field of what is new"),
        pytest.param(b'{"role":"user","content":"a"}],"Messages":[]}', id="folded by some parsers"),
        pytest.param(b'{"role":"user","content":"\\ud800"}]}', id="a lone surrogate"),
        pytest.param(b'{"role":"user","content":"a"}', id="no end"),
        pytest.param(b"]}", id="a comma too many"),
    ],
)
async def test_what_parsers_may_read_differently_is_refused_after_a_known_history(rest):
    memory, beginning = await known()
    with pytest.raises(BadRequestError):
        memory.read(beginning + rest)


async def test_a_problem_after_a_known_history_is_named_by_its_place_in_the_whole():
    memory, beginning = await known()
    with pytest.raises(BadRequestError) as caught:
        memory.read(beginning + b"0]}")
    assert str(caught.value.message.en).startswith("messages.6: ")


async def test_other_escapes_of_the_same_text_are_read_but_not_screened_again():
    memory, beginning = await known()
    before = memory.detectors.read_chars
    request, _ = await memory.send(
        beginning.replace(b"step", b"\\u0073tep") + b'{"role":"user","content":"step 0006 done"}]}'
    )
    assert not is_passed_over(request)
    assert memory.detectors.read_chars == before


# -- in the gate ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "size", "is_known"),
    [
        pytest.param(Audience.GENERAL, SMALLEST_BYTES, True, id="a long body"),
        pytest.param(Audience.GENERAL, SMALLEST_BYTES - 1, False, id="a short one is read anew"),
        pytest.param(
            Audience.CHATBOT, SMALLEST_BYTES, False, id="people must be told: it stands in the history"
        ),
        pytest.param(Audience.MINORS, SMALLEST_BYTES, False, id="so must minors"),
    ],
)
def test_whose_history_is_remembered(audience, size, is_known):
    screen = Screen(world.SmallDetectors())
    key = KeyEntry(id="key_ben", organisation="org_1", scopes=frozenset(), audience=audience)
    principal = Principal(key, OrganisationEntry(id="org_1", plan=Plan.API))
    adapter = adapter_for(Endpoint.MESSAGES)
    history = history_of(screen, adapter, Endpoint.MESSAGES, b" " * size, principal, world.pack())
    assert (history is not None) is is_known
