"""Counters and traces go in by the same door as turns (`records.bulk`)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Model

from sekisho.records import bulk
from sekisho.records.bulk import Value

__all__ = ["PASSED_OVER", "Value", "insert"]

PASSED_OVER = "DO NOTHING"
"""What becomes of a row that is there already."""


def insert(
    model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Value]], conflict: str = PASSED_OVER
) -> None:
    """Insert rows of values, in the order of `columns`, as `records.bulk.insert` does."""
    bulk.insert(model, columns, rows, conflict)
