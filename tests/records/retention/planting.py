"""Plant a subject in every store that can have one, from the inventory alone: a new table is planted in too, once it is
declared."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.db import IntegrityError, models, transaction

from sekisho.base.inventory import Subject
from sekisho.records import registry
from sekisho.records.registry import Entry

AT = datetime(2026, 1, 1, 9, tzinfo=UTC)
_number = itertools.count(1)
_WORDS = {
    ("records_dataevent", "kind"): "allowed",
    ("retention_erasure", "holder"): "conversation",
    ("retention_erasure", "state"): "done",
}
"""Columns that take no text but the one or other word."""
_COMPARED = ("startswith", "iexact", "gt", "gte", "lt", "lte")


def plant(subject: Subject) -> dict[str, int]:
    """Make a row of the subject's in each table where the inventory finds one, and return how many each has then."""
    for entry in registry.walk():
        where = entry.data.reach.of(subject.holder) if entry.data.reach else None
        if where is None or registry.rows(entry, subject, AT).exists():
            continue
        if entry.table == "django_session":
            _session(subject)
            continue
        for group in where.filled(subject, AT)[:1]:
            # some tables take one row an organisation, and another member has it
            with suppress(IntegrityError), transaction.atomic():
                row(entry.model, group)
    return counted(subject)


def counted(subject: Subject) -> dict[str, int]:
    """Return how many rows of the subject each table has."""
    found = {entry.table: registry.rows(entry, subject, AT).count() for entry in registry.walk()}
    return {table: number for table, number in found.items() if number}


def row(model: type[models.Model], lookups: Mapping[str, object]) -> models.Model:
    """Return a row for which the lookups hold; made, with what it rests on, where there is none."""
    plain = {name: value for name, value in lookups.items() if not name.endswith("__listed")}
    if len(plain) == len(lookups):
        known = model._default_manager.filter(**_with_nulls(plain)).first()
        if lookups and known is not None:
            return known
    direct, beneath = _split(lookups)
    values = {field.name: _value(field, direct, beneath) for field in _fields(model, direct, beneath)}
    made = model._default_manager.create(**values)
    for name, nested in beneath.items():
        relation = model._meta.get_field(name)
        if not relation.concrete:  # the other table refers to this one
            other: Any = relation.related_model
            row(other, {**nested, relation.field.name: made.pk})  # type: ignore[union-attr]
    return made


def everything(text: str) -> Iterator[tuple[str, str]]:
    """Yield table and column wherever the text stands, in any column of any table."""
    for entry in registry.walk():
        for field in _texts(entry):
            for value in entry.model._default_manager.values_list(field.name, flat=True):
                if text in (value if isinstance(value, str) else str(value)):
                    yield entry.table, field.name


def _texts(entry: Entry) -> list[models.Field[Any, Any]]:
    kinds = (models.CharField, models.TextField, models.JSONField)
    return [field for field in entry.model._meta.concrete_fields if isinstance(field, kinds)]


def _session(subject: Subject) -> None:
    store = SessionStore()
    store["_auth_user_id"] = subject.person
    store.save()


def _with_nulls(lookups: Mapping[str, object]) -> dict[str, object]:
    return {
        f"{name}__isnull" if value is None else name: True if value is None else value
        for name, value in lookups.items()
    }


def _split(lookups: Mapping[str, object]) -> tuple[dict[str, object], dict[str, dict[str, object]]]:
    """Return what the row's own columns have to hold, and what the rows that it is related to."""
    direct: dict[str, object] = {}
    beneath: dict[str, dict[str, object]] = {}
    for name, value in lookups.items():
        head, _, rest = name.partition("__")
        if rest in _COMPARED:
            direct[head] = f"{value}x" if rest == "startswith" else value
        elif rest == "listed":
            direct[head] = [["end_user", str(value).strip('"'), "somewhere"]]
        elif rest:
            beneath.setdefault(head, {})[rest] = value
        else:
            direct[head] = value
    return direct, beneath


def _fields(
    model: type[models.Model], direct: Mapping[str, object], beneath: Mapping[str, object]
) -> Iterator[models.Field[Any, Any]]:
    for field in model._meta.concrete_fields:
        needed = (model._meta.db_table, field.name) in _WORDS or (
            not field.null and not field.has_default() and not isinstance(field, models.AutoField)
        )
        if field.name in direct or field.name in beneath or needed:
            yield field


def _value(
    field: models.Field[Any, Any], direct: Mapping[str, object], beneath: Mapping[str, dict[str, object]]
) -> object:
    if isinstance(field, models.ForeignKey):
        target: Any = field.related_model
        pk = direct.get(field.name)
        if pk is not None or field.name in beneath or not field.null:
            wanted = {"pk": pk} if pk is not None else dict(beneath.get(field.name, {}))
            return row(target, wanted)
        return None
    if field.name in direct or (field.primary_key and "pk" in direct):
        return direct.get(field.name, direct.get("pk"))
    return _some(field)


def _some(field: models.Field[Any, Any]) -> object:
    """Return a value that the column takes, another each time."""
    number, word = next(_number), _WORDS.get((field.model._meta.db_table, field.name))
    if word is not None:
        return word
    match field:
        case models.EmailField():
            return f"someone{number}@example.test"
        case models.DateTimeField():
            return AT
        case models.DateField():
            return AT.date()
        case models.BooleanField():
            return False
        case models.BinaryField():
            return b"ciphertext"
        case models.JSONField():
            return []
        case models.FloatField():
            return 0.5
        case models.IntegerField():
            return number
    return f"x{number}"[: field.max_length or 40]
