"""Event streams are the same events for every split, and keep every byte (WHATWG HTML, section 9.2.6)."""

from __future__ import annotations

from itertools import pairwise

import pytest
from anthropic import _streaming as anthropic_sdk
from hypothesis import given
from hypothesis import strategies as st
from openai import _streaming as openai_sdk

from sekisho.gateway.sse import BOM, Event, EventTooLargeError, Parser, UnreadableEventError, event


def read(data: bytes, cuts: list[int]) -> tuple[list[Event], bytes]:
    """The events of `data` when it comes in pieces cut at the given places."""
    parser = Parser()
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    events = [found for a, b in pairwise(places) for found in parser.feed(data[a:b])]
    last, rest = parser.close()
    return events + last, rest


LINES = st.sampled_from(
    [
        b"",
        b": ping",
        b"event: a",
        b"data: 1",
        "data: 日本語".encode(),
        b"data",
        b"data:x",
        b"id: 7",
        b"retry: 5",
        b" data: d",
        b"data : e",
        "data: \u2028\x85\x0b\x1c".encode(),
    ]
)
ENDS = st.sampled_from([b"\n", b"\n", b"\r\n", b"\r"])
WRITTEN = st.lists(st.tuples(LINES, ENDS), max_size=24).map(lambda pairs: b"".join(a + b for a, b in pairs))
STREAMS = st.tuples(st.sampled_from([b"", b"", BOM]), WRITTEN).map(b"".join)
CUTS = st.lists(st.integers(0, 400), max_size=12)


@given(STREAMS, CUTS)
def test_any_split_gives_the_same_events_and_every_byte(data, cuts):
    events, rest = read(data, cuts)
    assert (events, rest) == read(data, [])
    assert b"".join(found.raw for found in events) + rest == data.removeprefix(BOM)


@given(STREAMS)
def test_one_byte_at_a_time_gives_the_same_events(data):
    assert read(data, list(range(len(data)))) == read(data, [])


@pytest.mark.parametrize(
    ("raw", "name", "data"),
    [
        pytest.param(b"event: ping\ndata: {}\n\n", b"ping", b"{}", id="the usual event"),
        pytest.param(b"data: [DONE]\n\n", b"", b"[DONE]", id="data alone"),
        pytest.param(b"data: a\r\ndata: b\r\n\r\n", b"", b"a\nb", id="lines are joined by LF"),
        pytest.param(
            b"event: a\revent: b\rdata:c\r\r", b"b", b"c", id="CR ends, last name wins, no blank after colon"
        ),
        pytest.param(b": keep-alive\n\n", b"", None, id="a comment carries nothing"),
        pytest.param(b"event: ping\n\n", b"ping", None, id="a name without data"),
        pytest.param(b"data\n\n", b"", b"", id="a field without a colon is empty"),
        pytest.param(b"data:  two\n\n", b"", b" two", id="one blank is taken away"),
    ],
)
def test_an_event_is_read_as_the_standard_says(raw, name, data):
    assert read(raw, []) == ([Event(raw, name, data)], b"")


@given(WRITTEN, CUTS)
def test_events_are_what_the_sdks_read(data, cuts):
    """Both pass over what is broken off at the end, and over data that is empty."""
    read_here = [(found.name.decode(), found.data.decode()) for found in read(data, cuts)[0] if found.data]
    for sdk in (anthropic_sdk, openai_sdk):
        pieces = (
            data[a:b] for a, b in pairwise(sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)}))
        )
        read_there = [
            (found.event or "", found.data) for found in sdk.SSEDecoder().iter_bytes(pieces) if found.data
        ]
        assert read_here == read_there


def test_a_bom_at_the_beginning_is_taken_out():
    """Of clients, some read over it and some do not know the line behind it."""
    assert read(BOM + b"data: x\n\n", [1, 2]) == ([Event(b"data: x\n\n", b"", b"x")], b"")
    assert read(BOM[:2], [1]) == ([], BOM[:2])


@pytest.mark.parametrize("before", [b"data: 1\n\n", b"event: a\n", b"\n", BOM])
@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n"])
def test_a_bom_further_on_is_refused(before, end):
    with pytest.raises(UnreadableEventError):
        read(before + BOM + b"data: 2" + end, [])


def test_an_event_beyond_the_bound_is_refused():
    parser = Parser(max_event_bytes=10)
    with pytest.raises(EventTooLargeError):
        list(parser.feed(b"data: 123456789"))


def test_what_was_broken_off_comes_back_at_the_end():
    parser = Parser()
    assert list(parser.feed(b"data: 1\n\ndata: 2\n")) == [Event(b"data: 1\n\n", b"", b"1")]
    assert parser.close() == ([], b"data: 2\n")


def test_a_written_event_reads_back():
    assert read(event(b"{}", b"message_stop"), [])[0] == [
        Event(event(b"{}", b"message_stop"), b"message_stop", b"{}")
    ]
    assert read(event(b"{}"), [])[0][0].data == b"{}"
