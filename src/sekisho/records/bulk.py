"""Many rows in one statement, the same on SQLite and PostgreSQL.

`bulk_create` prepares every field of every row; in ingest, where each microsecond is paid for by every request, that
takes longer than the insertion itself (`benchmarks/link.py`). PostgreSQL takes many rows by COPY, which plans nothing
and parses nothing. A table is always inserted into with the same columns.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.db.models.expressions import RawSQL

PLACES_A_STATEMENT = 12_000
"""Values in one statement; SQLite takes 32,766 as it is built by default."""
WORTH_COPYING = 16
"""Rows from which COPY is quicker than a statement."""
FEW = 16
"""Values that are written out in a statement, each in a place of its own."""

Value = str | int | bool | bytes | datetime | date | None
Row = Sequence[Any]


def insert(model: type[Model], columns: Sequence[str], rows: Sequence[Row], conflict: str = "") -> None:
    """Insert rows of values, in the order of `columns`, all of which are given as the database keeps them (`adapters`).

    `conflict` is what follows ON CONFLICT; empty: there is none to be expected, and one raises `IntegrityError`. Names
    come from our own models, values are handed over apart.
    """
    connection, table = _connection(model), model._meta.db_table
    if connection.vendor != "postgresql" or len(rows) < WORTH_COPYING:
        _insert(connection, table, columns, rows, f" ON CONFLICT {conflict}" if conflict else "")
    elif conflict:
        _copy_beside(connection, table, columns, rows, conflict)
    else:
        _copy(connection, table, columns, rows)


def adapters(model: type[Model]) -> tuple[Callable[[datetime | None], Any], Callable[[date], Any]]:
    """Return what makes moments and days into what the model's database keeps."""
    ops = _connection(model).ops
    return ops.adapt_datetimefield_value, ops.adapt_datefield_value


def among(model: type[Model], values: Collection[str]) -> RawSQL | list[str]:
    """Return what stands after `__in` for many texts: one value to the database, however many they are, where a place
    for each would have to be written, sent and planned. A few are written out: then the planner sees that they are few,
    and asks the index for each.
    """
    if len(values) <= FEW:
        return list(values)
    if _connection(model).vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::text[])", [list(values)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(values))])


def _connection(model: type[Model]) -> BaseDatabaseWrapper:
    return connections[router.db_for_write(model)]


def _insert(
    connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], rows: Sequence[Row], suffix: str
) -> None:
    row = f"({', '.join(['%s'] * len(columns))})"
    step = max(1, PLACES_A_STATEMENT // len(columns))
    with connection.cursor() as cursor:
        for first in range(0, len(rows), step):
            some = rows[first : first + step]
            places = ", ".join([row] * len(some))
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES {places}{suffix}",  # noqa: S608
                list(chain.from_iterable(some)),
            )


def _copy_beside(
    connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], rows: Sequence[Row], conflict: str
) -> None:
    """COPY knows no ON CONFLICT: the rows go into a table of this session's own first, and from there over."""
    names, beside = ", ".join(columns), f"arriving_{table}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {beside} "  # noqa: S608 (names of our own, here and below)
            f"ON COMMIT DELETE ROWS AS SELECT {names} FROM {table} WITH NO DATA"
        )
    _copy(connection, beside, columns, rows)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH arrived AS (DELETE FROM {beside} RETURNING {names}) "  # noqa: S608
            f"INSERT INTO {table} ({names}) SELECT {names} FROM arrived ON CONFLICT {conflict}"
        )


def _copy(connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
