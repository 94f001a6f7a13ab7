"""What P2 may hear of an account: how one signs in, masked, and what becomes of its payments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from sekisho.accounts.queries import not_found, person_to_tell, sign_in_of
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Plan, Viewer
from sekisho.base import settings
from sekisho.support.recovery.law import load, shipped
from sekisho.support.recovery.models import Cancellation, Claim, Payment
from sekisho.support.recovery.queries.claims import level_of_claim
from sekisho.support.recovery.rules import allowed, eligible, masked_address
from sekisho.support.recovery.rules.windows import RefundLaw
from sekisho.support.recovery.types import Checked, Deed, Purchase, SignInHint, SoldBy, Usage

SAME_CHARGE = timedelta(hours=24)
"""Two charges of the same plan, amount and card this close together are one charge made twice. Source: our policy."""
SHOWN = 24


def refund_law() -> RefundLaw:
    """Return the windows in force: the installation's own file, or what is shipped."""
    own = settings.text("refund_windows")
    return load(Path(own)) if own else shipped()


def sign_in_hint(claim_id: str) -> SignInHint | None:
    """Return how the account is signed in to, with its address masked; None below P2. The caller has made sure that the
    browser is the one that showed it."""
    row = _at(claim_id, Deed.TELL_SIGN_IN)
    if row is None:
        return None
    address = next((one.email for one in person_to_tell(row.person)), "")
    return SignInHint(sign_in_of(row.person), masked_address(address))


def refunds(claim_id: str, at: datetime) -> tuple[Checked, ...]:
    """Return the account's payments, newest first, and what becomes of each; empty below P2."""
    row = _at(claim_id, Deed.CHECK_REFUND)
    return refunds_of(row.organisation, at) if row else ()


def refunds_for_staff(viewer: Viewer, organisation: str, at: datetime) -> tuple[Checked, ...]:
    """Return the same for those who decide about money. Raises `NotFoundError`."""
    if not may(viewer, Permission.STAFF_TICKET_REFUND):
        raise not_found("page_not_found")
    return refunds_of(organisation, at)


def refunds_of(organisation: str, at: datetime) -> tuple[Checked, ...]:
    rows = list(Payment.objects.filter(organisation=organisation).order_by("-paid_at", "-id")[:SHOWN])
    law = refund_law()
    return tuple(
        Checked(Plan(row.plan), row.paid_at.date(), eligible(purchase_of(row, rows), at, law)) for row in rows
    )


def purchase_of(row: Payment, all_: Iterable[Payment]) -> Purchase:
    others = [one for one in all_ if one.pk != row.pk]
    return Purchase(
        plan=Plan(row.plan),
        sold_by=SoldBy(row.sold_by),
        at=row.paid_at,
        country=row.country,
        zone=row.zone,
        usage=Usage(row.usage),
        is_renewal=row.is_renewal,
        is_duplicate=any(_is_same(one, row) for one in others),
        refunded_at=row.refunded_at,
        earlier_refunds=tuple(one.refunded_at for one in others if one.refunded_at),
    )


def cancellations(viewer: Viewer, since: datetime) -> tuple[tuple[str, bool, datetime], ...]:
    """Return account, whether at once, and moment of each end of a subscription since then, oldest first; for operators
    and those who decide about money. Raises `NotFoundError`."""
    allowed_ = may(viewer, Permission.STAFF_TICKET_REFUND) or may(
        viewer, Permission.STAFF_ORGANISATION_CREATE
    )
    if not allowed_:
        raise not_found("page_not_found")
    rows = Cancellation.objects.filter(at__gte=since).order_by("at", "id")
    return tuple(rows.values_list("organisation", "at_once", "at"))


def _is_same(earlier: Payment, row: Payment) -> bool:
    """Whether `row` is the second of two charges of the same: the first stays, and once it was paid back the second is
    the only one."""
    close = timedelta() <= row.paid_at - earlier.paid_at <= SAME_CHARGE
    first = (earlier.paid_at, earlier.id) < (row.paid_at, row.id)
    return close and first and earlier.charge_digest == row.charge_digest and earlier.refunded_at is None


def _at(claim_id: str, deed: Deed) -> Claim | None:
    row = Claim.objects.filter(id=claim_id).exclude(organisation="").first()
    if row is None or deed not in allowed(level_of_claim(row)):
        return None
    return row
