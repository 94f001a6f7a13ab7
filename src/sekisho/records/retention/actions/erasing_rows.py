"""Erase a subject's rows from one table, as the inventory says, and count what is left."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.apps import apps
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from sekisho.base.inventory import FRESH, UNLISTED, Erase, How, Subject
from sekisho.records import registry
from sekisho.records.keystore import actions as keystore
from sekisho.records.registry import Entry

ROWS_AT_ONCE = 500
_FRESH = "erased_"


def erase_rows(entry: Entry, erase: Erase, subject: Subject, at: datetime) -> int:
    """Erase all of the subject's rows that do not stay, some at a time, and return how many. Does nothing for
    `KEEP`."""
    gone = 0
    while names := list(
        left(entry, erase, subject, at).order_by("pk").values_list("pk", flat=True)[:ROWS_AT_ONCE]
    ):
        with transaction.atomic():
            _erase_some(entry, erase, subject, names, at)
        gone += len(names)
        if still := left(entry, erase, subject, at).filter(pk__in=names).count():
            raise RuntimeError(f"{still} rows of {entry.table} stay as they were")
    return gone


def left(entry: Entry, erase: Erase, subject: Subject, at: datetime) -> QuerySet[Model]:
    """Return the subject's rows on which erasing has still to act; none for `KEEP`."""
    rows = registry.rows(entry, subject, at)
    if erase.unless is not None:
        staying = registry.kept(entry, erase, subject, at)
        rows = rows.exclude(pk__in=list(staying.values_list("pk", flat=True)))
    match erase.how:
        case How.KEEP:
            return rows.none()
        case How.DELETE:
            return rows
        case How.CLEAR:
            return rows.exclude(_is_cleared(erase.values))
    living = Q(**{f"{erase.key}__in": _living_keys(rows, erase.key)})
    return rows.filter(living | ~_is_cleared(erase.values) if erase.values else living)


def destroy_keys_of(rows: QuerySet[Model], column: str, at: datetime) -> list[str]:
    """Destroy the keys that these rows name in `column`, and return the ids of those that lived."""
    named = [name for name in rows.values_list(column, flat=True) if name]
    holders = apps.get_model("keystore", "ConversationKey")._default_manager.filter(id__in=named)
    conversations = list(holders.filter(destroyed_at=None).values_list("conversation", flat=True))
    fell = keystore.destroy_conversation_keys(conversations, at) if conversations else []
    return fell + keystore.destroy_purpose_keys(named, at) if named else fell


def _erase_some(entry: Entry, erase: Erase, subject: Subject, names: Sequence[object], at: datetime) -> None:
    some = entry.model._default_manager.filter(pk__in=names)
    if erase.how is How.DELETE:
        some.delete()
        return
    if erase.how is How.BY_KEY:
        destroy_keys_of(some, erase.key, at)
    plain = {name: value for name, value in erase.values.items() if value not in (FRESH, UNLISTED)}
    if plain:
        some.update(**plain)
    for column, value in erase.values.items():
        if value == FRESH:
            for name in names:
                entry.model._default_manager.filter(pk=name).update(
                    **{column: _FRESH + secrets.token_hex(10)}
                )
        elif value == UNLISTED:
            _unlist(some, column, subject)


def _unlist(rows: QuerySet[Model], column: str, subject: Subject) -> None:
    """Take out of each row's list what names the subject."""
    named = subject.end_user or subject.person or subject.organisation
    for row in rows:
        kept = [
            one
            for one in getattr(row, column)
            if one != named and not (isinstance(one, list) and named in one)
        ]
        rows.model._default_manager.filter(pk=row.pk).update(**{column: kept})


def _is_cleared(values: Mapping[str, object]) -> Q:
    found = Q(pk__isnull=True) if not values or UNLISTED in values.values() else Q()
    for column, value in values.items():
        if value == FRESH:
            found &= Q(**{f"{column}__startswith": _FRESH})
        elif value != UNLISTED:
            found &= Q(**{column: value})
    return found


def _living_keys(rows: QuerySet[Model], column: str) -> Collection[str]:
    """Return the living ones among the keys that these rows name."""
    named = list(rows.values_list(column, flat=True))
    return [
        name
        for model in ("ConversationKey", "PurposeKey")
        for name in apps.get_model("keystore", model)
        ._default_manager.filter(id__in=named, destroyed_at=None)
        .values_list("id", flat=True)
    ]
