"""Ask from outside, for who cannot sign in (R-DATA-231): slowly, in the open, and to the verified address alone.

Who they are is shown elsewhere first (`support.recovery`: a code to the address on file). The account is told at once,
with a link that stops it, and nothing happens before the time that the caller names.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts.types import KnownAccount
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.inventory import Holder
from sekisho.base.text import Text
from sekisho.records.queries import calendar_at
from sekisho.records.rights.actions import telling
from sekisho.records.rights.actions.ending import close, discard
from sekisho.records.rights.models import OPEN_STATES, Request
from sekisho.records.rights.queries.requests import members_may_export, view_of
from sekisho.records.rights.rules import due_at, may_become
from sekisho.records.rights.types import Channel, RequestKind, RequestState, RequestView


@transaction.atomic
def ask_from_outside(
    kind: RequestKind, account: KnownAccount, begins_at: datetime, *, clock: Clock = system_clock
) -> RequestView:
    """Ask for a copy or for erasure in the name of an account, and return the request; asking while one is open returns
    that one.

    Nothing begins before `begins_at`. What belongs to an organisation is its owner's to give out: a member's erasure,
    and a copy where the organisation forbids it, waits for them besides (R-DATA-230).
    """
    at = clock()
    holder = Holder.ORGANISATION if account.is_own_account else Holder.MEMBER
    same = Request.objects.filter(
        organisation=account.organisation, kind=kind, holder=holder, state__in=OPEN_STATES
    )
    if holder is Holder.MEMBER:
        same = same.filter(person=account.person)
    if found := same.order_by("asked_at", "id").first():
        return view_of(found)
    row = Request.objects.create(
        kind=kind.value,
        holder=holder.value,
        organisation=account.organisation,
        person=account.person,
        state=RequestState.VERIFYING.value,
        channel=Channel.LOCKED_OUT.value,
        language=account.language,
        asked_by="",
        asked_at=at,
        due_at=due_at(at, calendar_at(at)),
        begins_at=begins_at,
        waits_for_owner=holder is Holder.MEMBER and _waits(kind, account.organisation),
    )
    telling.asked_from_outside(row, at)
    if row.waits_for_owner:
        telling.owner_is_asked(row, at)
    record(
        "system:rights", "rights.asked", row.id, kind=kind, channel=row.channel, organisation=row.organisation
    )
    return view_of(row)


@transaction.atomic
def stop(request_id: str, *, clock: Clock = system_clock) -> RequestView:
    """Stop what somebody asked for in one's name, by the link in the notice, which the caller has verified."""
    row = Request.objects.select_for_update().filter(id=request_id, channel=Channel.LOCKED_OUT).first()
    erases = row is not None and row.kind == RequestKind.ERASURE
    if row is None or not may_become(RequestState(row.state), RequestState.CANCELLED, erases=erases):
        raise SekishoError("too_late", _TOO_LATE)
    close(row, RequestState.CANCELLED, clock())
    discard(row, clock())
    record("system:rights", "rights.cancelled", row.id, organisation=row.organisation, because="stopped")
    return view_of(row)


def put_off(person: str, until: datetime) -> None:
    """Let no copy be made before `until` that is asked for in a person's name. For recovery, in its transaction."""
    rows = Request.objects.filter(person=person, state__in=OPEN_STATES, begins_at__lt=until)
    rows.exclude(kind=RequestKind.ERASURE).update(begins_at=until)


def _waits(kind: RequestKind, organisation: str) -> bool:
    return kind is RequestKind.ERASURE or not members_may_export(organisation)


_TOO_LATE = Text(
    "There is nothing to stop any more: the request has ended, or its erasure has begun.",
    "このご請求はすでに終わっているか、消去が始まっているため、取り消すことができません。",
)
