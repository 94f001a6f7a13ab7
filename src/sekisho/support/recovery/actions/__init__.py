"""Writes of recovery: begin, show, do, decide, stop."""

from __future__ import annotations

from sekisho.support.recovery.actions.beginning import Lost, begin, begin_without_mailbox
from sekisho.support.recovery.actions.billing import import_payments
from sekisho.support.recovery.actions.changing import complete, stop, vote
from sekisho.support.recovery.actions.doing import do
from sekisho.support.recovery.actions.proving import enter_code, say_payment
from sekisho.support.recovery.actions.second import (
    check_domain,
    confirm_as_owner,
    give_evidence,
    open_evidence,
    record_for_domain,
)
from sekisho.support.recovery.actions.withdrawing import contact_is_read, withdraw

__all__ = [
    "Lost",
    "begin",
    "begin_without_mailbox",
    "check_domain",
    "complete",
    "confirm_as_owner",
    "contact_is_read",
    "do",
    "enter_code",
    "give_evidence",
    "import_payments",
    "open_evidence",
    "record_for_domain",
    "say_payment",
    "stop",
    "vote",
    "withdraw",
]
