"""Read and unwrap keys. Only `records`, the rooms that keep content of their own, and `link` ask; no page and no API
does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db.models import QuerySet

from sekisho.records.bulk import among
from sekisho.records.keystore.models import (
    ConversationKey,
    PseudonymKey,
    PurposeKey,
    SealingKey,
    SigningKey,
    SubjectKey,
)
from sekisho.records.keystore.root import unwrap, unwrap_one
from sekisho.records.keystore.types import OpenKey, Wrapped
from sekisho.records.keystore.wrapping import decrypt

__all__ = [
    "OpenKey",
    "conversation_keys",
    "living_conversation_keys",
    "living_subject_keys",
    "pseudonym_key",
    "purpose_keys",
    "sealing_private_keys",
    "sealing_public_key",
    "signing_public_keys",
]


def living_subject_keys(subjects: Collection[str]) -> dict[str, OpenKey]:
    """Return the unwrapped keys of those subjects that have one, by subject."""
    rows = list(SubjectKey.objects.filter(subject__in=among(SubjectKey, subjects), destroyed_at=None))
    opened = _open_subjects(rows)
    return {row.subject: opened[row.id] for row in rows}


def living_conversation_keys(conversations: Collection[str]) -> dict[str, OpenKey]:
    """Return the unwrapped keys of those conversations that have one, by conversation."""
    rows = ConversationKey.objects.filter(destroyed_at=None)
    return _opened(rows.filter(conversation__in=among(ConversationKey, conversations)), by="conversation")


def conversation_keys(ids: Iterable[str]) -> dict[str, OpenKey]:
    """Return those of the keys with these ids that were not destroyed, by id."""
    return _opened(ConversationKey.objects.filter(id__in=among(ConversationKey, set(ids))), by="id")


def purpose_keys(ids: Iterable[str]) -> dict[str, OpenKey]:
    """Return those of the keys with these ids that were not destroyed, by id."""
    held = [
        row for row in PurposeKey.objects.filter(id__in=set(ids)).select_related("subject_key") if _lives(row)
    ]
    parents = _open_subjects(row.subject_key for row in held)
    return {row.id: _open(row, parents) for row in held}


def sealing_private_keys() -> list[bytes]:
    """Return every private key to which gateways may have sealed, newest first."""
    rows = SealingKey.objects.order_by("-created_at", "-id")
    return unwrap([Wrapped(bytes(row.wrapped), row.root, "sealing key") for row in rows])


def sealing_public_key() -> bytes | None:
    """Return the public key to which gateways are to seal now, or None before the first was made."""
    newest = SealingKey.objects.order_by("-created_at", "-id").first()
    return bytes(newest.public) if newest else None


def signing_public_keys() -> list[bytes]:
    """Return the public keys (Ed25519, raw) of all that this installation has signed, newest first."""
    rows = SigningKey.objects.order_by("-created_at", "-id")
    return [bytes(row.public) for row in rows]


def pseudonym_key() -> bytes | None:
    """Return the key that makes pseudonyms of end users' names, or None before it was made."""
    row = PseudonymKey.objects.filter(id=1).first()
    return unwrap_one(bytes(row.wrapped), row.root, "pseudonym key") if row else None


def purpose_of(row: SubjectKey | ConversationKey | PurposeKey) -> str:
    """Return the words that are bound to a row's wrapped key. Ids hold no space, so no two rows' words are alike."""
    match row:
        case SubjectKey():
            return subject_purpose(row.id, row.subject)
        case ConversationKey():
            return conversation_purpose(row.id, row.conversation)
        case PurposeKey():
            return f"{row.purpose} key {row.id} {row.owner}"


def open_for_update(ids: Iterable[str]) -> list[tuple[ConversationKey, OpenKey, OpenKey]]:
    """Return those of the rows with these ids that live and can be cut, with their subject's key and their own, locked
    until the transaction ends. For the keystore's own actions."""
    rows = ConversationKey.objects.filter(id__in=set(ids), format__gt=1).select_related("subject_key")
    held = [row for row in rows.select_for_update(of=("self",)) if _lives(row)]
    parents = _open_subjects(row.subject_key for row in held)
    return [(row, parents[row.subject_key_id], _open(row, parents)) for row in held]


def _lives(row: ConversationKey | PurposeKey) -> bool:
    """Return whether the key lives, and its subject's does: one that was made while its subject was erased opens
    nothing.

    Told here and not by the database. Of a table that PostgreSQL has not analysed yet it believes that next to nothing
    in it lives, and reads all that lives, for each row, instead of the one row that is asked for.
    """
    return row.destroyed_at is None and row.subject_key.destroyed_at is None


def _opened(rows: QuerySet[ConversationKey], by: str) -> dict[str, OpenKey]:
    """Return those that live (`_lives`) by one of their columns. No row becomes an object: ingest asks for hundreds at
    a time."""
    read = rows.values_list(by, "id", "conversation", "wrapped", *_PARENT, *_ENDED)
    held = [row[:-2] for row in read if row[-2:] == (None, None)]
    parents = _unwrapped({row[4]: row[4:] for row in held}.values())
    found: dict[str, OpenKey] = {}
    for name, key_id, conversation, wrapped, parent_id, *_ in held:
        purpose = conversation_purpose(key_id, conversation)
        found[name] = OpenKey(key_id, decrypt(parents[parent_id].secret, bytes(wrapped), purpose))
    return found


_PARENT = ("subject_key__id", "subject_key__subject", "subject_key__wrapped", "subject_key__root")
_ENDED = ("destroyed_at", "subject_key__destroyed_at")


def _open(row: ConversationKey | PurposeKey, parents: Mapping[str, OpenKey]) -> OpenKey:
    secret = decrypt(parents[row.subject_key_id].secret, bytes(row.wrapped), purpose_of(row))
    return OpenKey(row.id, secret)


def _open_subjects(rows: Iterable[SubjectKey]) -> dict[str, OpenKey]:
    """Return the keys by id. Each is unwrapped once, and all of them in one call to the root."""
    held = {row.id: (row.id, row.subject, bytes(row.wrapped), row.root) for row in rows}
    return _unwrapped(held.values())


def _unwrapped(rows: Iterable[tuple[str, str, bytes, str]]) -> dict[str, OpenKey]:
    held = list(rows)
    wrapped = [
        Wrapped(bytes(data), root, subject_purpose(name, subject)) for name, subject, data, root in held
    ]
    return {row[0]: OpenKey(row[0], secret) for row, secret in zip(held, unwrap(wrapped), strict=True)}


def subject_purpose(key_id: str, subject: str) -> str:
    return f"subject key {key_id} {subject}"


def conversation_purpose(key_id: str, conversation: str) -> str:
    return f"conversation key {key_id} {conversation}"
