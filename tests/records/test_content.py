"""Content is readable to few, with a reason, and to nobody once its key is destroyed."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.accounts.types import Plan, system
from sekisho.audit import queries as audit
from sekisho.base.databases import KEYSTORE
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.records import actions, queries
from sekisho.records.actions import conversation_id, store_turn, store_turns
from sekisho.records.keystore import actions as keystore
from sekisho.records.keystore.models import ConversationKey
from sekisho.records.keystore.queries import OpenKey
from sekisho.records.keystore.root import root_key
from sekisho.records.keystore.wrapping import UnreadableError, decrypt, encrypt, fresh_key
from sekisho.records.models import Content
from sekisho.records.rules import terms_of
from sekisho.records.types import (
    ContentClass,
    Destroyed,
    Part,
    Readable,
    Stamp,
    StoredBlock,
    Terms,
    TurnRecord,
)
from sekisho.records.types.purposes import Purpose
from sekisho.records.vault import Place, Safe

pytestmark = pytest.mark.django_db(databases=["default", KEYSTORE])
AT = datetime(2026, 1, 1, tzinfo=UTC)


def turn(id="req_1", organisation="org_1", said="hello", digest="", **more) -> TurnRecord:
    fields = {
        "key": "key_1",
        "stamp": Stamp(Plan.API, "fake", False, AT),
        "finished_at": AT,
        "gateway": "gate-1",
        "dialect": "anthropic",
        "endpoint": "messages",
        "outcome": "completed",
        "status": 200,
        "end_user": "pseudonym",
        "conversation": "c1",
        "content": {Part.PROMPT: (StoredBlock("user", "text", said, digest),)},
    }
    return TurnRecord(id=id, organisation=organisation, **{**fields, **more})


def test_storing_again_says_no():
    assert store_turn(turn())
    assert not store_turn(turn())


def test_destroying_the_key_makes_content_unreadable_for_good(emi):
    store_turns([turn("req_1"), turn("req_2", conversation="c2")])
    conversation = conversation_id(turn("req_1"))
    actions.destroy_conversation("usr_aiko", conversation, "asked for")
    assert queries.content_of(system("test"), "req_1", "test", purpose=Purpose.REVIEW) == Destroyed()
    assert isinstance(queries.content_of(system("test"), "req_2", "test", purpose=Purpose.REVIEW), Readable)
    stone = ConversationKey.objects.get(conversation=conversation)
    assert (bytes(stone.wrapped), stone.destroyed_at is not None) == (b"", True)
    assert audit.entries(system("test"), audit.EntryFilter(action="conversation.destroyed"))


def test_a_conversation_that_goes_on_after_destruction_gets_a_new_key():
    store_turn(turn("req_1", digest="d1"))
    actions.destroy_conversation("usr_aiko", conversation_id(turn()), "asked for")
    store_turn(turn("req_2", digest="d1"))
    assert queries.content_of(system("test"), "req_1", "test", purpose=Purpose.REVIEW) == Destroyed()
    found = queries.content_of(system("test"), "req_2", "test", purpose=Purpose.REVIEW)
    assert found.parts[Part.PROMPT][0].text == "hello"


def test_erasing_a_subject_ends_all_its_conversations_and_no_others():
    store_turns([turn("req_1"), turn("req_2", conversation="c2"), turn("req_3", end_user="other")])
    assert len(keystore.destroy_subject_keys("org_1/pseudonym", AT)) == 3  # two conversations, the subject
    answers = [
        queries.content_of(system("test"), f"req_{n}", "test", purpose=Purpose.REVIEW) for n in (1, 2, 3)
    ]
    assert answers[:2] == [Destroyed(), Destroyed()]
    assert isinstance(answers[2], Readable)


def test_ciphertext_does_not_open_in_another_turns_place():
    store_turns([turn("req_1", said="one"), turn("req_2", said="two")])
    one = Content.objects.get(turn="req_1")
    Content.objects.filter(turn="req_2").update(ciphertext=bytes(one.ciphertext))
    with pytest.raises(UnreadableError):
        queries.content_of(system("test"), "req_2", "test", purpose=Purpose.REVIEW)


@pytest.mark.parametrize("name", ["aiko", "ben", "daiki"])
def test_not_even_the_owner_reads_content(cast, name):
    store_turn(turn(organisation=cast.atelier.id))
    with pytest.raises((NotAllowedError, NotFoundError)):
        queries.content_of(cast.viewer(name), "req_1", "curious", purpose=Purpose.REVIEW)


@pytest.mark.parametrize("name", ["emi", "fumi"])
def test_those_who_decide_read_with_a_reason_that_is_logged(cast, name):
    store_turn(turn(organisation=cast.atelier.id))
    viewer = cast.viewer(name)
    with pytest.raises(NotAllowedError):
        queries.content_of(viewer, "req_1", " ", purpose=Purpose.REVIEW)
    assert isinstance(queries.content_of(viewer, "req_1", "appeal app_1", purpose=Purpose.REVIEW), Readable)
    (read,) = audit.entries(system("test"), audit.EntryFilter(action="content.read"))
    assert (read.actor, read.subject, read.facts["reason"]) == (viewer.id, "req_1", "appeal app_1")


def test_members_see_their_turns_and_outsiders_none(cast):
    store_turns([turn(f"req_{n}", organisation=cast.atelier.id, usage={"input_tokens": 5}) for n in range(3)])
    ben, chie = cast.viewer("ben"), cast.viewer("chie")
    assert [one.id for one in queries.turns(ben, cast.atelier.id, limit=2)] == ["req_2", "req_1"]
    assert [one.id for one in queries.turns(ben, cast.atelier.id, before="req_1")] == ["req_0"]
    sums = queries.usage(ben, cast.atelier.id, AT, AT + timedelta(seconds=1))
    assert sums == {"requests": 3, "input_tokens": 15, "output_tokens": 0}
    for ask in (
        lambda: queries.turns(chie, cast.atelier.id),
        lambda: queries.turn(chie, "req_1"),
        lambda: queries.turn(ben, "req_9"),
        lambda: queries.usage(chie, cast.atelier.id, AT, AT),
    ):
        with pytest.raises(NotFoundError):
            ask()


@pytest.mark.parametrize(
    ("plan", "terms"),
    [(plan, Terms.CONSUMER if plan.value in {"free", "pro", "max"} else Terms.COMMERCIAL) for plan in Plan],
)
def test_the_plan_decides_the_terms(plan, terms):
    assert terms_of(plan) is terms


@given(st.binary(max_size=64), st.text(max_size=20), st.text(max_size=20))
def test_what_is_encrypted_opens_for_its_purpose_only(plain, purpose, other):
    key = bytes(range(32))
    data = encrypt(key, plain, purpose)
    assert decrypt(key, data, purpose) == plain
    if other != purpose:
        with pytest.raises(UnreadableError):
            decrypt(key, data, other)


def test_parts_do_not_open_as_one_another():
    safe = Safe(OpenKey("ck_1", fresh_key()))
    place = Place("org_1", "org_1/", "cnv_1", "req_1", ContentClass.STANDARD, AT)
    data = safe.shut(place, Part.PROMPT, [StoredBlock("user", "text", "hello")])
    with pytest.raises(UnreadableError):
        safe.open_(place, Part.WITHHELD, data)


def test_a_key_does_not_show_itself():
    assert "secret" not in repr(OpenKey("ck_1", b"secret"))


@pytest.mark.parametrize(
    "words", ["no base64!", base64.b64encode(b"short").decode()], ids=["rubbish", "short"]
)
def test_a_root_key_that_is_none_is_refused_without_being_shown(monkeypatch, words):
    monkeypatch.setenv("SEKISHO_ROOT_KEY", words)
    with pytest.raises(SekishoError, match="root_key_unreadable") as refusal:
        root_key()
    assert words not in str(refusal.value)


def test_another_root_key_opens_nothing(monkeypatch):
    store_turn(turn())
    monkeypatch.setenv("SEKISHO_ROOT_KEY", base64.b64encode(fresh_key()).decode())
    with pytest.raises(UnreadableError):
        queries.content_of(system("test"), "req_1", "test", purpose=Purpose.REVIEW)


def test_what_comes_later_lies_under_the_same_key_and_falls_with_it():
    store_turn(turn())
    assert actions.add_content("req_1", Part.RELEASED, (StoredBlock("assistant", "text", "first"),))
    assert actions.add_content("req_1", Part.RELEASED, (StoredBlock("assistant", "text", "second"),))
    found = queries.said_in("req_1")
    assert [block.text for block in found.parts[Part.RELEASED]] == ["second"]
    assert b"second" not in bytes(Content.objects.get(turn="req_1", part="released").ciphertext)
    actions.destroy_conversation("usr_aiko", conversation_id(turn()), "asked for")
    assert queries.said_in("req_1") == Destroyed()
    assert not actions.add_content("req_1", Part.REVIEW, ())


@pytest.mark.parametrize("retains", [False, True])
def test_nothing_is_added_to_a_turn_whose_content_was_never_kept(retains):
    stamp = Stamp(Plan.API, "fake", not retains, AT)
    store_turn(turn(stamp=stamp, content={} if retains else turn().content))
    assert not actions.add_content("req_1", Part.RELEASED, (StoredBlock("assistant", "text", "x"),))
    assert not Content.objects.exists()


def test_earlier_turns_of_a_conversation_are_told_in_their_order():
    store_turns([turn(f"req_{n}", said=f"word {n}") for n in range(4)] + [turn("req_x", conversation="c2")])
    told = queries.said_before("req_3", 2)
    assert [one.parts[Part.PROMPT][0].text for one in told] == ["word 1", "word 2"]
    assert queries.said_before("req_0", 2) == queries.said_before("req_9", 2) == ()
    with pytest.raises(NotFoundError):
        queries.said_in("req_9")
