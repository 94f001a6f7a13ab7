"""Partitions wait ahead, catch what belongs there, and go as a whole without standing in anybody's way. On SQLite there
are none, and nothing is missed."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection

from sekisho.accounts.types import Plan
from sekisho.records import partitions
from sekisho.records.actions import store_turns
from sekisho.records.models import Content, Turn
from sekisho.records.partitions import (
    attached,
    drop,
    drop_before,
    droppable,
    ensure,
    left_behind,
    partition_of,
)
from sekisho.records.types import ContentClass, Part, Stamp, StoredBlock, TurnRecord

POSTGRES = connection.vendor == "postgresql"
pytestmark = pytest.mark.django_db(databases="__all__", transaction=POSTGRES)
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _none_left():
    partitions.forget()
    yield
    for one in attached():
        sql(f"DROP TABLE {one.table}")
    partitions.forget()


def turn(name: str, received: datetime) -> TurnRecord:
    return TurnRecord(
        id=name,
        organisation="org_1",
        key="key_1",
        stamp=Stamp(Plan.API, "fake", False, received),
        finished_at=received,
        gateway="gate-1",
        dialect="anthropic",
        endpoint="messages",
        outcome="completed",
        status=200,
        conversation=name,
        content={Part.PROMPT: (StoredBlock("user", "text", "hello"),)},
    )


def placed(name: str) -> str:
    return Content.objects.get(turn=name).content_class


def table_of(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM records_content WHERE turn_id = %s", [name])
        return str(cursor.fetchone()[0])


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_partitions_are_made_ahead_once():
    made = [one.table for one in ensure(AT, ahead=2)]
    days = [f"records_content_std30_2026{day}" for day in ("0226", "0227", "0228", "0301", "0302", "0303")]
    months = ["records_content_train5y_202602", "records_content_train5y_202603"]
    assert made == ([*days, *months] if POSTGRES else [])
    assert [one.table for one in attached()] == made
    assert ensure(AT, ahead=2) == []


def test_content_goes_where_its_class_and_day_belong_and_the_unexpected_is_caught():
    ensure(AT, ahead=1)
    store_turns([turn("req_1", AT), turn("req_2", AT - 400 * DAY)])
    assert placed("req_1") == "std30"
    assert placed("req_2") == ("other" if POSTGRES else "std30")
    if POSTGRES:
        assert [table_of(name) for name in ("req_1", "req_2")] == [
            "records_content_std30_20260301",
            "records_content_other",
        ]


def test_what_is_over_goes_as_a_whole():
    ensure(AT, ahead=1)
    store_turns([turn("req_1", AT - DAY), turn("req_2", AT)])
    dropped = drop_before(ContentClass.STANDARD, AT.date())
    assert dropped == (
        [f"records_content_std30_{day}" for day in ("20260226", "20260227", "20260228")] if POSTGRES else []
    )
    assert set(Content.objects.values_list("turn", flat=True)) == (
        {"req_2"} if POSTGRES else {"req_1", "req_2"}
    )
    assert drop_before(ContentClass.STANDARD, AT.date()) == []
    assert Turn.objects.count() == 2


def test_only_what_nobody_may_read_any_more_is_droppable():
    ensure(AT, ahead=0)
    store_turns([turn("req_1", AT - DAY), turn("req_2", AT - 2 * DAY)])
    Turn.objects.filter(id="req_2").update(has_content=False)
    found = [one.table for one in droppable(AT)]
    days = [f"records_content_std30_{day}" for day in ("20260226", "20260227")]
    assert found == ([*days, "records_content_train5y_202602"] if POSTGRES else [])


def test_a_day_that_is_gone_is_not_believed_in_any_more():
    ensure(AT, ahead=1)
    store_turns([turn("req_1", AT)])
    drop_before(ContentClass.STANDARD, AT.date() + DAY)
    store_turns([turn("req_2", AT)])
    assert placed("req_2") == ("other" if POSTGRES else "std30")


@pytest.mark.parametrize(
    ("kind", "day", "first", "end"),
    [
        (ContentClass.STANDARD, date(2026, 12, 31), date(2026, 12, 31), date(2027, 1, 1)),
        (ContentClass.ALLOWED, date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 1)),
        (ContentClass.ALLOWED, date(2028, 2, 29), date(2028, 2, 1), date(2028, 3, 1)),
    ],
)
def test_a_class_has_its_own_step(kind, day, first, end):
    found = partition_of(kind, day)
    assert (found.first, found.end) == (first, end)


if POSTGRES:

    def test_a_partition_that_another_process_has_dropped_stops_ingest_once_at_most():
        ensure(AT, ahead=1)
        store_turns([turn("req_1", AT)])
        sql("DROP TABLE records_content_std30_20260301")  # this process has not heard of it
        with pytest.raises(IntegrityError):
            store_turns([turn("req_2", AT)])
        partitions.forget()  # as ingest does before it tries again
        store_turns([turn("req_2", AT)])
        assert placed("req_2") == "other"

    def another():
        import psycopg

        its = connection.settings_dict
        return psycopg.connect(
            host=its["HOST"],
            dbname=its["NAME"],
            user=its["USER"],
            password=its["PASSWORD"] or None,
            autocommit=True,
        )

    def test_a_reader_who_takes_his_time_delays_the_drop_and_never_ingest():
        """A transaction that has looked at the table holds the detaching up; what arrives meanwhile is stored at once."""
        ensure(AT, ahead=1)
        store_turns([turn("req_1", AT)])
        with another() as reader:
            reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            reader.execute("SELECT count(*) FROM records_content").fetchone()
            dropping = threading.Thread(target=_drop_in_thread, args=(AT.date() + DAY,))
            dropping.start()
            while not any(one.pending for one in attached()) and dropping.is_alive():
                store_turns([turn(f"req_{Turn.objects.count() + 1}", AT + DAY)])
            stored = Turn.objects.count()
            reader.execute("COMMIT")
            dropping.join(60)
        assert stored >= 1
        assert not [
            one
            for one in attached()
            if one.end <= AT.date() + DAY and one.content_class is ContentClass.STANDARD
        ]

    def _drop_in_thread(day: date) -> None:
        try:
            drop_before(ContentClass.STANDARD, day)
        finally:
            connection.close()

    def test_an_interrupted_detach_is_finished_first():
        """The session is ended while it waits for a reader: the partition belongs nowhere until `FINALIZE`."""
        ensure(AT, ahead=1)
        store_turns([turn("req_1", AT)])
        with another() as reader, another() as killed, another() as judge:
            reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            reader.execute("SELECT count(*) FROM records_content").fetchone()
            waiting = threading.Thread(target=_detach, args=(killed,))
            waiting.start()
            while not any(one.pending for one in attached()):
                pass
            judge.execute("SELECT pg_terminate_backend(%s)", [killed.info.backend_pid])
            waiting.join(60)
            reader.execute("COMMIT")
        (pending,) = [one for one in attached() if one.pending]
        assert pending in droppable(AT)
        assert drop_before(ContentClass.STANDARD, AT.date() + DAY)
        assert pending.table not in {one.table for one in attached()}
        assert not Content.objects.exists()

    def _detach(session) -> None:
        import psycopg

        try:
            session.execute(
                "ALTER TABLE records_content_std30 DETACH PARTITION records_content_std30_20260301 CONCURRENTLY"
            )
        except psycopg.Error:
            return

    def test_a_table_that_was_detached_and_never_dropped_is_found():
        ensure(AT, ahead=1)
        sql("ALTER TABLE records_content_std30 DETACH PARTITION records_content_std30_20260301")
        assert left_behind() == ["records_content_std30_20260301"]
        assert left_behind() == []

    def test_two_workers_make_each_partition_once():
        errors: list[BaseException] = []

        def make() -> None:
            try:
                ensure(AT, ahead=1)
            except BaseException as problem:
                errors.append(problem)
            finally:
                connection.close()

        workers = [threading.Thread(target=make) for _ in range(3)]
        for one in workers:
            one.start()
        for one in workers:
            one.join()
        assert not errors
        assert len({one.table for one in attached()}) == len(attached()) == 7

    def test_a_partition_never_goes_inside_a_transaction():
        from django.db import transaction

        ensure(AT, ahead=1)
        with transaction.atomic(), pytest.raises(RuntimeError, match="outside of transactions"):
            drop(attached()[0])
