"""Ask without being able to sign in (R-DATA-231): slowly, in the open, and to the verified address alone.

Whoever asks names the address and says what they know of the account. What they say is compared by keyed digests and
never stored. The answer is always the same, so that nothing is found out by asking; the account is told at once, and
nothing happens for 72 hours.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from django.db import transaction

from sekisho.accounts.queries import account_known_by
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.inventory import Holder
from sekisho.base.text import Text
from sekisho.records.keystore.actions import make_pseudonym_key
from sekisho.records.keystore.queries import pseudonym_key
from sekisho.records.queries import calendar_at
from sekisho.records.rights.actions import telling
from sekisho.records.rights.actions.ending import close, discard
from sekisho.records.rights.models import OPEN_STATES, Attempt, Request
from sekisho.records.rights.queries.requests import view_of
from sekisho.records.rights.rules import due_at, may_become, proof_of, proves
from sekisho.records.rights.types import AccountFacts, Channel, RequestKind, RequestState, RequestView

DELAY = timedelta(hours=72)
"""How long the account has to object. Source: R-DATA-231."""
PER_ADDRESS, PER_DAY = 3, timedelta(days=1)
"""How often an address may be asked for. Source: our policy; a person asks once."""


@transaction.atomic
def ask_locked_out(
    kind: RequestKind, address: str, said: AccountFacts, *, clock: Clock = system_clock
) -> None:
    """Ask for the account of an address. Says nothing about whether there is one, or whether the facts are right.

    Raises `SekishoError` (`too_often`) for an address that was named too often, known or not.
    """
    at, key = clock(), _key(clock())
    _counted(key, address, at)
    found = account_known_by(address)
    # both are reckoned for an unknown address too: an answer must not take longer where there is somebody
    kept = found.facts if found else AccountFacts("", "", "", "").named
    is_right = proves(proof_of(key, said.named), proof_of(key, kept))
    if found is None or not is_right:
        return
    if Request.objects.filter(organisation=found.organisation, kind=kind, state__in=OPEN_STATES).exists():
        return
    row = Request.objects.create(
        kind=kind.value,
        holder=Holder.ORGANISATION.value if found.is_own_account else Holder.MEMBER.value,
        organisation=found.organisation,
        person=found.person,
        state=RequestState.VERIFYING.value,
        channel=Channel.LOCKED_OUT.value,
        language=found.language,
        asked_by="",
        asked_at=at,
        due_at=due_at(at, calendar_at(at)),
        begins_at=at + DELAY,
    )
    telling.asked_from_outside(row, at)
    record(
        "system:rights", "rights.asked", row.id, kind=kind, channel=row.channel, organisation=row.organisation
    )


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


def forget_attempts(clock: Clock = system_clock) -> int:
    """Delete what was counted long enough ago; return how many."""
    count, _ = Attempt.objects.filter(at__lte=clock() - PER_DAY).delete()
    return count


def _counted(key: bytes, address: str, at: datetime) -> None:
    named = hmac.digest(key, b"locked out " + address.strip().lower().encode(), "sha256").hex()
    lately = Attempt.objects.filter(address=named, at__gt=at - PER_DAY).count()
    if lately >= PER_ADDRESS:
        raise SekishoError("too_often", _TOO_OFTEN, status=429, retry_after=int(PER_DAY.total_seconds()))
    Attempt.objects.create(address=named, at=at)


def _key(at: datetime) -> bytes:
    if (key := pseudonym_key()) is None:
        make_pseudonym_key(at)
        key = pseudonym_key()
    assert key is not None  # just made
    return key


_TOO_OFTEN = Text(
    "This address was named often today. Try again tomorrow, or write to support from it.",
    "このメールアドレスについての請求が続いています。明日あらためてお試しいただくか、そのアドレスからサポートにご連絡ください。",
)
_TOO_LATE = Text(
    "There is nothing to stop any more: the request has ended, or its erasure has begun.",
    "このご請求はすでに終わっているか、消去が始まっているため、取り消すことができません。",
)
