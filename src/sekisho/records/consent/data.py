"""What the tables of consent hold."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.inventory import TableData

TABLES: Mapping[str, TableData] = {}
"""By the table's name."""
