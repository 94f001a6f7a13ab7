"""Under which name the audit log speaks of a data subject: keyed with a key that dies with the subject (R-DATA-253)."""

from __future__ import annotations

import base64
import hmac
import os

from sekisho.base.clock import system_clock
from sekisho.records.keystore.actions import subject_pseudonym_key
from sekisho.records.keystore.models import PurposeKey, SubjectKey
from sekisho.records.keystore.types import Purpose

DIGITS = 26
"""Letters of a name: 130 bits of the digest."""


def audit_name(subject: str, make: bool) -> str:
    """Return the name of the subject (`organisation/name`) in the audit log: the same as long as its key lives.

    Once the subject is erased, each call gives another name that leads nowhere, and no new key: what is still to be
    written about the erasure must not begin a new life. Without `make`, a subject without a name gets none (empty).
    """
    rows = SubjectKey.objects.filter(subject=subject)
    if rows.exists() and not rows.filter(destroyed_at=None).exists():
        return _name(os.urandom(32))
    if not make and not _has_name(subject):
        return ""
    key = subject_pseudonym_key(subject, system_clock())
    return _name(hmac.digest(key, b"audit log " + subject.encode(), "sha256"))


def _has_name(subject: str) -> bool:
    living = SubjectKey.objects.filter(subject=subject, destroyed_at=None).values("id")
    return PurposeKey.objects.filter(purpose=Purpose.PSEUDONYM.value, owner__in=living).exists()


def _name(digest: bytes) -> str:
    return f"psn_{base64.b32encode(digest).decode().lower()[:DIGITS]}"
