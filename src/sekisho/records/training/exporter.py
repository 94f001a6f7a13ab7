"""The exporter's own connection: it reads what an export needs, and nothing else (design 6.5).

Surveys, safety records and support are not only left out by the query: the database itself refuses to show them. On
PostgreSQL by the role `sekisho_exporter`, which is granted these few tables alone; on SQLite by an authorizer on the
connection, which refuses to read any other, and to write at all. All that is read while the connection is in use goes
through it, whoever's query it is; and it is one transaction, so that an export sees one moment.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import deepcopy
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend

from sekisho.base import settings
from sekisho.base.databases import KEYSTORE, database
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text

EXPORTER = "exporter"
"""Alias of the connection, and with `sekisho_` before it the name of its role on PostgreSQL."""
ROLE = f"sekisho_{EXPORTER}"
READS = (
    "records_turn",
    "records_conversation",
    "records_content",
    "records_block",
    "records_dataevent",
    "records_calendarversion",
)
"""The tables that an export reads. Every other is closed to it."""
OPENS_MORE = Text(
    "The exporter could read more than it needs: {tables}. Nothing was exported. Run `sekisho dataset grants` and "
    "apply what it prints.",
    "書き出し用の接続で、必要のないテーブルまで読み取れます（{tables}）。書き出しは行っていません。"
    "`sekisho dataset grants` を実行し、出力された文を適用してください。",
)
NO_ROLE = Text(
    "The exporter cannot read: its role is missing. Run `sekisho dataset grants --apply` first.",
    "書き出し用のロールがないため、読み取れません。先に `sekisho dataset grants --apply` を実行してください。",
)

_exporting: ContextVar[bool] = ContextVar("exporting", default=False)


class ExporterRouter:
    """Sends what is read during an export through the exporter's connection."""

    def db_for_read(self, model: Any, **hints: object) -> str | None:
        return EXPORTER if _exporting.get() and model._meta.app_label != KEYSTORE else None

    def db_for_write(self, model: Any, **hints: object) -> str | None:
        return None


@contextmanager
def exporting() -> Iterator[None]:
    """Read through the exporter's connection, in one transaction that sees one moment.

    Raises `SekishoError` where the role is missing (`exporter_missing`) or may read more than it needs
    (`exporter_reads_more`): nothing is exported then.
    """
    connection = connections[EXPORTER] = _opened()
    token = _exporting.set(True)
    try:
        with transaction.atomic(using=EXPORTER):
            _require_closed(connection)
            yield
    finally:
        _exporting.reset(token)
        connection.close()
        del connections[EXPORTER]


def grants() -> str:
    """Return the SQL that makes the role on PostgreSQL and grants it what it needs. May be applied again."""
    tables = ", ".join(READS)
    return f"""\
DO $$ BEGIN
    CREATE ROLE {ROLE};
    ALTER ROLE {ROLE} SET default_transaction_read_only = on;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {ROLE};
GRANT USAGE ON SCHEMA public TO {ROLE};
GRANT SELECT ON {tables} TO {ROLE};
GRANT {ROLE} TO CURRENT_USER;
"""


def apply_grants() -> None:
    """Make the role in the main database. Nothing to do on SQLite: each export closes its connection itself."""
    if connections["default"].vendor == "postgresql":
        with connections["default"].cursor() as cursor:
            cursor.execute(grants())


def _opened() -> BaseDatabaseWrapper:
    """Return the connection, open and closed to everything else. This thread alone knows it."""
    described = _described()
    connection: BaseDatabaseWrapper = load_backend(described["ENGINE"]).DatabaseWrapper(described, EXPORTER)
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        connection.connection.set_authorizer(_authorized)
    elif not settings.text("exporter_database_url"):
        _take_role(connection)
    return connection


def _described() -> dict[str, Any]:
    """The main database's own description, with what makes this a connection of its own."""
    described = deepcopy(connections.databases["default"])
    if url := settings.text("exporter_database_url"):
        described |= database(url, settings.folder("data_dir") / "sekisho.db")
    if "sqlite" in described["ENGINE"]:
        # Deferred: a snapshot, and no lock; an export of an hour keeps no writer waiting.
        described["OPTIONS"] = {**described["OPTIONS"], "transaction_mode": "DEFERRED"}
    else:
        from psycopg import IsolationLevel

        described["OPTIONS"] = {**described["OPTIONS"], "isolation_level": IsolationLevel.REPEATABLE_READ}
    return described


def _take_role(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if cursor.fetchone() is None:
            connection.close()
            raise SekishoError("exporter_missing", NO_ROLE)
        cursor.execute(f"SET ROLE {ROLE}")


def _require_closed(connection: BaseDatabaseWrapper) -> None:
    """Ask PostgreSQL what this connection may read; on SQLite the authorizer has no gaps."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN "
            "('r', 'p', 'v', 'm', 'f') AND n.nspname = 'public' AND has_table_privilege(c.oid, 'SELECT')"
        )
        more = sorted({name for (name,) in cursor.fetchall()} - set(READS))
    if more:
        raise SekishoError("exporter_reads_more", OPENS_MORE.format(tables=", ".join(more[:5])))


_FREELY = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_TRANSACTION})


def _authorized(action: int, table: str | None, *_: str | None) -> int:
    """What SQLite asks of each step of a statement while it prepares it. A count of rows names no table's column, but
    the table."""
    if action in _FREELY or (action == sqlite3.SQLITE_READ and table in READS):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY
