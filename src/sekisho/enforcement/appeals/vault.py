"""What people write and attach, to ciphertext and back. The one place where an appeal's words and its key meet."""

from __future__ import annotations

from datetime import datetime

from sekisho.records.keystore.actions import ensure_conversation_keys
from sekisho.records.keystore.queries import OpenKey, conversation_keys
from sekisho.records.keystore.wrapping import decrypt, encrypt


def new_key(appeal: str, subject: str, at: datetime) -> OpenKey:
    """Return a fresh key for the appeal, below the subject's: erasing the subject makes it unreadable too.

    Made in the keystore's own transaction; a key without an appeal, left by a crash in between, harms nobody.
    """
    return ensure_conversation_keys({appeal: subject}, at)[appeal]


def key_of(key_id: str) -> OpenKey | None:
    """Return the key, None when it was destroyed."""
    return conversation_keys([key_id]).get(key_id)


def shut(key: OpenKey, appeal: str, what: str, plain: bytes) -> bytes:
    """Return the bytes encrypted; `what` says which piece of which appeal they are, and is bound in."""
    return encrypt(key.secret, plain, _purpose(appeal, what))


def open_(key: OpenKey, appeal: str, what: str, ciphertext: bytes) -> bytes:
    """Return the bytes. Raises `UnreadableError` for those of another place, or altered ones."""
    return decrypt(key.secret, ciphertext, _purpose(appeal, what))


def _purpose(appeal: str, what: str) -> str:
    return f"appeal v1 {appeal} {what}"
