"""What people write, to ciphertext and back. The one place where a case's words and its key meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sekisho.records.keystore.actions import destroy_keys, new_conversation_key
from sekisho.records.keystore.queries import OpenKey, conversation_keys
from sekisho.records.keystore.wrapping import decrypt, encrypt


def new_key(case: str, at: datetime) -> OpenKey:
    """Return a fresh key for the case, below a subject of its own: a case is about several people and accounts, and the
    erasure of each finds it by the inventory.

    Made in the keystore's own transaction; a key without a case, left by a crash in between, harms nobody.
    """
    return new_conversation_key(case, f"cases/{case}", at)


def keys_of(ids: Iterable[str]) -> Mapping[str, OpenKey]:
    """Return the living keys, by id: those destroyed are missing."""
    return conversation_keys(list(ids))


def key_of(key_id: str) -> OpenKey | None:
    """Return the key, None when it was destroyed."""
    return keys_of([key_id]).get(key_id)


def destroy(ids: Iterable[str], at: datetime) -> int:
    """Destroy the keys: what they opened cannot be read again, by anyone. Return how many fell."""
    return len(destroy_keys(list(ids), at))


def shut(key: OpenKey, case: str, what: str, plain: bytes) -> bytes:
    """Return the bytes encrypted; `what` says which piece of which case they are, and is bound in."""
    return encrypt(key.secret, plain, _purpose(case, what))


def shut_text(key: OpenKey, case: str, what: str, text: str) -> bytes:
    return shut(key, case, what, text.encode("utf-8", "replace")) if text else b""


def open_(key: OpenKey, case: str, what: str, ciphertext: bytes) -> bytes:
    """Return the bytes. Raises `UnreadableError` for those of another place, or altered ones."""
    return decrypt(key.secret, ciphertext, _purpose(case, what))


def open_text(key: OpenKey | None, case: str, what: str, ciphertext: bytes | memoryview) -> str:
    """Return the text; empty for none, and once the key was destroyed."""
    stored = bytes(ciphertext)
    return open_(key, case, what, stored).decode() if key and stored else ""


def _purpose(case: str, what: str) -> str:
    return f"case v1 {case} {what}"
