"""Many rows in one statement, the same on SQLite and PostgreSQL.

`bulk_create` prepares every field of every row; in ingest, where each microsecond is paid for by every request, that
takes longer than the insertion itself (`benchmarks/link.py`). PostgreSQL takes rows by COPY, which plans nothing and
parses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import Model

PLACES_A_STATEMENT = 12_000
"""Values in one statement; SQLite takes 32,766 as it is built by default."""
WORTH_COPYING = 16
"""Rows from which COPY is quicker than a statement."""

Value = str | int | bool | bytes | datetime | date | None
Row = Sequence[Any]


def insert(model: type[Model], columns: Sequence[str], rows: Sequence[Row], conflict: str = "") -> None:
    """Insert rows of values, in the order of `columns`, all of which are given as the database keeps them (`adapters`).

    `conflict` is what follows ON CONFLICT; empty: there is none to be expected, and one raises `IntegrityError`. Names
    come from our own models, values are handed over apart.
    """
    if connection.vendor == "postgresql" and not conflict and len(rows) >= WORTH_COPYING:
        _copy(model._meta.db_table, columns, rows)
    else:
        _insert(model._meta.db_table, columns, rows, f" ON CONFLICT {conflict}" if conflict else "")


def adapters() -> tuple[Callable[[datetime | None], Any], Callable[[date], Any]]:
    """Return what makes moments and days into what the database keeps."""
    ops = connection.ops
    return ops.adapt_datetimefield_value, ops.adapt_datefield_value


def _insert(table: str, columns: Sequence[str], rows: Sequence[Row], suffix: str) -> None:
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


def _copy(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
