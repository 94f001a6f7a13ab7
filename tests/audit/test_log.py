"""The log in the database: append-only, one writer at a time, open to few."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from sekisho.accounts.rules import OF_STAFF_ROLE, Permission
from sekisho.accounts.types import system
from sekisho.audit import queries
from sekisho.audit.actions import MAX_FACT_CHARS, record
from sekisho.audit.chain import Broken, Verified, verify
from sekisho.audit.models import AppendOnlyError, AuditEntry, AuditHead
from sekisho.base.errors import NotAllowedError

SYSTEM = system("test")


@pytest.fixture
def three(db):
    return [record("usr_aiko", "key.revoked", f"key_{n}", number=n) for n in range(3)]


def test_what_is_recorded_can_be_exported_and_verified(three):
    lines = list(queries.export_lines(SYSTEM))
    assert verify(lines, queries.head()) == Verified(queries.head()) == queries.verify_database()
    assert queries.entries(SYSTEM)[0] == three[-1]


@pytest.mark.parametrize(
    ("fact", "kept"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00.000000+00:00"),
        (1.5, "1.5"),
        (Permission.ORG_KEY_READ, "org:key:read"),
        ({"b", "a"}, ["a", "b"]),
        ((1, None), [1, None]),
        ({"inner": 2.0}, {"inner": "2.0"}),
    ],
    ids=["moment", "fraction", "word", "set", "tuple", "table"],
)
def test_facts_are_kept_in_one_form_everywhere(db, fact, kept):
    assert record("cli", "x.happened", "s", fact=fact).facts == {"fact": kept}
    assert isinstance(queries.verify_database(), Verified)


def test_a_long_text_is_no_fact(db):
    with pytest.raises(ValueError, match="Record an id"):
        record("cli", "x.happened", "s", said="x" * (MAX_FACT_CHARS + 1))
    assert not AuditEntry.objects.exists()


def test_an_undone_deed_leaves_no_entry(db):
    with transaction.atomic():
        record("cli", "x.happened", "s")
        transaction.set_rollback(True)
    record("cli", "y.happened", "s")
    assert [one.action for one in queries.entries(SYSTEM)] == ["y.happened"]
    assert isinstance(queries.verify_database(), Verified)


def test_entries_are_neither_changed_nor_removed(three):
    row = AuditEntry.objects.first()
    for attempt in (
        row.save,
        row.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(actor="x"),
    ):
        with pytest.raises(AppendOnlyError):
            attempt()


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE audit_auditentry SET actor = 'usr_ben' WHERE seq = 2",
        "UPDATE audit_auditentry SET facts = '{}' WHERE seq = 2",
        "DELETE FROM audit_auditentry WHERE seq = 2",
        "DELETE FROM audit_auditentry WHERE seq = 3",
    ],
    ids=["who", "facts", "a row", "the tail"],
)
def test_tampering_in_the_database_shows_there_and_in_the_export(three, tamper):
    with connection.cursor() as cursor:
        cursor.execute(tamper)
    assert isinstance(queries.verify_database(), Broken)
    assert isinstance(verify(queries.export_lines(SYSTEM)), Broken)


def test_a_tail_cut_off_together_with_the_head_shows_against_a_kept_head(three):
    kept = queries.head()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditentry WHERE seq = 3")
    AuditHead.objects.update(seq=2, digest=three[1].digest)
    assert isinstance(queries.verify_database(), Verified)
    assert isinstance(queries.verify_database(kept), Broken)


@pytest.mark.parametrize("name", ["aiko", "ben", "chie", "daiki", "emi", "fumi"])
def test_the_log_is_closed_to_the_cast(cast, name):
    for ask in (queries.entries, queries.export_lines):
        with pytest.raises(NotAllowedError):
            ask(cast.viewer(name))


def test_the_roles_that_read_are_those_that_the_permission_names():
    granted = {role.value for role, has in OF_STAFF_ROLE.items() if Permission.STAFF_AUDIT_READ in has}
    assert granted == queries.READERS


def test_entries_can_be_narrowed_and_paged(three):
    assert [leaf.seq for leaf in queries.entries(SYSTEM, queries.EntryFilter(subject="key_1"))] == [2]
    assert [leaf.seq for leaf in queries.entries(SYSTEM, before=3, limit=1)] == [2]


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_line_up():
    """Four threads, each with its own connection, record at once: the chain has every entry and no fork."""
    gate, failures = threading.Barrier(4), []

    def write(name: int) -> None:
        try:
            gate.wait(10)
            for _ in range(5):
                with transaction.atomic():
                    record(f"usr_{name}", "x.happened", "s")
        except Exception as problem:
            failures.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    found = queries.verify_database()
    assert isinstance(found, Verified)
    assert found.head.seq == 20
