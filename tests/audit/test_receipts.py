"""Receipts: issued with the deed, proven by the next checkpoint, checked by anybody."""

from __future__ import annotations

from datetime import UTC, datetime

from sekisho.audit import receipts, tree

AT = datetime(2026, 11, 23, 18, tzinfo=UTC)


def test_a_receipt_is_pending_until_the_next_checkpoint(db):
    receipt = receipts.issue("deletion", "org_1", {"count": 1}, at=AT)
    assert receipts.document(receipt)["state"] == "pending"
    assert tree.grow() == 1
