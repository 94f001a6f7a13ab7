"""Make and destroy keys. Each works in the keystore's own transaction, which ends before content is
written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections, transaction

from sekisho.base.databases import KEYSTORE
from sekisho.base.ids import new_id
from sekisho.records.keystore.models import (
    ConversationKey,
    PseudonymKey,
    SealingKey,
    SigningKey,
    SubjectKey,
)
from sekisho.records.keystore.queries import OpenKey, living_conversation_keys, living_subject_keys
from sekisho.records.keystore.root import root_key
from sekisho.records.keystore.wrapping import decrypt, encrypt, fresh_key


def ensure_conversation_keys(subjects: Mapping[str, str], at: datetime) -> dict[str, OpenKey]:
    """Return the living key of every conversation in `subjects` (conversation → subject), making those that
    lack one.

    Several processes may ask at once: each conversation ends up with one living key, whoever was first.
    """
    have = living_conversation_keys(subjects)
    missing = {
        conversation: subject for conversation, subject in subjects.items() if conversation not in have
    }
    if not missing:
        return have
    parents = _ensure_subject_keys(set(missing.values()), at)
    rows = [
        _conversation_key(conversation, parents[subject], at) for conversation, subject in missing.items()
    ]
    ConversationKey.objects.bulk_create(rows, ignore_conflicts=True)
    return have | living_conversation_keys(missing)


def destroy_conversation_key(conversation: str, at: datetime) -> int:
    """Destroy the living key of the conversation: its content cannot be read again, by anyone. Return how
    many fell."""
    rows = ConversationKey.objects.filter(conversation=conversation, destroyed_at=None)
    return _overwritten(lambda: rows.update(wrapped=b"", destroyed_at=at))


def destroy_subject_keys(subject: str, at: datetime) -> int:
    """Destroy the subject's key and those of all its conversations. Return how many conversations became
    unreadable."""

    def destroy() -> int:
        living = ConversationKey.objects.filter(subject_key__subject=subject, destroyed_at=None)
        count = living.update(wrapped=b"", destroyed_at=at)
        SubjectKey.objects.filter(subject=subject, destroyed_at=None).update(wrapped=b"", destroyed_at=at)
        return count

    return _overwritten(destroy)


def make_sealing_key(private: bytes, public: bytes, at: datetime) -> None:
    """Keep a new key pair for the journal; from now on it is the one that is published."""
    SealingKey.objects.create(
        public=public, wrapped=encrypt(root_key(), private, "sealing key"), created_at=at
    )


def ensure_signing_key(at: datetime) -> bytes:
    """Return the private key (Ed25519, raw) that signs attestations, made on first use.

    Two that ask at once may each make one: the newest signs from then on, and both stay published.
    """
    if not SigningKey.objects.exists():
        made = Ed25519PrivateKey.generate()
        SigningKey.objects.create(
            public=made.public_key().public_bytes_raw(),
            wrapped=encrypt(root_key(), made.private_bytes_raw(), "signing key"),
            created_at=at,
        )
    newest = SigningKey.objects.latest("created_at", "id")
    return decrypt(root_key(), bytes(newest.wrapped), "signing key")


def make_pseudonym_key(at: datetime) -> None:
    PseudonymKey.objects.get_or_create(
        id=1, defaults={"wrapped": encrypt(root_key(), fresh_key(), "pseudonym key"), "created_at": at}
    )


def _ensure_subject_keys(subjects: Iterable[str], at: datetime) -> dict[str, OpenKey]:
    wanted = set(subjects)
    have = living_subject_keys(wanted)
    missing = wanted - have.keys()
    SubjectKey.objects.bulk_create([_subject_key(subject, at) for subject in missing], ignore_conflicts=True)
    return have | living_subject_keys(missing)


def _subject_key(subject: str, at: datetime) -> SubjectKey:
    key_id = new_id("sk")
    wrapped = encrypt(root_key(), fresh_key(), f"subject key {key_id} {subject}")
    return SubjectKey(id=key_id, subject=subject, wrapped=wrapped, created_at=at)


def _conversation_key(conversation: str, parent: OpenKey, at: datetime) -> ConversationKey:
    key_id = new_id("ck")
    wrapped = encrypt(parent.secret, fresh_key(), f"conversation key {key_id} {conversation}")
    return ConversationKey(
        id=key_id, conversation=conversation, subject_key_id=parent.id, wrapped=wrapped, created_at=at
    )


def _overwritten(destroy: Callable[[], int]) -> int:
    """Run `destroy`, then empty SQLite's write-ahead log, in which the page with the key would live on for a
    while."""
    with transaction.atomic(using=KEYSTORE):
        count = destroy()
    connection = connections[KEYSTORE]
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return count
