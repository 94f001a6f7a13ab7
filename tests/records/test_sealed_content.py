"""What is bound to content: each field of its place. What was shut in the first format still opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.records.bodies import Repeated, pack, unpack
from sekisho.records.keystore.queries import OpenKey
from sekisho.records.keystore.rings import ring_of
from sekisho.records.keystore.wrapping import UnreadableError, bound, encrypt
from sekisho.records.types import ContentClass, Part, StoredBlock
from sekisho.records.vault import Place, Safe

AT = datetime(2026, 1, 1, tzinfo=UTC)
SECRET = bytes(range(32))
PLACE = Place("org_1", "org_1/a", "cnv_1", "req_1", ContentClass.STANDARD, AT)
BODY = (StoredBlock("user", "text", "hello", "d1", number=1),)
SWAPPED = [
    pytest.param({"tenant": "org_2"}, id="tenant"),
    pytest.param({"subject": "org_1/b"}, id="subject"),
    pytest.param({"conversation": "cnv_2"}, id="conversation"),
    pytest.param({"turn": "req_2"}, id="turn"),
    pytest.param({"content_class": ContentClass.ALLOWED}, id="class"),
    pytest.param({"received_at": AT + timedelta(seconds=1)}, id="second of receipt"),
    pytest.param({"tenant": "org_1org_1/a", "subject": ""}, id="one field's end as the next one's beginning"),
    pytest.param({"conversation": "cnv_1:5:req_1", "turn": ""}, id="a delimiter inside a field"),
]


@pytest.mark.parametrize("swap", SWAPPED)
def test_content_opens_in_its_own_place_only(swap):
    safe = Safe(OpenKey("ck_1", SECRET))
    data = safe.shut(PLACE, Part.PROMPT, BODY)
    assert safe.open_(PLACE, Part.PROMPT, data) == BODY
    with pytest.raises(UnreadableError):
        safe.open_(replace(PLACE, **swap), Part.PROMPT, data)


@pytest.mark.parametrize("part", [part for part in Part if part is not Part.PROMPT])
def test_no_part_opens_as_another(part):
    safe = Safe(OpenKey("ck_1", SECRET))
    with pytest.raises(UnreadableError):
        safe.open_(PLACE, part, safe.shut(PLACE, Part.PROMPT, BODY))


def test_another_conversations_key_opens_nothing():
    data = Safe(OpenKey("ck_1", SECRET)).shut(PLACE, Part.PROMPT, BODY)
    with pytest.raises(UnreadableError):
        Safe(OpenKey("ck_1", bytes(32))).open_(PLACE, Part.PROMPT, data)


def test_the_first_format_still_opens_until_its_key_falls():
    words = "content v1 org_1/a cnv_1 req_1 prompt"
    old = encrypt(SECRET, msgspec.msgpack.encode(BODY), words)
    assert Safe(OpenKey("ck_1", SECRET)).open_(PLACE, Part.PROMPT, old, format=1) == BODY
    with pytest.raises(UnreadableError):
        Safe(OpenKey("ck_1", SECRET)).open_(replace(PLACE, turn="req_2"), Part.PROMPT, old, format=1)
    with pytest.raises(UnreadableError):
        Safe(OpenKey("ck_1", SECRET)).open_(PLACE, Part.PROMPT, old)
    cut = ring_of(SECRET).cut([(0, 1)])
    assert Safe(OpenKey("ck_1", cut)).open_(PLACE, Part.PROMPT, old, format=1) is None


def test_what_was_cut_neither_opens_nor_shuts():
    safe = Safe(OpenKey("ck_1", SECRET))
    second = int(AT.timestamp())
    cut = Safe(OpenKey("ck_1", ring_of(SECRET).cut([(0, second)])))
    data = safe.shut(PLACE, Part.PROMPT, BODY)
    later = replace(PLACE, turn="req_2", received_at=AT + timedelta(seconds=1))
    assert cut.open_(PLACE, Part.PROMPT, data) is None
    assert cut.shut(PLACE, Part.PROMPT, BODY) is None
    assert (cut.opens(AT), cut.opens(later.received_at)) == (False, True)
    assert cut.open_(later, Part.PROMPT, safe.shut(later, Part.PROMPT, BODY)) == BODY
    assert cut.mark_of("d1") == safe.mark_of("d1")


words = st.lists(st.text(max_size=6), min_size=1, max_size=5)


@given(words, words)
def test_two_lists_of_words_are_never_bound_alike(one, other):
    assert (bound(*one) == bound(*other)) == (one == other)


blocks = st.one_of(
    st.builds(
        StoredBlock,
        role=st.sampled_from(["user", "assistant"]),
        kind=st.sampled_from(["text", "tool_use", "tool_result"]),
        text=st.text(max_size=200),
        digest=st.text("0123456789abcdef", max_size=32),
        number=st.integers(0, 2**31 - 1),
    ),
    st.builds(
        Repeated,
        role=st.sampled_from(["user", "assistant"]),
        kind=st.sampled_from(["text", "tool_use"]),
        number=st.integers(1, 30),
    ),
)


@given(st.lists(blocks, max_size=40))
def test_a_body_comes_back_as_it_went(body):
    assert unpack(pack(body)) == tuple(body)


def test_a_history_of_a_thousand_blocks_weighs_next_to_nothing():
    history = [Repeated(("user", "assistant")[number % 2], "text", number) for number in range(1, 1001)]
    assert len(pack(history)) < 64


def test_what_repeats_itself_is_compressed():
    assert len(pack([StoredBlock("user", "text", "the same again " * 100, "d1", number=1)])) < 100
