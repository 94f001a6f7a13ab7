"""What may leave a gateway that keeps nothing: the closed form, from both sides."""

from __future__ import annotations

import asyncio
import contextlib
import json
import pickle
import socket
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.gateway.zdr.clerk import keep_record
from sekisho.gateway.zdr.lines import is_catalogued
from sekisho.gateway.zdr.metadata import Metadata, NotMetadataError, decode, encode
from sekisho.gateway.zdr.outlet import Outlet
from sekisho.gateway.zdr.vault import NullVault, SealedUnderZeroRetentionError
from sekisho.link.journal import (
    Block,
    DecisionEntry,
    Entry,
    GroundEntry,
    JournalUnavailableError,
    TurnContent,
    Usage,
)
from sekisho.telemetry.catalogue import EVENTS
from tests.gateway.conftest import MemoryJournal

AT = datetime(2026, 4, 1, 12, tzinfo=UTC)
DECISION = DecisionEntry(
    id="dec_01k9",
    at=AT,
    stage="prompt",
    action="block",
    pack="reference@2025-09-15",
    clause="weapons",
    language="ja",
    input_digest="0123456789abcdef",
    grounds=(GroundEntry("weapons", "block", 3, "rules", "1", "made_of:words", 0.9, 0.5),),
    unscreened=("image", "other"),
    screened_chars=12,
)
ENTRY = Entry(
    format=1, id="req_01k9", received_at=AT, finished_at=AT, gateway="host-1-zdr-0", key="key_ben",
    organisation="org_atelier", dialect="anthropic", endpoint="messages", outcome="blocked", status=200,
    model="claude-fake-1", route="anthropic", end_user="0f" * 16, conversation="0f" * 16, decisions=(DECISION,),
    usage=Usage(1, 2), zero_retention=True, plan="api", upstream="first_party", product="coding", member="usr_ben",
    minors=True, consent_epoch=4, stages_us={"admit": 3},
)  # fmt: skip
SENTENCE = "Hello, this is what somebody wrote."


def changed(**fields):
    return msgspec.structs.replace(ENTRY, **fields)


def test_metadata_arrives_as_it_was():
    assert decode(encode(ENTRY)) == ENTRY


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(changed(content=b"sealed"), id="content, sealed or not"),
        pytest.param(changed(zero_retention=False), id="a turn that is kept"),
        pytest.param(changed(review="rev_01k9"), id="an answer that waits for somebody"),
    ],
)
def test_what_is_no_metadata_does_not_leave(entry):
    with pytest.raises(NotMetadataError):
        encode(entry)


@pytest.mark.parametrize(
    "field", [name for name in Metadata.__struct_fields__ if name not in ("received_at", "finished_at")]
)
def test_no_field_takes_a_sentence(field):
    """What a worker that went wrong might put into any field is refused by the reader, which does not repeat it."""
    told = msgspec.to_builtins(msgspec.msgpack.decode(encode(ENTRY)))
    told[field] = SENTENCE
    with pytest.raises(NotMetadataError) as refusal:
        decode(msgspec.msgpack.encode(told))
    assert "somebody" not in str(refusal.value)


@pytest.mark.parametrize(
    "place",
    [("decisions", 0, "clause"), ("decisions", 0, "unscreened"), ("decisions", 0, "grounds", 0, "code")],
)
def test_no_field_of_a_decision_takes_a_sentence(place):
    told = msgspec.to_builtins(msgspec.msgpack.decode(encode(ENTRY)))
    at = told
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = SENTENCE
    with pytest.raises(NotMetadataError):
        decode(msgspec.msgpack.encode(told))


def test_no_field_too_many():
    told = msgspec.msgpack.decode(encode(ENTRY)) | {"note": "x"}
    with pytest.raises(NotMetadataError):
        decode(msgspec.msgpack.encode(told))


def test_a_ground_of_another_detector_is_named_other():
    strange = msgspec.structs.replace(DECISION.grounds[0], code=SENTENCE, score=1.5)
    entry = changed(decisions=(msgspec.structs.replace(DECISION, grounds=(strange,)),))
    [ground] = decode(encode(entry)).decisions[0].grounds
    assert (ground.code, ground.score) == ("other", 1.0)


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_refused_or_metadata(data):
    with contextlib.suppress(NotMetadataError):
        assert decode(data).zero_retention


def test_nothing_is_sealed():
    with pytest.raises(SealedUnderZeroRetentionError):
        NullVault().seal(b"content", entry="req_1", organisation="org_1", key="key_1")


# -- the line -------------------------------------------------------------------------------------------------


async def recorded(entries, journal):
    """Send entries through a line, and return what became of each."""
    ours, theirs = socket.socketpair()
    outlet = Outlet(theirs, within_s=5)
    clerk = asyncio.create_task(keep_record(ours, journal))
    try:
        return await asyncio.gather(*(outlet.append(entry) for entry in entries), return_exceptions=True)
    finally:
        await outlet.close()
        await clerk


async def test_many_entries_are_durable_when_their_append_returns():
    journal = MemoryJournal()
    many = [changed(id=f"req_{number:04}") for number in range(300)]
    assert await recorded(many, journal) == [None] * 300
    assert sorted(one.id for one in journal.entries) == [one.id for one in many]


async def test_what_is_no_metadata_is_refused_and_the_rest_goes_on():
    journal = MemoryJournal()
    bad = changed(model=SENTENCE)
    results = await recorded([ENTRY, bad, changed(id="req_02k9")], journal)
    assert isinstance(results[1], JournalUnavailableError)
    assert [one.id for one in journal.entries] == ["req_01k9", "req_02k9"]


async def test_a_parent_that_cannot_record_has_the_request_refused():
    [result] = await recorded([ENTRY], MemoryJournal(fails=True))
    assert isinstance(result, JournalUnavailableError)


async def test_a_parent_that_is_gone_has_the_request_refused():
    ours, theirs = socket.socketpair()
    ours.close()
    outlet = Outlet(theirs, within_s=5)
    with pytest.raises(JournalUnavailableError):
        await outlet.append(ENTRY)
    await outlet.close()


# -- log lines, and values that do not say what they hold -------------------------------------------------------

LINE = {
    "time": "2026-04-01T12:00:00.000000Z",
    "level": "info",
    "logger": "sekisho.gateway",
    "event": "gateway.started",
}


@pytest.mark.parametrize(
    ("line", "passes"),
    [
        pytest.param(json.dumps(LINE), True, id="a log line"),
        pytest.param(json.dumps(LINE | {"event": SENTENCE}), False, id="a sentence for an event"),
        pytest.param(json.dumps(LINE | {"note": "x"}), False, id="a field that is not catalogued"),
        pytest.param(json.dumps(LINE | {"code": SENTENCE}), False, id="a sentence in a field"),
        pytest.param("ValueError: " + SENTENCE, False, id="a traceback"),
        pytest.param("[]", False, id="no object"),
        pytest.param('{"event":"gateway.started"', False, id="half a line"),
        pytest.param(json.dumps(LINE | {"file": "a" * 5000}), False, id="an endless line"),
    ],
)
def test_only_catalogued_lines_are_written_on(line, passes):
    assert is_catalogued(line.encode()) is passes


@given(st.sampled_from(sorted(EVENTS)), st.text(max_size=60))
def test_no_text_of_a_person_is_a_catalogued_field(event, text):
    line = json.dumps({"event": event, "route": f"{text} {text}"})
    assert not is_catalogued(line.encode())


@pytest.mark.parametrize(
    "value",
    [Block("user", "text", SENTENCE), TurnContent((Block("user", "text", SENTENCE),))],
    ids=["block", "turn"],
)
def test_a_value_with_content_does_not_say_it_by_accident(value):
    for written in (str(value), repr(value), f"{value}", repr([value])):
        assert "somebody" not in written
    with pytest.raises(TypeError, match="holds content"):
        pickle.dumps(value)
    with pytest.raises(TypeError):
        json.dumps(value)
