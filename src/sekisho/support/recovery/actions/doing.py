"""Do what a level allows. None of it signs anybody in."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts.queries import account_known_by
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, fixed_clock, system_clock
from sekisho.notices.actions import tell
from sekisho.notices.types import Person
from sekisho.records.rights import actions as rights
from sekisho.records.rights.types import RequestKind
from sekisho.support.recovery.actions import casework
from sekisho.support.recovery.actions.proving import open_claim
from sekisho.support.recovery.models import Cancellation, Claim
from sekisho.support.recovery.queries.claims import changed_at, level_of_claim, view_of
from sekisho.support.recovery.rules import allowed, begins_at
from sekisho.support.recovery.rules.ladder import OF_WISH
from sekisho.support.recovery.types import ClaimState, ClaimView, Deed, Wish
from sekisho.support.recovery.words import DEEDS, ENDED, ENDED_SUBJECT, refusal

KINDS = {Deed.DELETE: RequestKind.ERASURE, Deed.EXPORT: RequestKind.ACCESS}


@transaction.atomic
def do(claim_id: str, deed: Deed, *, clock: Clock = system_clock) -> ClaimView:
    """Do what was asked for, as far as what was shown allows it; again it changes nothing.

    The caller has made sure that it is the browser that showed it. Raises `SekishoError`: `claim_ended`,
    `not_proven_enough`, also for what is not part of what was asked for (R-SUP-097).
    """
    at = clock()
    row = open_claim(claim_id)
    if deed not in allowed(level_of_claim(row)) or not row.wish or deed not in OF_WISH[Wish(row.wish)]:
        raise refusal("not_proven_enough")
    if deed.value in row.done:
        return view_of(row)
    match deed:
        case Deed.DELETE | Deed.EXPORT:
            _ask_for_data(row, deed, at)
        case Deed.CANCEL_RENEWAL | Deed.CANCEL_NOW:
            _end(row, at, at_once=deed is Deed.CANCEL_NOW)
        case _:
            raise refusal("not_proven_enough")
    row.done = sorted({*row.done, deed.value})
    row.save()
    record("system:recovery", "recovery.done", row.id, deed=deed, organisation=row.organisation)
    casework.note(row, DEEDS[deed], deed.value, at)
    return view_of(row)


def _ask_for_data(row: Claim, deed: Deed, at: datetime) -> None:
    account = account_known_by(casework.address_on_file(row))
    if account is None or account.person != row.person:
        raise refusal("claim_ended")
    begins = begins_at(deed, at, changed_at(row.person))
    made = rights.ask_from_outside(KINDS[deed], account, begins, clock=fixed_clock(at))
    row.request, row.begins_at, row.decided_at = made.id, made.begins_at, at
    row.state = ClaimState.WAITING.value


def _end(row: Claim, at: datetime, *, at_once: bool) -> None:
    made = Cancellation(organisation=row.organisation, at_once=at_once, claim=row.id, at=at)
    Cancellation.objects.bulk_create([made], ignore_conflicts=True)
    how = "now" if at_once else "renewal"
    tell(
        Person(row.person),
        "subscription_ended",
        row.id,
        ENDED_SUBJECT,
        ENDED[at_once],
        key=f"recovery.ended.{row.id}.{how}",
        at=at,
    )
