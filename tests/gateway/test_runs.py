"""Events in one frame are read as a run, and say exactly what they say one by one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.gateway import sse
from sekisho.gateway.dialects import adapter_for
from sekisho.gateway.dialects.types import Wire
from sekisho.gateway.runs import MOST_BYTES, MOST_MISSES, Frame
from sekisho.gateway.types import Endpoint

ANTHROPIC = (
    b'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,'
    b'"delta":{"type":"text_delta","text":%b}}\n\n'
)
START = (
    b"event: content_block_start\n"
    b'data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n'
)
OPENAI = (
    b'data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":%b},"finish_reason":null}]}\n\n'
)
FRAMED = [(Endpoint.MESSAGES, ANTHROPIC), (Endpoint.CHAT_COMPLETIONS, OPENAI)]
PING = b'event: ping\ndata: {"type":"ping"}\n\n'
BEFORE, AFTER = ANTHROPIC.partition(b"%b")[0] + b'"', b'"' + ANTHROPIC.partition(b"%b")[2]

TEXTS = st.lists(
    st.text(max_size=12) | st.sampled_from(['"', "\\", "\n\n", '"}}\n\n', "日本", ""]), max_size=12
)


def literal(text: str, *, is_escaped: bool = False) -> bytes:
    return json.dumps(text, ensure_ascii=is_escaped).encode("utf-8", "surrogatepass")


def written(texts: list[str]) -> bytes:
    return b"".join(ANTHROPIC % literal(text) for text in texts)


def one_by_one(data: bytes) -> tuple[list[str], list[bytes]]:
    """The texts and the bytes of the events at the beginning of `data` that are in the frame."""
    frame, texts, raws, start = Frame(BEFORE, AFTER), [], [], 0
    while run := frame.run(data, start):
        texts += [text for _, text in run.one_by_one()]
        raws += [raw for raw, _ in run.one_by_one()]
        assert b"".join(raw for raw, _ in run.one_by_one()) == run.raw
        start += len(run.raw)
    return texts, raws


def wire_in(endpoint: Endpoint) -> Wire:
    """A wire in the midst of a stream."""
    wire = adapter_for(endpoint).stream()
    if endpoint is Endpoint.MESSAGES:
        wire.read(sse.parse(START))
    return wire


@given(TEXTS)
def test_a_run_says_what_its_events_say(texts):
    assert one_by_one(written(texts)) == (texts, [ANTHROPIC % literal(text) for text in texts])


@given(TEXTS, TEXTS, st.sampled_from([PING, ANTHROPIC % b'"a","b"', ANTHROPIC % b"7", ANTHROPIC % b'"\xff"']))
def test_what_is_not_in_the_frame_ends_the_run(before, after, other):
    texts, _ = one_by_one(written(before) + other + written(after))
    assert texts == before


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"a\\", id="an escape that would eat the quotation mark"),
        pytest.param(b'a","b', id="two strings"),
        pytest.param("日".encode()[:2], id="half a character"),
        pytest.param(b"a\tb", id="a control character"),
        pytest.param(b"\\ud800\\x", id="an escape that is none"),
    ],
)
def test_what_is_no_json_string_is_in_no_run(body):
    bad = ANTHROPIC % (b'"' + body + b'"')
    assert one_by_one(bad + written(["x"])) == ([], [])
    assert one_by_one(written(["x"]) + bad)[0] == ["x"]


def test_an_event_that_is_not_complete_is_in_no_run():
    data = written(["one", "two"])
    for cut in range(len(written(["one"])), len(data)):
        assert one_by_one(data[:cut])[0] == ["one"]


def test_events_that_come_in_halves_do_not_end_a_frame():
    frame = Frame(BEFORE, AFTER)
    for _ in range(MOST_MISSES + 1):
        assert frame.run(BEFORE + b"half", 0) is None
    assert frame.run(written(["x"]), 0) is not None


def test_a_frame_in_which_events_only_begin_is_given_up():
    frame = Frame(BEFORE, AFTER)
    padded = (ANTHROPIC % b'"x"').replace(b"}}", b"}   }")
    for _ in range(MOST_MISSES + 1):
        assert frame.run(padded, 0) is None
    assert frame.run(written(["x"]), 0) is None


def test_a_run_is_looked_for_within_bounds():
    run = Frame(BEFORE, AFTER).run(written(["some words "] * 2_000), 0)
    assert run is not None
    assert len(run.raw) <= MOST_BYTES + len(BEFORE)


@given(TEXTS.filter(bool), st.integers(0, 60))
def test_a_run_is_cut_between_its_events(texts, characters):
    run = Frame(BEFORE, AFTER).run(written(texts), 0)
    assert run is not None
    count = run.within(characters)
    assert sum(map(len, texts[:count])) <= characters
    assert count == len(texts) or sum(map(len, texts[: count + 1])) > characters
    head, rest = run.cut(max(count, 1))
    assert head.raw + (rest.raw if rest else b"") == run.raw
    assert [*head.one_by_one(), *(rest.one_by_one() if rest else ())] == list(run.one_by_one())


@pytest.mark.parametrize(("endpoint", "event"), FRAMED)
@pytest.mark.parametrize("text", ["hello", "日本語", 'say "x"\n'])
def test_the_frame_of_an_event_is_where_its_text_stands(endpoint, event, text):
    wire = wire_in(endpoint)
    (item,) = wire.read(sse.parse(event % literal(text)))
    frame = wire.frame(item)
    before, _, after = event.partition(b"%b")
    assert frame is not None
    assert (frame.before, frame.after) == (before + b'"', b'"' + after)


@pytest.mark.parametrize(
    ("endpoint", "event"),
    [
        pytest.param(Endpoint.MESSAGES, ANTHROPIC % b'"text"', id="the text is also a word of the frame"),
        pytest.param(
            Endpoint.MESSAGES,
            (ANTHROPIC % b'"\\u0068i"').replace(b"}}", b',"note":"hi"}}'),
            id="it stands elsewhere",
        ),
        pytest.param(Endpoint.MESSAGES, ANTHROPIC % b'""', id="no text"),
        pytest.param(
            Endpoint.MESSAGES,
            (ANTHROPIC % b'"one"')
            .replace(b'"text":', b'"text":"two","text":')
            .replace(b'"one"', b'"\\u006fne"'),
            id="the text is written twice",
        ),
        pytest.param(
            Endpoint.RESPONSES,
            b'data: {"type":"response.output_text.delta","item_id":"i","output_index":0,"content_index":0,"delta":"x"}\n\n',
            id="events are numbered",
        ),
    ],
)
def test_where_it_is_not_sure_there_is_no_frame(endpoint, event):
    wire = wire_in(endpoint)
    (item,) = wire.read(sse.parse(event))
    assert wire.frame(item) is None
