"""What falls with what: keys of conversations, of purposes, of subjects; batched, and for good."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sekisho.records.keystore import actions, queries
from sekisho.records.keystore.models import ConversationKey, PurposeKey, SubjectKey
from sekisho.records.keystore.rings import ring_of
from sekisho.records.keystore.types import Purpose
from sekisho.records.keystore.wrapping import UnreadableError
from sekisho.records.vault import seal_bytes, unseal_bytes

pytestmark = pytest.mark.django_db(databases="__all__")
AT = datetime(2026, 1, 1, tzinfo=UTC)
ONE, OTHER = "org_1/a", "org_1/b"


def living(ids):
    return set(queries.conversation_keys(ids)) | set(queries.purpose_keys(ids))


def test_many_conversations_fall_in_one_statement(django_assert_num_queries):
    made = actions.ensure_conversation_keys({f"cnv_{number}": ONE for number in range(5)}, AT)
    wanted = [f"cnv_{number}" for number in range(4)]
    with django_assert_num_queries(3, using="keystore"):  # the statement, between the ends of its transaction
        fell = actions.destroy_conversation_keys([*wanted, "cnv_unknown"], AT)
    assert set(fell) == {made[name].id for name in wanted}
    assert living(key.id for key in made.values()) == {made["cnv_4"].id}
    assert actions.destroy_conversation_keys(wanted, AT) == []


def test_a_tombstone_says_when_and_holds_no_key():
    actions.ensure_conversation_keys({"cnv_1": ONE}, AT)
    (key,) = actions.destroy_conversation_keys(["cnv_1"], AT)
    stone = ConversationKey.objects.get(id=key)
    assert (bytes(stone.wrapped), stone.destroyed_at) == (b"", AT)


def test_a_purpose_has_one_key_an_owner():
    one = actions.purpose_key("feedback", "fbk_1", ONE, AT)
    assert actions.purpose_key("feedback", "fbk_1", ONE, AT) == one
    others = [
        actions.purpose_key("safety", "fbk_1", ONE, AT),
        actions.purpose_key("feedback", "fbk_2", ONE, AT),
    ]
    assert len({key.secret for key in (one, *others)}) == 3
    assert queries.purpose_keys([one.id]) == {one.id: one}
    assert actions.destroy_purpose_keys([one.id], AT) == [one.id]
    assert queries.purpose_keys([one.id]) == {}
    assert actions.purpose_key("feedback", "fbk_1", ONE, AT) != one


def test_no_key_for_a_purpose_that_nobody_knows():
    with pytest.raises(ValueError, match="curiosity"):
        actions.purpose_key("curiosity", "fbk_1", ONE, AT)


def test_with_a_subject_falls_all_below_it_and_nothing_else():
    cnv = actions.ensure_conversation_keys({"cnv_1": ONE, "cnv_2": OTHER}, AT)
    keys = {
        purpose: actions.purpose_key(purpose, "row_1", ONE, AT)
        for purpose in ("feedback", "safety", "export")
    }
    others = actions.purpose_key("feedback", "row_2", OTHER, AT)
    mine, theirs = actions.subject_pseudonym_key(ONE, AT), actions.subject_pseudonym_key(OTHER, AT)
    assert mine == actions.subject_pseudonym_key(ONE, AT) != theirs
    fell = actions.destroy_subject_keys(ONE, AT)
    assert {cnv["cnv_1"].id, *(key.id for key in keys.values())} < set(fell)
    assert len(fell) == 6  # with the pseudonyms', and the subject's own
    assert living([*fell, cnv["cnv_2"].id, others.id]) == {cnv["cnv_2"].id, others.id}
    assert actions.subject_pseudonym_key(ONE, AT) != mine
    assert actions.subject_pseudonym_key(OTHER, AT) == theirs


def test_no_tombstone_names_a_subject_by_its_pseudonyms():
    actions.subject_pseudonym_key(ONE, AT)
    assert not PurposeKey.objects.filter(purpose=Purpose.PSEUDONYM, owner__contains="org_1").exists()


def test_keys_of_any_kind_fall_by_their_ids():
    cnv = actions.ensure_conversation_keys({"cnv_1": ONE}, AT)["cnv_1"]
    own = actions.purpose_key("safety", "row_1", ONE, AT)
    assert set(actions.destroy_keys([cnv.id, own.id, "ck_unknown"], AT)) == {cnv.id, own.id}


def test_a_subject_that_comes_back_begins_anew():
    """A key that a slow process made below a subject's that was just destroyed opens nothing, and is in nobody's way."""
    actions.ensure_conversation_keys({"cnv_1": ONE}, AT)
    actions.purpose_key("feedback", "fbk_1", ONE, AT)
    SubjectKey.objects.update(wrapped=b"", destroyed_at=AT)
    assert queries.living_conversation_keys(["cnv_1"]) == {}
    again = actions.ensure_conversation_keys({"cnv_1": ONE}, AT)
    assert queries.living_conversation_keys(["cnv_1"]) == again
    assert actions.purpose_key("feedback", "fbk_1", ONE, AT).secret
    assert ConversationKey.objects.filter(destroyed_at=None).count() == 1


def test_a_cut_takes_its_seconds_and_leaves_the_rest():
    made = actions.ensure_conversation_keys({"cnv_1": ONE, "cnv_2": OTHER}, AT)
    before = {key.id: ring_of(key.secret) for key in made.values()}
    spans = {made["cnv_1"].id: [(0, 100)], made["cnv_2"].id: [(50, 60)], "ck_unknown": [(0, 1)]}
    assert set(actions.destroy_spans(spans)) == {key.id for key in made.values()}
    now = {key: ring_of(opened.secret) for key, opened in queries.conversation_keys(before).items()}
    one, other = made["cnv_1"].id, made["cnv_2"].id
    assert [now[one].key_at(100), now[other].key_at(55)] == [None, None]
    assert now[one].key_at(101) == before[one].key_at(101)
    assert now[other].key_at(49) == before[other].key_at(49)
    actions.destroy_spans({one: [(200, 300)]})
    again = ring_of(queries.conversation_keys([one])[one].secret)
    assert [again.key_at(second) is None for second in (100, 150, 250)] == [True, False, True]


def test_a_key_of_the_first_format_is_never_cut():
    """Its content would go as a whole: what is due of it is refused by the clock, and falls with the last of it."""
    key = actions.ensure_conversation_keys({"cnv_1": ONE}, AT)["cnv_1"]
    ConversationKey.objects.update(format=1)
    assert actions.destroy_spans({key.id: [(0, 100)]}) == []
    assert queries.conversation_keys([key.id]) == {key.id: key}
    assert actions.destroy_conversation_keys(["cnv_1"], AT) == [key.id]


def test_what_was_sealed_opens_in_its_own_context_only():
    key, other = (actions.purpose_key("feedback", f"fbk_{n}", ONE, AT) for n in (1, 2))
    sealed = seal_bytes(key, ("feedback", "fbk_1", "transcript"), b"what I saw")
    assert unseal_bytes(key, ("feedback", "fbk_1", "transcript"), sealed) == b"what I saw"
    wrong = [
        ("feedback", "fbk_1", "title"),
        ("feedback", "fbk_1transcript"),
        ("feedback", "fbk_", "1transcript"),
        "feedback",
    ]
    for opener, context in [(other, ("feedback", "fbk_1", "transcript")), *((key, each) for each in wrong)]:
        with pytest.raises(UnreadableError):
            unseal_bytes(opener, context, sealed)
