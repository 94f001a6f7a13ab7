"""Reads of withdrawals, by the link that only their sender has."""

from __future__ import annotations

import json

from sekisho.accounts.queries import not_found
from sekisho.base.text import as_lang
from sekisho.support.recovery import vault
from sekisho.support.recovery.models import Withdrawal
from sekisho.support.recovery.types import Statement, WithdrawalView


def withdrawal(withdrawal_id: str) -> WithdrawalView:
    """Return a withdrawal as it was sent. Raises `NotFoundError`, also once it is not kept any more."""
    row = Withdrawal.objects.filter(id=withdrawal_id).first()
    plain = vault.open_(row.key, row.id, "statement", row.statement) if row else None
    if row is None or plain is None:
        raise not_found("withdrawal_not_found")
    return WithdrawalView(
        id=row.id,
        reference=row.reference,
        statement=Statement(**json.loads(plain)),
        at=row.at,
        language=as_lang(row.language),
        case=row.case,
        repay_by=row.repay_by,
    )
