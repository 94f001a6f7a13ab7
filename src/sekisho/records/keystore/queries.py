"""Read and unwrap keys. Only `records` and `link` ask; no page and no API does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sekisho.records.keystore.models import (
    ConversationKey,
    PseudonymKey,
    SealingKey,
    SigningKey,
    SubjectKey,
)
from sekisho.records.keystore.root import root_key
from sekisho.records.keystore.wrapping import decrypt


@dataclass(frozen=True, slots=True)
class OpenKey:
    """A key, ready for use."""

    id: str
    secret: bytes = field(repr=False)


def living_subject_keys(subjects: Iterable[str]) -> dict[str, OpenKey]:
    """Return the unwrapped keys of those subjects that have one, by subject."""
    rows = SubjectKey.objects.filter(subject__in=set(subjects), destroyed_at=None)
    return {row.subject: _open_subject(row) for row in rows}


def living_conversation_keys(conversations: Iterable[str]) -> dict[str, OpenKey]:
    """Return the unwrapped keys of those conversations that have one, by conversation."""
    rows = ConversationKey.objects.filter(conversation__in=set(conversations), destroyed_at=None)
    return {row.conversation: _open_conversation(row) for row in rows.select_related("subject_key")}


def conversation_keys(ids: Iterable[str]) -> dict[str, OpenKey]:
    """Return those of the keys with these ids that were not destroyed, by id."""
    rows = ConversationKey.objects.filter(id__in=set(ids), destroyed_at=None).select_related("subject_key")
    subjects: dict[str, OpenKey] = {}  # conversations of one subject share its key: unwrapped once
    return {row.id: _open_conversation(row, subjects) for row in rows}


def sealing_private_keys() -> list[bytes]:
    """Return every private key to which gateways may have sealed, newest first."""
    rows = SealingKey.objects.order_by("-created_at", "-id")
    return [decrypt(root_key(), bytes(row.wrapped), "sealing key") for row in rows]


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
    return decrypt(root_key(), bytes(row.wrapped), "pseudonym key") if row else None


def _open_subject(row: SubjectKey) -> OpenKey:
    return OpenKey(row.id, decrypt(root_key(), bytes(row.wrapped), f"subject key {row.id} {row.subject}"))


def _open_conversation(row: ConversationKey, subjects: dict[str, OpenKey] | None = None) -> OpenKey:
    known = subjects if subjects is not None else {}
    parent = known.get(row.subject_key_id) or known.setdefault(
        row.subject_key_id, _open_subject(row.subject_key)
    )
    purpose = f"conversation key {row.id} {row.conversation}"
    return OpenKey(row.id, decrypt(parent.secret, bytes(row.wrapped), purpose))
