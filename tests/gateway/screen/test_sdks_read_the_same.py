"""What a provider's stream says to the official SDKs is what was screened, also where the provider plays tricks.

A delta that an SDK passes over, or puts elsewhere, parts words for the screen that the reader sees whole.
"""

from __future__ import annotations

from collections.abc import Callable

import anthropic
import httpx2
import openai
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sekisho.gateway.screen import StreamScreen
from sekisho.gateway.sse import BOM
from sekisho.gateway.types import Endpoint
from tests.gateway.screen import world
from tests.gateway.screen.streams import chunks, messages, run, split

ASKED = {"model": "model-1", "messages": [{"role": "user", "content": "hi"}]}
TOKENS = [
    "hello ",
    "日本",
    "関所",
    "😀",
    '"',
    "\\",
    "\n",
    "}}\n\n",
    "data: x",
    '"},"y":"',
    "\u2028",
    "text",
    "",
    "long " * 20,
]
TEXTS = st.tuples(
    st.sampled_from(["text", "text", "thinking"]), st.lists(st.sampled_from(TOKENS), max_size=8)
)
SCRIPTS = st.lists(TEXTS, min_size=1, max_size=3)
Trick = Callable[[bytes], bytes]
TRICKS: list[Trick] = [
    lambda event: event.replace(b"event: content_block_delta\n", b""),
    lambda event: event.replace(b"event: content_block_delta", b"event: ping"),
    lambda event: event.replace(b"event: ", b"event: x\nevent: ", 1),
    lambda event: b"event: thread.x\n" + event,
    lambda event: b"id: 3\n: said aside\n" + event,
    lambda event: BOM + event,
    lambda event: event.replace(b'"index": 0', b'"index": 1', 1),
    lambda event: event.replace(b'"type": "text_delta", "text"', b'"type": "thinking_delta", "thinking"'),
    lambda event: event.replace(b"data: {", b'data: {"delta": {"type": "text_delta", "text": "hidden"}, ', 1),
    lambda event: event.replace(b'"text"', b'"te\\u0078t"'),
    lambda event: event.replace(b"}\n\n", b', "more": 1}\n\n'),
    lambda event: event.replace(b", ", b",\ndata: ", 1),
    lambda event: event.replace(b"data: ", b"data:", 1),
    lambda event: event.replace(b"\n", b"\r\n"),
    lambda event: event.replace(b"\n", b"\r"),
    lambda event: event + event,
    lambda event: b"",
]
PLAYED = st.lists(st.tuples(st.integers(0, 40), st.sampled_from(TRICKS)), max_size=2)
MOVED = st.none() | st.tuples(st.integers(1, 40), st.integers(1, 40))
CUTS = st.lists(st.integers(0, 9000), max_size=12)


def answering(body: bytes) -> httpx2.Client:
    headers = {"content-type": "text/event-stream"}
    return httpx2.Client(
        transport=httpx2.MockTransport(lambda _: httpx2.Response(200, headers=headers, content=body))
    )


def read_by_anthropic(body: bytes) -> list[str]:
    client = anthropic.Anthropic(api_key="k", base_url="https://gate.test", http_client=answering(body))
    said = []
    with client.messages.stream(**ASKED, max_tokens=9) as events:
        try:
            for _ in events:
                said = [getattr(block, block.type) for block in events.current_message_snapshot.content]
        except anthropic.APIError:  # as the gate says where it refuses
            pass
    return [text for text in said if text]


def read_by_openai(body: bytes) -> list[str]:
    client = openai.OpenAI(api_key="k", base_url="https://gate.test/v1", http_client=answering(body))
    said: dict[tuple[int, str], str] = {}
    try:
        for one in client.chat.completions.create(**ASKED, stream=True):
            for choice in one.choices:
                for field in ("content", "reasoning_content"):
                    key = (choice.index, field)
                    said[key] = said.get(key, "") + (getattr(choice.delta, field, None) or "")
    except openai.APIError:
        pass
    return sorted(text for text in said.values() if text)


@pytest.mark.parametrize(
    ("endpoint", "written", "read"),
    [
        pytest.param(Endpoint.MESSAGES, messages, read_by_anthropic, id="anthropic"),
        pytest.param(Endpoint.CHAT_COMPLETIONS, chunks, read_by_openai, id="openai"),
    ],
)
@settings(max_examples=60, deadline=None)
@given(script=SCRIPTS, played=PLAYED, moved=MOVED, cuts=CUTS, reads_whole=st.booleans())
@example(script=[("text", [])], played=[(0, lambda event: b"")], moved=None, cuts=[], reads_whole=False)
def test_what_an_sdk_reads_is_what_was_screened(
    endpoint, written, read, script, played, moved, cuts, reads_whole
):
    events = list(written(script))
    for at, trick in played:
        events[at % len(events)] = trick(events[at % len(events)])
    if moved is not None:  # but for the first event, without which an SDK reads nothing
        events.insert(1 + moved[0] % len(events), events.pop(1 + moved[1] % (len(events) - 1)))
    screen = StreamScreen(world.SmallDetectors({}, reads_whole), world.request(endpoint), world.case())
    went = run(screen, split(b"".join(events), cuts))
    screened = [block.text for block in went.result.answer if block.text]
    try:
        heard = read(went.output)
    except (ValueError, IndexError, RuntimeError, AssertionError):  # the SDK gives up, and shows nothing
        return
    assert heard == (screened if endpoint is Endpoint.MESSAGES else sorted(screened))
