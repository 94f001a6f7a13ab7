"""Do again what a restored database does not know (R-DATA-254)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django.apps import apps
from django.db import transaction

from sekisho.audit.actions import record
from sekisho.base.inventory import Holder, Subject
from sekisho.records import registry
from sekisho.records.keystore import actions as keystore
from sekisho.records.retention import tombstones
from sekisho.records.retention.actions.erasing import erase, proceed
from sekisho.records.retention.models import Erasure
from sekisho.records.retention.tombstones import Kind, Tombstone

COLUMN = "{end_user}"


def replay(at: datetime) -> int:
    """Destroy again, in their order, all that one of the databases does not know of, and return how many tombstones
    that were. What had been destroyed there already is not touched. Raises `OSError` when the second place cannot be
    read."""
    missing = tombstones.behind()
    known = {one.id: one for one in (*missing.keystore, *missing.main)}
    for name in sorted(known):
        _again(known[name], at)
    if known:
        record("system:retention", "retention.replayed", "installation", tombstones=len(known))
    return len(known)


def _again(one: Tombstone, at: datetime) -> None:
    keys = [str(key) for key in _list(one.data, "keys")]
    _destroy(keys, cast(Mapping[str, list[list[int]]], one.data.get("cut") or {}), at)
    tombstones.bury_again(one)
    if one.kind is Kind.ERASURE:
        _erase_again(one.data, at)
    with transaction.atomic():
        tombstones.known(one.id, at)


def _destroy(keys: list[str], cuts: Mapping[str, list[list[int]]], at: datetime) -> None:
    holders = apps.get_model("keystore", "ConversationKey")._default_manager.filter(destroyed_at=None)
    if named := list(holders.filter(id__in=keys).values_list("conversation", flat=True)):
        keystore.destroy_conversation_keys(named, at)
    if keys:
        keystore.destroy_purpose_keys(keys, at)
    living = set(holders.filter(id__in=list(cuts)).values_list("id", flat=True))
    if living:
        keystore.destroy_spans({key: [(s[0], s[1]) for s in cuts[key]] for key in sorted(living)})


def _erase_again(data: Mapping[str, object], at: datetime) -> None:
    """Erase again whom a restored main database has brought back. Where it knows the erasure, that goes on by
    itself."""
    name = str(data["erasure"])
    subject = _subject(data)
    if subject is None or Erasure.objects.filter(id=name).exists():
        return
    asked_at = datetime.fromisoformat(str(data["asked_at"]))
    proceed(
        erase(str(data["by"]), subject, at=asked_at, reason="restored", surface="system", again=name),
        lambda: at,
    )


def _subject(data: Mapping[str, object]) -> Subject | None:
    """Return whom the tombstone is about; None for an end user of whom the database knows nothing."""
    organisation, end_user = str(data["organisation"]), ""
    if data["mark"]:
        found = (
            one for one in _end_users(organisation) if tombstones.mark_of(organisation, one) == data["mark"]
        )
        if (known := next(found, None)) is None:
            return None
        end_user = known
    holder = Holder(str(data["holder"]))
    return Subject(holder, organisation, end_user, str(data["person"]), str(data["conversation"]))


def _end_users(organisation: str) -> set[str]:
    """Return every end user of the organisation of whom any table knows."""
    found: set[str] = set()
    for entry in registry.walk():
        reach = entry.data.reach.end_user if entry.data.reach else None
        for group in reach.groups if reach else ():
            columns = [name for name, value in group.items() if value == COLUMN]
            if columns and group.get("organisation") == "{organisation}":
                rows: Any = entry.model._default_manager.filter(organisation=organisation)
                found |= {str(one) for one in rows.values_list(columns[0], flat=True).distinct() if one}
    return found


def _list(data: Mapping[str, object], name: str) -> list[object]:
    value = data.get(name)
    return value if isinstance(value, list) else []
