"""The data inventory: every table, what it holds, whose that is, how long it lives, and how it leaves
(R-DATA-121).

Each room declares its tables in `<room>/data.py` as `TABLES`; the words for it are in `base/inventory.py`. A
test lists any table without an entry, so nothing is stored that nobody has thought about. Erasure, export and sweeps
walk the same entries: what the inventory does not say, they do not do, and the share that it says is 100 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, reduce
from graphlib import TopologicalSorter
from importlib import import_module
from importlib.util import find_spec
from operator import or_

from django.apps import apps
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from sekisho.base.inventory import Erase, Subject, TableData, Where

_ROOTS = ("accounts_apikey", "accounts_person", "accounts_organisation")
"""Erased last: an erasure that was cut off still finds by them what is left."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One table that exists, with its entry."""

    table: str
    data: TableData
    model: type[Model]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what is stored a machine can act on."""

    tables: int
    executable: int
    missing: tuple[str, ...]
    """Tables without an entry, or with one of sentences alone."""

    @property
    def share(self) -> float:
        return self.executable / self.tables


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
    return frozenset(_models()) | {"django_migrations"}


def coverage() -> Coverage:
    """Return how many of the tables have an entry on which erasure, export and sweeps can act; `missing` is empty when
    all have (R-DATA-121)."""
    declared, every = inventory(), tables()
    missing = sorted(name for name in every if name not in declared or not declared[name].is_executable)
    return Coverage(len(every), len(every) - len(missing), tuple(missing))


@cache
def walk() -> tuple[Entry, ...]:
    """Return the entries of all tables that have a model, in the order in which rows can be deleted: what rests on
    others before these, and accounts last."""
    declared, models = inventory(), _models()
    order = TopologicalSorter({table: _resting_on(model) for table, model in models.items()})
    sorted_ = [table for table in order.static_order() if table in declared]
    last = [table for table in _ROOTS if table in sorted_]
    return tuple(Entry(table, declared[table], models[table]) for table in [*_without(sorted_, last), *last])


def rows(entry: Entry, subject: Subject, at: datetime) -> QuerySet[Model]:
    """Return the subject's rows of the table; none where the inventory finds none for such a holder."""
    found = entry.data.reach.of(subject.holder) if entry.data.reach else None
    return matching(entry.model, found, subject, at)


def kept(entry: Entry, erase: Erase, subject: Subject, at: datetime) -> QuerySet[Model]:
    """Return those of the subject's rows that stay for now, for the reason that `erase` states."""
    return rows(entry, subject, at) & matching(entry.model, erase.unless, subject, at)


def matching(model: type[Model], found: Where | None, subject: Subject, at: datetime) -> QuerySet[Model]:
    """Return the rows for which `found` holds; none for None, or where the subject lacks what it needs."""
    groups = found.filled(subject, at) if found else ()
    every = model._default_manager.all()
    if not groups:
        return every.none()
    lists = {name.removesuffix("__listed") for group in groups for name in group if name.endswith("__listed")}
    for column in lists:
        every = every.annotate(**{f"{column}_text": Cast(column, TextField())})
    return every.filter(reduce(or_, map(_condition, groups)))


def of_turns(entry: Entry, turns: Sequence[str]) -> QuerySet[Model]:
    """Return the rows of the table that hang on these turns, for many at once; none where no row can."""
    found = entry.data.reach.turn if entry.data.reach else None
    every = entry.model._default_manager.all()
    conditions = [
        Q(**{f"{name}__in": list(turns)}) for group in (found.groups if found else ()) for name in group
    ]
    return every.filter(reduce(or_, conditions)) if conditions else every.none()


def _condition(group: Mapping[str, object]) -> Q:
    found = Q()
    for name, value in group.items():
        column = name.removesuffix("__listed")
        if column != name:
            found &= Q(**{f"{column}_text__contains": value})
        elif value is None:
            found &= Q(**{f"{name}__isnull": True})
        else:
            found &= Q(**{name: value})
    return found


def _models() -> dict[str, type[Model]]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def _resting_on(model: type[Model]) -> set[str]:
    """Return the tables whose rows refer to this one's: they go first."""
    return {
        relation.related_model._meta.db_table
        for relation in model._meta.related_objects
        if isinstance(relation.related_model, type) and relation.related_model is not model
    }


def _without(tables: Iterable[str], some: Iterable[str]) -> list[str]:
    left_out = set(some)
    return [table for table in tables if table not in left_out]


def _declared_in(room: str) -> Mapping[str, TableData]:
    name = f"{room}.data"
    if not room.startswith("sekisho.") or find_spec(name) is None:
        return {}
    declared: Mapping[str, TableData] = import_module(name).TABLES
    return declared
