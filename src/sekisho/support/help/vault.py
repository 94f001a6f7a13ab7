"""What people write below articles, to ciphertext and back."""

from __future__ import annotations

from datetime import datetime

from sekisho.records.keystore.actions import purpose_key
from sekisho.records.keystore.queries import OpenKey, purpose_keys
from sekisho.records.keystore.types import Purpose
from sekisho.records.keystore.wrapping import decrypt, encrypt

SUBJECT = "help-centre"
"""Remarks are nobody's: their keys hang below one of the help centre's own."""


def new_key(remark: str, at: datetime) -> OpenKey:
    return purpose_key(Purpose.FEEDBACK, remark, SUBJECT, at)


def shut(key: OpenKey, remark: str, text: str) -> bytes:
    return encrypt(key.secret, text.encode(), f"remark v1 {remark}")


def opened(rows: dict[str, tuple[str, bytes]]) -> dict[str, str]:
    """Return the texts of remarks (id → key, ciphertext); without those whose key was destroyed."""
    keys = purpose_keys([key for key, _ in rows.values()])
    return {
        id: decrypt(keys[key].secret, content, f"remark v1 {id}").decode()
        for id, (key, content) in rows.items()
        if key in keys
    }
