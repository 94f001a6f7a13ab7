"""Resent history is known again: it is kept once, under the clock of the turn that first said it, and never begins a
second life (R-DATA-108)."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from sekisho.accounts.types import Plan
from sekisho.records import reading
from sekisho.records.actions import conversation_id, store_turns
from sekisho.records.keystore import actions as keystore
from sekisho.records.keystore.queries import living_conversation_keys
from sekisho.records.keystore.timetree import second_of, spans
from sekisho.records.models import Block, Content, Conversation, Turn
from sekisho.records.types import Destroyed, Part, Stamp, StoredBlock, TurnRecord

pytestmark = pytest.mark.django_db(databases="__all__")
AT = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def block(text: str, role="user", kind="text") -> StoredBlock:
    return StoredBlock(role, kind, text, f"digest of {role} {text}")


def turn(id: str, prompt, answer=(), at=AT, conversation="c1", **more) -> TurnRecord:
    content = {Part.PROMPT: tuple(prompt)} | ({Part.ANSWER: tuple(answer)} if answer else {})
    return TurnRecord(
        id=id,
        organisation="org_1",
        key="key_1",
        stamp=Stamp(Plan.API, "fake", False, at),
        finished_at=at,
        gateway="gate-1",
        dialect="anthropic",
        endpoint="messages",
        outcome="completed",
        status=200,
        conversation=conversation,
        content=content | more,
    )


def read(*ids: str, at=AT):
    return {
        name: found
        if isinstance(found, Destroyed)
        else [b.text for blocks in found.parts.values() for b in blocks]
        for name, found in reading.contents(ids, at=at).items()
    }


def session(turns: int):
    """A session that resends its history with every turn, one turn a day."""
    history: list[StoredBlock] = []
    for number in range(turns):
        asked, answered = block(f"question {number}"), block(f"answer {number}", "assistant")
        yield turn(f"req_{number:02}", [*history, asked], [answered], AT + number * DAY)
        history += [asked, answered]


def die(conversation: str, turns: list[str], *, living: list[str]) -> None:
    """What the sweeper does when these turns are due while others live on."""
    received = dict(Turn.objects.values_list("id", "received_at"))
    key = living_conversation_keys([conversation])[conversation]
    seconds = [[second_of(received[name]) for name in names] for names in (turns, living)]
    assert keystore.destroy_spans({key.id: spans(*seconds)}) == [key.id]
    Content.objects.filter(turn__in=turns).delete()


def test_every_block_is_kept_once_and_read_whole():
    turns = list(session(12))
    store_turns(turns)
    assert Block.objects.count() == 24
    assert sum(len(bytes(row.ciphertext)) for row in Content.objects.all()) < 12 * 2 * 130
    expected = [text for number in range(11) for text in (f"question {number}", f"answer {number}")]
    assert read("req_11", at=AT + 11 * DAY) == {"req_11": [*expected, "question 11", "answer 11"]}


@pytest.mark.parametrize("at_once", [1, 7, 40])
def test_in_a_session_of_forty_days_the_first_block_still_dies_on_the_thirtieth(at_once):
    turns = list(session(40))
    for first in range(0, 40, at_once):
        store_turns(turns[first : first + at_once])
    last = turns[-1].id
    before = read("req_00", last, at=AT + 30 * DAY - timedelta(seconds=1))
    assert before["req_00"] == ["question 0", "answer 0"]
    assert before[last][0] == "question 0"
    after = read("req_00", "req_01", last, at=AT + 30 * DAY)
    assert after["req_00"] == Destroyed()
    assert after["req_01"] == ["", "", "question 1", "answer 1"]
    assert after[last][:4] == ["", "", "question 1", "answer 1"]


def test_after_the_sweep_not_even_a_thief_of_keys_and_rows_reads_it():
    turns = list(session(4))
    store_turns(turns)
    name = conversation_id(turns[0])
    stolen = {row.turn_id: bytes(row.ciphertext) for row in Content.objects.all()}
    die(name, ["req_00", "req_01"], living=["req_02", "req_03"])
    assert read("req_03", at=AT + 4 * DAY)["req_03"] == [
        "",
        "",
        "",
        "",
        *[f"{w} {n}" for n in (2, 3) for w in ("question", "answer")],
    ]
    for row in Content.objects.filter(turn="req_03"):
        Content.objects.create(
            turn_id="req_00", part=row.part, key=row.key, content_class=row.content_class,
            day=AT.date(), format=row.format, ciphertext=stolen["req_00"],
        )  # fmt: skip
    assert read("req_00") == {"req_00": Destroyed()}


def test_what_died_does_not_begin_anew_when_it_is_sent_again():
    """The edge: the first turn's content is gone, rows and key, and a client that lives on sends its history again."""
    turns = list(session(3))
    store_turns(turns[:2])
    die(conversation_id(turns[0]), ["req_00"], living=["req_01"])
    store_turns(turns[2:])
    assert read("req_02", at=AT + 2 * DAY)["req_02"] == [
        "",
        "",
        "question 1",
        "answer 1",
        "question 2",
        "answer 2",
    ]
    found = reading.contents(["req_02"], at=AT + 2 * DAY)["req_02"]
    gone = found.parts[Part.PROMPT][0]
    assert (gone.role, gone.first_turn, gone.text) == ("user", "req_00", "")
    assert Block.objects.get(number=1).turn_id == "req_00"


def test_an_entry_that_comes_after_its_second_was_destroyed_is_a_turn_without_content():
    turns = list(session(3))
    store_turns([turns[0], turns[2]])
    die(conversation_id(turns[0]), ["req_00"], living=["req_02"])
    late = turn("req_late", [block("late")], at=AT)
    assert store_turns([late]) == {"req_late"}
    assert not Turn.objects.get(id="req_late").has_content
    assert not Content.objects.filter(turn="req_late").exists()
    assert not Block.objects.filter(turn="req_late").exists()


def test_an_edited_history_keeps_what_changed_and_no_more():
    first = [block("one"), block("two", "assistant"), block("three")]
    edited = [block("one"), block("two, edited", "assistant"), block("three"), block("four")]
    store_turns([turn("req_1", first)])
    store_turns([turn("req_2", edited, at=AT + DAY)])
    assert (
        list(Block.objects.order_by("number").values_list("turn_id", flat=True))
        == ["req_1"] * 3 + ["req_2"] * 2
    )
    assert read("req_2", at=AT + DAY)["req_2"] == ["one", "two, edited", "three", "four"]


def test_a_tools_result_that_comes_twice_is_kept_once_also_within_a_turn():
    result = block("same output", kind="tool_result")
    store_turns([turn("req_1", [result, block("next"), result]), turn("req_2", [result], at=AT + DAY)])
    assert Block.objects.count() == 2
    assert read("req_1", "req_2", at=AT + DAY) == {
        "req_1": ["same output", "next", "same output"],
        "req_2": ["same output"],
    }


def test_the_shape_in_which_a_block_is_sent_again_is_kept():
    store_turns([turn("req_1", [block("run it", "assistant")])])
    again = StoredBlock("assistant", "tool_use", "run it", block("run it", "assistant").digest)
    store_turns([turn("req_2", [again], at=AT + DAY)])
    found = reading.contents(["req_2"], at=AT + DAY)["req_2"].parts[Part.PROMPT][0]
    assert (found.kind, found.text) == ("tool_use", "run it")


def test_evidence_is_kept_whole_and_never_pointed_at():
    held = turn("req_1", [block("asked")], **{Part.WITHHELD: (block("withheld", "assistant"),)})
    store_turns([held, turn("req_2", [block("withheld", "assistant")], at=AT + DAY)])
    assert set(Block.objects.values_list("turn_id", flat=True)) == {"req_1", "req_2"}
    assert read("req_2", at=AT + DAY) == {"req_2": ["withheld"]}


def test_conversations_do_not_know_each_others_blocks():
    store_turns([turn("req_1", [block("hello")]), turn("req_2", [block("hello")], conversation="c2")])
    assert Block.objects.count() == 2
    assert len(set(Block.objects.values_list("tag", flat=True))) == 2


def test_a_conversation_that_was_destroyed_and_goes_on_knows_nothing_of_before():
    turns = list(session(2))
    store_turns(turns[:1])
    keystore.destroy_conversation_keys([conversation_id(turns[0])], AT)
    store_turns(turns[1:])
    assert read("req_00", "req_01", at=AT + DAY) == {
        "req_00": Destroyed(),
        "req_01": ["question 0", "answer 0", "question 1", "answer 1"],
    }
    assert sorted(Block.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_two_workers_at_once_give_every_block_one_number_and_one_holder():
    turns = list(session(24))
    barrier, errors = threading.Barrier(2), []

    def work(mine: list[TurnRecord]) -> None:
        try:
            barrier.wait()
            for one in mine:
                store_turns([one])
        except Exception as problem:
            errors.append(problem)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work, args=(turns[at::2],)) for at in (0, 1)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert errors == []
    numbers = sorted(Block.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 49))
    assert Conversation.objects.get().blocks == 48
    expected = [text for number in range(24) for text in (f"question {number}", f"answer {number}")]
    assert read("req_23", at=AT + 23 * DAY)["req_23"] == expected
