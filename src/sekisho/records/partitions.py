"""The partitions of content on PostgreSQL: made ahead, and dropped as a whole once everything in them is over.

    records_content ─┬─ std30 ───┬─ 2026-01-01    LIST (class) → RANGE (day): a partition a day,
                     │           └─ …             for the five-year class one a month
                     ├─ train5y ─── 2026-01 …
                     └─ other                     the default: what no partition waited for

Dropping a day costs the same for ten rows and for ten million, and leaves nothing to be vacuumed. Three traps are
avoided here. `DETACH … CONCURRENTLY` cannot run in a transaction, and is refused where the parent has a default
partition: so the default hangs one floor higher, beside the classes. A detach that was interrupted leaves a partition
that belongs nowhere: `FINALIZE` comes first. And every statement gives up soon and is tried again, so that ingest never
queues up behind one that itself waits. Source: PostgreSQL, "ALTER TABLE", DETACH PARTITION.

SQLite keeps one table with the same columns; there everything here does nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from threading import Lock

from django.db import DatabaseError, OperationalError, connection

from sekisho.base.clock import Clock, system_clock
from sekisho.records.models import Turn
from sekisho.records.types import ContentClass

AHEAD_DAYS = 7
"""How many days partitions wait for content: a worker that stands still for so long still finds them."""
BEHIND_DAYS = 3
"""How many days back: journals of gateways that were cut off still come."""
KNOWN_S = 60.0
"""Seconds for which a process believes what it knows of the partitions."""
LOCK_MS = 200
TRIES = 50
MONTHLY = frozenset({ContentClass.ALLOWED})
_PARENTS = {kind: f"records_content_{kind.value}" for kind in (ContentClass.STANDARD, ContentClass.ALLOWED)}
_NAME = re.compile(r"records_content_(std30|train5y)_(\d{4})(\d{2})(\d{2})?")


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """One table of content: of a class, from a day until another, which is not in it."""

    content_class: ContentClass
    first: date
    end: date
    pending: bool = False
    """Whether its detaching was begun, and has to be finished."""

    @property
    def table(self) -> str:
        form = "%Y%m" if self.content_class in MONTHLY else "%Y%m%d"
        return f"{_PARENTS[self.content_class]}_{self.first:{form}}"


def ensure(at: datetime, ahead: int = AHEAD_DAYS) -> list[Partition]:
    """Make the partitions for the days around the moment `at` that are missing, and return them."""
    if connection.vendor != "postgresql":
        return []
    left_behind()
    here = {one.table for one in attached()}
    days = [at.astimezone(UTC).date() + timedelta(days=day) for day in range(-BEHIND_DAYS, ahead + 1)]
    wanted = {one.table: one for day in days for one in (partition_of(kind, day) for kind in _PARENTS)}
    made = [one for table, one in sorted(wanted.items()) if table not in here and _make(one)]
    _Known.forget()
    return made


def keep(clock: Clock = system_clock) -> None:
    """Make what is missing: a duty of the worker."""
    ensure(clock())


def drop_before(content_class: ContentClass, day: date) -> list[str]:
    """Drop the partitions of the class all of whose days lie before `day`, and return their names.

    Nothing in them comes back; whether all of it is over is the caller's to know (`droppable`). May be interrupted at
    any moment and called again. Nothing is done while another process is about it.
    """
    over = [one for one in attached() if one.content_class is content_class and one.end <= day]
    return [one.table for one in over if drop(one)]


def drop(one: Partition) -> bool:
    """Detach one partition beside the running traffic, then drop it; return False when another process is at work.

    Never call it in a transaction. A parent has one partition at most that is being detached: one that was interrupted
    is detached first, and goes when its own turn comes.
    """
    if connection.in_atomic_block:
        raise RuntimeError("A partition is detached outside of transactions: PostgreSQL refuses it inside.")
    parent = _PARENTS[one.content_class]
    with _alone(parent) as alone:
        if alone:
            _finish(one.content_class)
            if one.table in {each.table for each in attached()}:
                _patiently(f"ALTER TABLE {parent} DETACH PARTITION {one.table} CONCURRENTLY")
            _patiently(f"DROP TABLE IF EXISTS {one.table}")
    _Known.forget()
    return alone


def _finish(content_class: ContentClass) -> None:
    """Detach what an interrupted detaching left between two worlds."""
    for one in attached():
        if one.pending and one.content_class is content_class:
            _patiently(f"ALTER TABLE {_PARENTS[content_class]} DETACH PARTITION {one.table} FINALIZE")


def droppable(at: datetime) -> list[Partition]:
    """Return the partitions in which nothing is left that anybody may read: no turn of their days has content any more.

    Those that were detached, but not dropped, because something was interrupted in between are among them.
    """
    today = at.astimezone(UTC).date()
    return [one for one in attached() if one.pending or (one.end <= today and not _lives_in(one))]


def attached() -> list[Partition]:
    """Return the partitions there are, in order; none on SQLite."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(_ATTACHED, [list(_PARENTS.values())])
        found = [(_partition(name), pending) for name, pending in cursor.fetchall()]
    return sorted(
        Partition(one.content_class, one.first, one.end, pending) for one, pending in found if one is not None
    )


def left_behind() -> list[str]:
    """Drop the tables of partitions that were detached and not dropped, or made and not attached, and return their
    names: a process that was killed between the two leaves one."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(_LEFT_BEHIND)
        tables = [name for (name,) in cursor.fetchall() if _NAME.fullmatch(name)]
    return [table for table in tables if _clear(table)]


def _clear(table: str) -> bool:
    with _alone(table) as alone:
        if alone and table not in {one.table for one in attached()}:
            _patiently(f"DROP TABLE IF EXISTS {table}")
            return True
    return False


def class_for(wanted: ContentClass, day: date) -> ContentClass:
    """Return where content of this class and day goes: to its own partition, or to the default where there is none."""
    if connection.vendor != "postgresql":
        return wanted
    return wanted if table_for(wanted, day) in _Known.tables() else ContentClass.OTHER


@lru_cache(maxsize=256)
def partition_of(content_class: ContentClass, day: date) -> Partition:
    """Return the partition in which content of this class and day belongs."""
    if content_class in MONTHLY:
        first = day.replace(day=1)
        return Partition(content_class, first, (first + timedelta(days=32)).replace(day=1))
    return Partition(content_class, day, day + timedelta(days=1))


@lru_cache(maxsize=256)
def table_for(content_class: ContentClass, day: date) -> str:
    return partition_of(content_class, day).table


class _Known:
    """Which partitions there are, as this process knows: asked anew every `KNOWN_S` seconds."""

    _lock = Lock()
    _until = 0.0
    _tables: frozenset[str] = frozenset()

    @classmethod
    def tables(cls) -> frozenset[str]:
        with cls._lock:
            if time.monotonic() >= cls._until:
                cls._tables = frozenset(one.table for one in attached() if not one.pending)
                cls._until = time.monotonic() + KNOWN_S
            return cls._tables

    @classmethod
    def forget(cls) -> None:
        with cls._lock:
            cls._until = 0.0


def forget() -> None:
    """Ask the database anew which partitions there are, for instance after it has refused a row."""
    _Known.forget()


def _make(one: Partition) -> bool:
    """Make a partition apart and attach it: attaching locks the parent for a moment only, and no reader or writer."""
    parent = _PARENTS[one.content_class]
    with _alone(one.table) as alone:
        if alone := alone and one.table not in {each.table for each in attached()}:
            _patiently(
                f"CREATE TABLE IF NOT EXISTS {one.table} (LIKE {parent} "
                "INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)"
            )
            _patiently(
                f"ALTER TABLE {parent} ATTACH PARTITION {one.table} "
                f"FOR VALUES FROM ('{one.first.isoformat()}') TO ('{one.end.isoformat()}')"
            )
    return alone


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Whether no other process is at work on what has this name; none begins until the end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name])
        alone = bool(cursor.fetchone()[0])
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])


def _lives_in(one: Partition) -> bool:
    first, end = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (one.first, one.end))
    rows = Turn.objects.filter(has_content=True, received_at__gte=first, received_at__lt=end)
    return rows.filter(content__content_class=one.content_class.value, content__day__gte=one.first).exists()


def _partition(table: str) -> Partition | None:
    found = _NAME.fullmatch(table)
    if found is None:
        return None
    kind, year, month, day = found.groups()
    return partition_of(ContentClass(kind), date(int(year), int(month), int(day or 1)))


def _patiently(statement: str, wait: Callable[[float], None] = time.sleep) -> None:
    """Run a statement that needs a lock; give up soon and try again, so that nobody queues up behind it."""
    for left in range(TRIES - 1, -1, -1):
        try:
            with _impatient(), connection.cursor() as cursor:
                cursor.execute(statement)
            return
        except OperationalError as problem:
            if not left or connection.in_atomic_block or not _is_busy(problem):
                raise
            wait(LOCK_MS / 1000)


def _is_busy(problem: DatabaseError) -> bool:
    """`lock_not_available`, or a partition that another session is detaching."""
    return getattr(problem.__cause__, "sqlstate", "") in {"55P03", "55000"}


@contextmanager
def _impatient() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {LOCK_MS}")
        try:
            yield
        finally:
            try:
                cursor.execute("SET lock_timeout = DEFAULT")
            except DatabaseError:
                connection.needs_rollback = connection.in_atomic_block


_ATTACHED = """
SELECT child.relname, inherits.inhdetachpending FROM pg_inherits inherits
JOIN pg_class child ON child.oid = inherits.inhrelid JOIN pg_class parent ON parent.oid = inherits.inhparent
WHERE parent.relname = ANY(%s) AND pg_table_is_visible(child.oid)
"""
_LEFT_BEHIND = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND NOT relispartition AND pg_table_is_visible(oid)
AND relname LIKE 'records\\_content\\_%' AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = pg_class.oid)
"""
