"""Payments, as the operator hands them over: what can be compared becomes digests at once, the rest is not kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from sekisho.accounts.queries import account_known_by, as_of_now, not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.support.recovery import keys
from sekisho.support.recovery.models import Payment
from sekisho.support.recovery.rules import payments
from sekisho.support.recovery.types import PaymentRow


@transaction.atomic
def import_payments(actor: Viewer, rows: Iterable[PaymentRow], *, clock: Clock = system_clock) -> int:
    """Take payments in, and return how many were new; what was refunded since is noted on those that were not. For
    operators. Whose account nobody knows is passed over. Raises `NotFoundError` for others."""
    now = as_of_now(actor)
    if not may(now, Permission.STAFF_ORGANISATION_CREATE):
        raise not_found("page_not_found")
    key = keys.digest_key(clock())
    made = sum(_taken(key, row) for row in rows)
    record(now.id, "recovery.payments_imported", "payments", count=made)
    return made


def _taken(key: bytes, row: PaymentRow) -> bool:
    organisation = _account(row.account)
    if not organisation:
        return False
    amount, last = payments.amount_of(row.amount), payments.last_four_of(row.last_four)
    number = payments.invoice_of(row.invoice)
    day = _day(row.paid_at, row.zone)
    whole = bool(amount and last)
    _, is_new = Payment.objects.update_or_create(
        organisation=organisation,
        charge_digest=payments.charge_digest(key, organisation, row.plan.value, amount, last),
        invoice_digest=payments.invoice_digest(key, organisation, number) if number else "",
        paid_at=row.paid_at,
        defaults={
            "set_digest": payments.set_digest(key, organisation, amount, day, last) if whole else "",
            "plan": row.plan.value,
            "sold_by": row.sold_by.value,
            "country": row.country,
            "zone": row.zone,
            "usage": row.usage.value,
            "is_renewal": row.is_renewal,
            "refunded_at": row.refunded_at,
        },
    )
    return is_new


def _account(named: str) -> str:
    if "@" not in named:
        return named
    found = account_known_by(named)
    return found.organisation if found else ""


def _day(paid_at: datetime, zone: str) -> date:
    return (paid_at.astimezone(ZoneInfo(zone)) if zone else paid_at).date()
