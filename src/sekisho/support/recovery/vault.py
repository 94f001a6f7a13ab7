"""Proof of who somebody is, and what they state, to ciphertext and back. The one place where both meet their key.

Each claim and each withdrawal has a key of its own, below a subject of its own. Destroying it makes what it opened
unreadable, in backups too.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sekisho.records.keystore.actions import destroy_conversation_keys, ensure_conversation_keys
from sekisho.records.keystore.queries import OpenKey, conversation_keys
from sekisho.records.keystore.wrapping import decrypt, encrypt


def key_for(owner: str, at: datetime) -> OpenKey:
    """Return the key of a claim (`rcl_…`) or withdrawal (`wdr_…`), made on first use."""
    return ensure_conversation_keys({owner: f"recovery/{owner}"}, at)[owner]


def shut(key: OpenKey, owner: str, what: str, plain: bytes) -> bytes:
    """Return the bytes encrypted; whose they are and `what` are bound in."""
    return encrypt(key.secret, plain, f"recovery v1 {owner} {what}")


def open_(key_id: str, owner: str, what: str, ciphertext: bytes | memoryview) -> bytes | None:
    """Return the bytes; None once the key was destroyed."""
    key = conversation_keys([key_id]).get(key_id)
    return decrypt(key.secret, bytes(ciphertext), f"recovery v1 {owner} {what}") if key else None


def destroy(owners: Collection[str], at: datetime) -> int:
    """Destroy the keys of these claims or withdrawals; return how many fell."""
    return len(destroy_conversation_keys(owners, at))
