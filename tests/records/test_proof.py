"""Erasing a subject never breaks the log: what was written holds, and whom it was about is gone (R-DATA-253)."""

from __future__ import annotations

from datetime import UTC, datetime

from sekisho.accounts.types import system
from sekisho.audit import checkpoints, proofs, queries, receipts
from sekisho.audit.chain import Verified
from sekisho.audit.pseudonyms import pseudonym
from sekisho.records.actions.history import Circumstances, append
from sekisho.records.keystore import actions as keystore
from sekisho.records.keystore.queries import living_subject_keys
from sekisho.records.types import Kind, Scope

AT = datetime(2026, 11, 23, 18, tzinfo=UTC)
SUBJECT = "org_1/eu_9"


def test_the_log_names_a_data_subject_by_a_pseudonym_of_its_own(db):
    name = pseudonym(SUBJECT)
    assert name.startswith("psn_")
    assert name == pseudonym(SUBJECT) != pseudonym("org_1/eu_8")
    assert [pseudonym(one) for one in ("org_1", "usr_1", "org_1/")] == ["org_1", "usr_1", "org_1/"]


def test_an_event_of_an_end_user_names_the_pseudonym(db):
    append(Kind.DELETED, Scope("org_1", end_user="eu_9"), Circumstances("usr_1", "api"), at=AT)
    (entry,) = queries.entries(system("test"))
    assert entry.facts == {"organisation": "org_1", "end_user": pseudonym(SUBJECT)}


def test_an_erased_subject_is_gone_from_a_log_that_still_holds(db):
    before = receipts.issue("deletion", SUBJECT, {"turns": 3}, at=AT)
    name = pseudonym(SUBJECT)
    checkpoints.checkpoint(AT)
    keystore.destroy_subject_keys(SUBJECT, AT)
    after = receipts.issue("erasure", SUBJECT, {"turns": 3}, at=AT)
    checkpoints.checkpoint(AT)

    assert isinstance(queries.verify_database(), Verified)
    assert checkpoints.recount() == 2
    for receipt in (before, after):
        assert isinstance(proofs.check(receipts.document(receipt)), proofs.Sound)
    assert receipts.document(before)["receipt"]["subject"] == name
    assert pseudonym(SUBJECT) not in (name, pseudonym(SUBJECT)), (
        "no two names of an erased subject are the same"
    )
    assert queries.receipts_of(SUBJECT) == ()
    assert living_subject_keys([SUBJECT]) == {}, "what is written about an erasure begins no new life"


def test_looking_for_receipts_makes_no_name(db):
    assert queries.receipts_of("org_1/eu_7") == ()
    assert living_subject_keys(["org_1/eu_7"]) == {}
    made = receipts.issue("deletion", "org_1/eu_7", {}, at=AT)
    assert [one.id for one in queries.receipts_of("org_1/eu_7")] == [made]
