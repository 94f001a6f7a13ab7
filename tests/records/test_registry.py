"""No table without an entry in the inventory, and no entry without a table."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module

import pytest

from sekisho.base.inventory import Category, Holder, How, Subject, where
from sekisho.records import registry
from sekisho.records.calendar import shipped
from sekisho.records.retention.kept_words import is_told

AT = datetime(2026, 1, 1, tzinfo=UTC)
EVERYONE = {
    holder: Subject(holder, "org_1", "eu_1", "usr_1", "cnv_1", "trn_1", "a@b.test") for holder in Holder
}


def test_every_table_is_declared_by_the_room_that_owns_it():
    assert registry.undeclared() == [], "Declare these tables in their room's data.py"


def test_no_entry_outlives_its_table():
    assert registry.stale() == []


def test_every_entry_says_something_in_every_field():
    for label, entry in registry.inventory().items():
        for field in ("category", "whose", "retention", "exported", "erased"):
            assert getattr(entry, field), f"{label}: {field}"


def test_a_machine_can_act_on_every_entry():
    assert registry.coverage().missing == (), (
        "Declare reach and erase of these tables in their room's data.py"
    )
    assert registry.coverage().share == 1.0


def test_every_lookup_of_every_table_is_one_that_the_table_answers(db: None):
    for entry in registry.walk():
        for subject in EVERYONE.values():
            assert registry.rows(entry, subject, AT).count() == 0, entry.table


def test_every_column_that_erasing_clears_is_one_of_the_table():
    for entry in registry.walk():
        names = {column.name for column in entry.model._meta.fields}
        for holder in Holder:
            erase = entry.data.erasing(holder)
            assert erase is None or erase.values.keys() <= names, entry.table
            assert erase is None or erase.how is not How.KEEP or erase.reason.endswith("."), entry.table


def test_every_reason_for_which_rows_stay_is_told_in_both_languages():
    reasons = {
        erase.reason
        for entry in registry.walk()
        for holder in Holder
        if (erase := entry.data.erasing(holder)) is not None and erase.reason
    }
    assert [reason for reason in sorted(reasons) if not is_told(reason)] == []


def test_rows_expire_by_a_duration_of_the_calendar_or_are_tended_by_a_duty_of_their_room():
    for entry in registry.walk():
        if (expires := entry.data.expires) is None:
            continue
        module, _, duty = expires.tended_by.rpartition(".")
        assert duty == "" or callable(getattr(import_module(module), duty)), entry.table
        assert expires.after == "" or hasattr(shipped(), expires.after), entry.table


def test_what_rests_on_others_is_erased_before_them_and_accounts_last():
    order = [entry.table for entry in registry.walk()]
    for first, then in (
        ("records_content", "records_turn"),
        ("records_turn", "records_conversation"),
        ("keystore_conversationkey", "keystore_subjectkey"),
        ("notices_delivery", "notices_notice"),
    ):
        assert order.index(first) < order.index(then)
    assert order[-2:] == ["accounts_person", "accounts_organisation"]


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        pytest.param(
            Subject(Holder.END_USER, "org_1", "eu_1"), ({"a": "org_1", "b": "eu_1/"},), id="both are known"
        ),
        pytest.param(Subject(Holder.END_USER, "org_1"), (), id="an empty name finds nothing, not everything"),
    ],
)
def test_lookups_are_filled_with_the_subject(subject: Subject, found: tuple[object, ...]):
    assert where(a="{organisation}", b="{end_user}/").filled(subject, AT) == found


def test_content_is_only_where_it_is_encrypted_or_sealed():
    holding = {label for label, entry in registry.inventory().items() if entry.category is Category.CONTENT}
    encrypted = {"appeals_appeal", "appeals_attachment", "records_content", "review_deposit"}
    encrypted |= {"feedback_report", "rights_bundle", "rights_chunk", "safety_safetyrecord"}
    encrypted |= {"relay_question"}
    encrypted |= {"messenger_conversation", "messenger_entry"}
    encrypted |= {"cases_case", "cases_change", "cases_enclosure", "cases_message"}
    encrypted |= {"desk_draft", "desk_unmasking", "mail_inbound", "help_articleremark"}
    encrypted |= {"recovery_evidence", "recovery_withdrawal"}
    masked = {"search_searchmiss"}  # what was asked for in vain, counted by week, without who or when
    assert holding == encrypted | masked | {"link_quarantined"}
