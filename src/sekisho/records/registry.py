"""The data inventory: every table, what it holds, whose that is, how long it lives, and how it leaves
(R-DATA-121).

Each room declares its tables in `<room>/data.py` as `TABLES`; the words for it are in `base/inventory.py`. A
test lists any table without an entry, so nothing is stored that nobody has thought about.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from sekisho.base.inventory import TableData


def inventory() -> dict[str, TableData]:
    """Return every declared table, by its name in the database, such as `records_turn`. Raises `ValueError`
    for one declared twice."""
    found: dict[str, TableData] = {}
    for config in apps.get_app_configs():
        for table, entry in _declared_in(config.name).items():
            if table in found:
                raise ValueError(
                    f"{table} is declared twice. Keep the declaration of the room that owns the table."
                )
            found[table] = entry
    return found


def undeclared() -> list[str]:
    """Return the names of tables without an entry, in order; empty when the inventory is complete."""
    return sorted(tables() - inventory().keys())


def stale() -> list[str]:
    """Return the names of entries without a table."""
    return sorted(inventory().keys() - tables())


def tables() -> frozenset[str]:
    """Return the name of every table: those of models, and the one in which Django notes migrations."""
    models = apps.get_models(include_auto_created=True)
    return frozenset(model._meta.db_table for model in models) | {"django_migrations"}


def _declared_in(room: str) -> Mapping[str, TableData]:
    name = f"{room}.data"
    if not room.startswith("sekisho.") or find_spec(name) is None:
        return {}
    declared: Mapping[str, TableData] = import_module(name).TABLES
    return declared
