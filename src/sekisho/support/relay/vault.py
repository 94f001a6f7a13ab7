"""Questions and answers, to ciphertext and back. The one place where their words and their key meet."""

from __future__ import annotations

from datetime import datetime

from sekisho.records.keystore.actions import ensure_conversation_keys
from sekisho.records.keystore.queries import OpenKey, conversation_keys
from sekisho.records.keystore.wrapping import decrypt, encrypt


def new_key(question: str, at: datetime) -> OpenKey:
    """Return a fresh key for the question, below a subject of its own: member and owner are both in it, and the erasure
    of each finds it by the inventory."""
    return ensure_conversation_keys({question: f"relay/{question}"}, at)[question]


def key_of(key_id: str) -> OpenKey | None:
    """Return the key, None when it was destroyed."""
    return conversation_keys([key_id]).get(key_id)


def shut(key: OpenKey, question: str, what: str, text: str) -> bytes:
    """Return the text encrypted; `what` says which piece of which question it is, and is bound in."""
    return encrypt(key.secret, text.encode(), _purpose(question, what)) if text else b""


def open_(key: OpenKey | None, question: str, what: str, ciphertext: bytes | memoryview) -> str:
    """Return the text; empty for none, and once the key was destroyed."""
    stored = bytes(ciphertext)
    return decrypt(key.secret, stored, _purpose(question, what)).decode() if key and stored else ""


def _purpose(question: str, what: str) -> str:
    return f"relay v1 {question} {what}"
