"""Receipts of destruction: one way to write them (R-DATA-252)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sekisho.audit import receipts
from sekisho.records.types import Calendar

KEYS_A_RECEIPT = 1_000
"""How many ids of keys one receipt lists; more go into a further one."""


def receipt(
    kind: str,
    subject: str,
    scope: str,
    *,
    counts: Mapping[str, int],
    keys: Sequence[str],
    calendar: Calendar,
    at: datetime,
    partitions: Sequence[str] = (),
    kept: Mapping[str, str] | None = None,
    actor: str = "system:retention",
) -> str:
    """Write a receipt in the caller's transaction and return its id (`rcp_…`).

    It says what was destroyed, by which keys, what stays and why, and until when backups hold ciphertext and keys.
    """
    facts = receipts.deletion(
        scope,
        counts=counts,
        keys=keys,
        partitions=partitions,
        content_backups_until=at + calendar.content_backups,
        key_backups_until=at + calendar.key_backups,
    )
    return receipts.issue(kind, subject, facts | {"kept": dict(kept or {})}, at=at, actor=actor)
