"""What is said in a conversation, to ciphertext and back. The one place where its words and its key meet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from sekisho.records.keystore.actions import ensure_conversation_keys
from sekisho.records.keystore.queries import OpenKey, conversation_keys
from sekisho.records.keystore.wrapping import decrypt, encrypt

Content = tuple[str, Mapping[str, object]]
"""Text and facts of an event."""


def new_key(conversation: str, person: str, organisation: str, at: datetime) -> OpenKey:
    """Return a fresh key for the conversation, below its person's: erasing them makes it unreadable too.

    Made in the keystore's own transaction; a key without a conversation, left by a crash in between, harms nobody.
    """
    subject = f"{organisation}/{person}" if person else f"messenger/{conversation}"
    return ensure_conversation_keys({conversation: subject}, at)[conversation]


def keys_of(ids: Iterable[str]) -> Mapping[str, OpenKey]:
    """Return the living keys, by id."""
    return conversation_keys(ids)


def shut(key: OpenKey, conversation: str, number: int, content: Content) -> bytes:
    """Return an event encrypted; to which conversation and place it belongs is bound in."""
    text, facts = content
    plain = json.dumps({"text": text, "facts": dict(facts)}, ensure_ascii=False, separators=(",", ":"))
    return encrypt(key.secret, plain.encode("utf-8", "surrogatepass"), _purpose(conversation, str(number)))


def open_(key: OpenKey | None, conversation: str, number: int, stored: bytes) -> Content:
    """Return an event as it was; without words once its key was destroyed. Raises `UnreadableError` for one of another
    place, or an altered one."""
    if key is None or not stored:
        return "", {}
    plain = decrypt(key.secret, bytes(stored), _purpose(conversation, str(number)))
    found = json.loads(plain.decode("utf-8", "surrogatepass"))
    return found["text"], found["facts"]


def shut_draft(key: OpenKey, conversation: str, text: str) -> bytes:
    plain = text.encode("utf-8", "surrogatepass")
    return encrypt(key.secret, plain, _purpose(conversation, "draft")) if text else b""


def open_draft(key: OpenKey | None, conversation: str, stored: bytes) -> str:
    if key is None or not stored:
        return ""
    return decrypt(key.secret, bytes(stored), _purpose(conversation, "draft")).decode(
        "utf-8", "surrogatepass"
    )


def _purpose(conversation: str, what: str) -> str:
    return f"messenger v1 {conversation} {what}"
