"""What reports say, to ciphertext and back. The one place where a report and its key meet."""

from __future__ import annotations

from datetime import datetime

from sekisho.records.keystore.actions import purpose_key
from sekisho.records.keystore.queries import OpenKey, purpose_keys
from sekisho.records.keystore.types import Purpose
from sekisho.records.keystore.wrapping import decrypt, encrypt


def new_key(report: str, subject: str, at: datetime) -> OpenKey:
    """Return the report's own key, below the subject's."""
    return purpose_key(Purpose.FEEDBACK, report, subject, at)


def shut(key: OpenKey, report: str, plain: bytes) -> bytes:
    return encrypt(key.secret, plain, f"feedback v1 {report}")


def open_(key_id: str, report: str, ciphertext: bytes) -> bytes | None:
    """Return the bytes, None once the key was destroyed."""
    key = purpose_keys([key_id]).get(key_id)
    return decrypt(key.secret, ciphertext, f"feedback v1 {report}") if key else None
