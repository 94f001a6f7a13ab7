"""Many rows in one statement, the same on SQLite and PostgreSQL.

`bulk_create` prepares every field of every row; in ingest, where each microsecond is paid for by every request, that
took three times as long as the insertion itself (`benchmarks/conduct.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from django.db import connection
from django.db.models import Model

ROWS_A_STATEMENT = 400
PASSED_OVER = "DO NOTHING"
"""What becomes of a row that is there already."""

Value = str | int | bool | bytes | datetime | None


def insert(
    model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Value]], conflict: str = PASSED_OVER
) -> None:
    """Insert rows of values, in the order of `columns`, all of which are given as the database keeps them.

    `conflict` is what follows ON CONFLICT. Names come from our own models, values are handed over apart.
    """
    table = model._meta.db_table
    row = f"({', '.join(['%s'] * len(columns))})"
    with connection.cursor() as cursor:
        for first in range(0, len(rows), ROWS_A_STATEMENT):
            some = rows[first : first + ROWS_A_STATEMENT]
            places = ", ".join([row] * len(some))
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES {places} ON CONFLICT {conflict}",  # noqa: S608
                list(chain.from_iterable(some)),
            )
