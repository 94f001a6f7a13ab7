"""What is decided about people who cannot sign in: pure. No Django, no clock, no network."""

from __future__ import annotations

from sekisho.support.recovery.rules.agreeing import Agreed, Denied, Waits, agreement
from sekisho.support.recovery.rules.ladder import allowed, level_of
from sekisho.support.recovery.rules.locks import Free, Locked, lock, strictest
from sekisho.support.recovery.rules.masking import masked_address
from sekisho.support.recovery.rules.refunds import eligible
from sekisho.support.recovery.rules.waiting import begins_at
from sekisho.support.recovery.rules.withdrawals import harmless, payout, repay_by

__all__ = [
    "Agreed",
    "Denied",
    "Free",
    "Locked",
    "Waits",
    "agreement",
    "allowed",
    "begins_at",
    "eligible",
    "harmless",
    "level_of",
    "lock",
    "masked_address",
    "payout",
    "repay_by",
    "strictest",
]
