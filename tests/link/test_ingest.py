"""Ingest: every entry exactly once, content encrypted at rest, and nothing that cannot be read in the way of
the rest."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, OperationalError

from sekisho.accounts.types import system
from sekisho.base.clock import fixed_clock
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.types import DecisionFilter
from sekisho.link import ingest as module
from sekisho.link.ingest import Ingest
from sekisho.link.journal import Delivery, Usage, decode, encode
from sekisho.link.models import Quarantined
from sekisho.link.sealing import Sealer, generate_private_key, public_key_of
from sekisho.records import queries as records
from sekisho.records.keystore import actions as keystore
from sekisho.records.models import Block, Content, Turn
from sekisho.records.types import Part, Readable
from sekisho.records.types.purposes import Purpose
from tests.link.makers import AT, content, decision, entry, sealed_entry

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])
REVIEW = system("test")


class Memory:
    """A journal in memory, which forgets what is acknowledged."""

    def __init__(self, *data):
        self.waiting = [Delivery("gate-1", position, one) for position, one in enumerate(data, 1)]
        self.acknowledged = 0

    def read(self, limit):
        return self.waiting[:limit]

    def acknowledge(self, deliveries):
        self.acknowledged += len(deliveries)
        self.waiting = self.waiting[len(deliveries) :]


@pytest.fixture
def sealer():
    private = generate_private_key()
    keystore.make_sealing_key(private, public_key_of(private), AT)
    return Sealer(public_key_of(private))


def take_in(*data):
    journal = Memory(*data)
    Ingest(journal, fixed_clock(AT)).run_all()
    assert journal.acknowledged == len(data)


def texts(turn_id, part=Part.PROMPT):
    found = records.content_of(REVIEW, turn_id, "test", purpose=Purpose.REVIEW)
    assert isinstance(found, Readable)
    return [block.text for block in found.parts.get(part, ())]


def test_an_entry_becomes_a_turn_with_its_decisions(sealer):
    one = sealed_entry(
        sealer, content("a question", "an answer"), decisions=(decision(),), route="fake", plan="free"
    )
    take_in(encode(one))
    turn = records.turn(REVIEW, "req_1")
    assert (turn.plan, turn.terms, turn.provider, turn.input_tokens) == ("free", "consumer", "fake", 12)
    assert texts("req_1") == ["a question"]
    assert texts("req_1", Part.ANSWER) == ["an answer"]
    (decided,) = enforcement.decisions_of_turn(REVIEW, "req_1")
    assert (decided.clause, decided.grounds[0].span) == ("fraud_predation", (3, 9))


def test_what_a_draft_would_have_decided_stays_apart(sealer):
    shadow = decision("dec_2", "allow", pack="reference@next", clause="", shadow=True)
    take_in(encode(sealed_entry(sealer, content("a question"), decisions=(decision(), shadow))))
    assert [one.id for one in enforcement.decisions_of_turn(REVIEW, "req_1")] == ["dec_1"]
    asked = DecisionFilter(shadow="reference@next")
    assert [one.id for one in enforcement.decisions(REVIEW, asked).decisions] == ["dec_2"]


def test_delivered_again_it_changes_nothing(sealer):
    data = encode(sealed_entry(sealer, content("a question"), decisions=(decision(),)))
    take_in(data, data)
    take_in(data)
    assert Turn.objects.count() == 1
    assert Content.objects.count() == 1
    assert len(enforcement.decisions(REVIEW).decisions) == 1


def test_content_is_unreadable_in_the_database(sealer):
    take_in(encode(sealed_entry(sealer, content("canary-in-a-coal-mine"))))
    row = Content.objects.get()
    assert b"canary" not in bytes(row.ciphertext)
    assert b"canary" not in repr(vars(row)).encode()


def test_a_zero_retention_turn_has_no_content_even_if_a_gateway_sent_it(sealer):
    take_in(encode(sealed_entry(sealer, content("not to be kept"), zero_retention=True)))
    turn = records.turn(REVIEW, "req_1")
    assert turn.zero_retention
    assert not turn.has_content
    assert turn.conversation == ""
    assert not Content.objects.exists()
    assert not Quarantined.objects.exists()


def test_a_batch_that_another_worker_was_quicker_with_is_stored_again_whole(sealer, monkeypatch):
    store, sizes = module.store_turns, []

    def overtaken(turns):
        sizes.append(len(turns))
        if len(sizes) == 1:
            store(turns[:2])
            raise IntegrityError("records_turn_pkey")
        return store(turns)

    monkeypatch.setattr(module, "store_turns", overtaken)
    take_in(*[encode(sealed_entry(sealer, content("said"), id=f"req_{number}")) for number in range(5)])
    assert sizes == [5, 5]
    assert Turn.objects.count() == 5
    assert not Quarantined.objects.exists()


def test_what_cannot_be_read_is_kept_and_the_rest_goes_on(sealer):
    foreign = Sealer(public_key_of(generate_private_key()))
    unsealable = sealed_entry(foreign, content("x"), id="req_2")
    absurd = entry("req_3", usage=Usage(input_tokens=-1))
    take_in(b"\xc1 no entry", encode(unsealable), encode(absurd), encode(entry("req_4")))
    assert set(Quarantined.objects.values_list("why", "turn")) == {
        ("entry_unreadable", ""),
        ("content_unsealable", "req_2"),
        ("entry_unstorable", ""),
    }
    assert set(Turn.objects.values_list("id", flat=True)) == {"req_2", "req_4"}
    assert decode(bytes(Quarantined.objects.get(why="content_unsealable").data)) == unsealable


def test_a_word_that_this_release_does_not_know_is_quarantined_alone():
    take_in(encode(entry("req_1", decisions=(decision(action="teleport"),))), encode(entry("req_2")))
    assert list(Turn.objects.values_list("id", flat=True)) == ["req_2"]
    assert Quarantined.objects.get().why == "entry_unstorable"


def test_a_model_name_may_hold_anything():
    take_in(encode(entry(model="x\x00" + "y" * 400)))
    assert len(Turn.objects.get().model) == 200


def test_when_the_database_cannot_write_nothing_is_forgotten(monkeypatch):
    def refuse(_):
        raise OperationalError("disk full")

    journal = Memory(encode(entry()))
    monkeypatch.setattr(module, "store_turns", refuse)
    with pytest.raises(OperationalError):
        Ingest(journal).run_once()
    assert journal.acknowledged == 0
    monkeypatch.undo()
    assert Ingest(journal).run_once() == 1
    assert Turn.objects.count() == 1


def test_resent_history_is_kept_once_and_read_whole(sealer):
    first = sealed_entry(sealer, content("hello", digest="d1"), id="req_1", conversation="c")
    again = sealed_entry(sealer, content("hello", digest="d1"), id="req_2", conversation="c")
    elsewhere = sealed_entry(sealer, content("hello", digest="d1"), id="req_3", conversation="other")
    take_in(encode(first), encode(again))
    take_in(encode(elsewhere))
    assert [texts(f"req_{n}") for n in (1, 2, 3)] == [["hello"]] * 3
    pointers = [
        records.content_of(REVIEW, f"req_{n}", "test", purpose=Purpose.REVIEW)
        .parts[Part.PROMPT][0]
        .first_turn
        for n in (1, 2, 3)
    ]
    assert pointers == ["", "", ""]
    sizes = [len(bytes(Content.objects.get(turn=f"req_{n}").ciphertext)) for n in (1, 2, 3)]
    assert sizes[0] == sizes[2]
    assert Block.objects.count() == 2


def test_an_older_sealing_key_still_opens_what_is_on_its_way(sealer):
    before = sealed_entry(sealer, content("old"), id="req_1")
    private = generate_private_key()
    keystore.make_sealing_key(private, public_key_of(private), AT)
    after = sealed_entry(Sealer(public_key_of(private)), content("new"), id="req_2")
    take_in(encode(before), encode(after))
    assert [texts("req_1"), texts("req_2")] == [["old"], ["new"]]


def test_the_plan_of_today_stands_in_where_the_gateway_did_not_say(atelier):
    take_in(encode(entry(organisation=atelier.id, plan="")))
    assert records.turn(REVIEW, "req_1").plan == atelier.plan
