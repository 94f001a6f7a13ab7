"""What safety records say, to ciphertext and back. The one place where a record and its key meet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sekisho.records.keystore.actions import new_purpose_keys
from sekisho.records.keystore.queries import OpenKey, purpose_keys
from sekisho.records.keystore.types import Purpose
from sekisho.records.keystore.wrapping import decrypt, encrypt


def new_keys(subjects: Mapping[str, str], at: datetime) -> dict[str, OpenKey]:
    """Return a key of its own for each new record (record → subject), below the subject's."""
    return new_purpose_keys(Purpose.SAFETY, subjects, at)


def shut(key: OpenKey, record: str, text: str) -> bytes:
    return encrypt(key.secret, text.encode(), f"safety v1 {record}")


def open_(key_id: str, record: str, ciphertext: bytes) -> str | None:
    """Return the text, None once the key was destroyed."""
    key = purpose_keys([key_id]).get(key_id)
    return decrypt(key.secret, ciphertext, f"safety v1 {record}").decode() if key else None
