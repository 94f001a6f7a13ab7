"""Change the address on file: two people decide, everybody concerned may stop it for 72 hours, then it is done."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts import actions as accounts
from sekisho.accounts.queries import as_of_now, not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.sealing import unseal
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.lengths import whole
from sekisho.base.text import Text
from sekisho.records.rights import actions as rights
from sekisho.support.recovery.actions import casework, contacts
from sekisho.support.recovery.actions.beginning import SEALED_FOR
from sekisho.support.recovery.actions.counting import fail
from sekisho.support.recovery.actions.ending import end_evidence, ended
from sekisho.support.recovery.actions.proving import add_proof, open_claim
from sekisho.support.recovery.models import Claim, Evidence, Voice
from sekisho.support.recovery.queries.claims import (
    claim_for_staff,
    is_own,
    level_of_claim,
    standing_votes,
    view_of,
)
from sekisho.support.recovery.rules import Agreed, Denied, agreement, begins_at
from sekisho.support.recovery.rules.waiting import AFTER_CHANGE
from sekisho.support.recovery.types import ClaimState, ClaimView, Deed, Level, Proof
from sekisho.support.recovery.words import CHANGED, refusal

UNFINISHED = (ClaimState.WAITING.value,)
REASON_CHARS = 1_000


@transaction.atomic
def vote(
    actor: Viewer, claim_id: str, *, is_yes: bool, reason: str, clock: Clock = system_clock
) -> ClaimView:
    """Say what one thinks of a claim, with the reason, which stays in its case. Two people, one who decides about
    identity and one of security, let it go on; one "no" ends it. Again by the same person changes nothing, and what
    somebody said counts while they are who they were.

    That is all the weight there is: where the proof does not reach P3, the same two override, and the log says so.
    Raises `NotFoundError` for who is neither, and `SekishoError`: `own_claim`, `reason_missing`, `claim_ended`,
    `one_change_at_a_time`, `address_taken`.
    """
    now, at = _who(actor, claim_id), clock()
    if not whole(reason.strip(), REASON_CHARS):
        raise refusal("reason_missing")
    row = open_claim(claim_id)
    if row.state != ClaimState.REVIEW:
        raise refusal("claim_ended")
    _say(row, now, is_yes, at)
    record(now.id, "recovery.voted", row.id, is_yes=is_yes)
    casework.note(row, _said(is_yes, reason), f"vote.{now.id}", at, for_staff=True)
    match agreement(standing_votes(row.id)):
        case Agreed():
            _decided(row, at)
        case Denied():
            ended(row, ClaimState.REFUSED, at)
            fail(row, row.network_digest, at)
        case _:
            pass
    return view_of(row)


@transaction.atomic
def stop(claim_id: str, *, clock: Clock = system_clock) -> ClaimView:
    """Stop a change that one did not ask for, by the link in the mail, which the caller has opened. Again it changes
    nothing; what has happened is not undone by it. Raises `SekishoError` (`claim_ended`)."""
    at = clock()
    row = Claim.objects.select_for_update().filter(id=claim_id, wish="").first()
    if row is not None and row.state == ClaimState.STOPPED:
        return view_of(row)
    if row is None or row.state not in (ClaimState.ASKED, ClaimState.REVIEW, ClaimState.WAITING):
        raise refusal("claim_ended")
    ended(row, ClaimState.STOPPED, at)
    fail(row, row.network_digest, at)
    record("system:recovery", "recovery.stopped", row.id)
    return view_of(row)


def complete(at: datetime) -> int:
    """Change the addresses whose time has come; return how many. Each by itself: one that fails keeps no other
    waiting."""
    due = Claim.objects.filter(wish="", state=ClaimState.WAITING.value, begins_at__lte=at)
    return sum(
        _complete(claim_id, at)
        for claim_id in due.order_by("begins_at", "id").values_list("id", flat=True)[:100]
    )


@transaction.atomic
def _complete(claim_id: str, at: datetime) -> bool:
    mine = Claim.objects.filter(id=claim_id, state=ClaimState.WAITING.value)
    if not mine.update(state=ClaimState.DONE.value):  # somebody stopped it, or another worker has it
        return False
    row = Claim.objects.get(id=claim_id)
    try:
        new = unseal(row.contact_sealed, SEALED_FOR)
        old = accounts.readdress(row.person, new, at=at, by="system:recovery")
    except SekishoError:
        ended(row, ClaimState.REFUSED, at)
        return False
    row.ended_at, row.contact_sealed, row.sealed = at, "", ""
    row.done = [Deed.CHANGE_ADDRESS.value]
    row.save()
    rights.put_off(row.person, at + AFTER_CHANGE)
    contacts.changed(row, old, at)
    casework.note(row, CHANGED, "changed", at)
    record(
        "system:recovery", "recovery.done", row.id, deed=Deed.CHANGE_ADDRESS, organisation=row.organisation
    )
    return True


def _who(actor: Viewer, claim_id: str) -> Viewer:
    now = as_of_now(actor)
    claim_for_staff(now, claim_id)
    if is_own(claim_id, now.id):
        raise refusal("own_claim")
    if not (may(now, Permission.STAFF_IDENTITY_DECIDE) or may(now, Permission.STAFF_IDENTITY_OVERRIDE)):
        raise not_found("claim_not_found")
    return now


def _say(row: Claim, who: Viewer, is_yes: bool, at: datetime) -> None:
    """Keep what somebody said, with what they might say it by. The system has no voice here."""
    said = Voice(
        claim=row,
        person=who.id,
        is_yes=is_yes,
        decides=not who.is_system and may(who, Permission.STAFF_IDENTITY_DECIDE),
        overrides=not who.is_system and may(who, Permission.STAFF_IDENTITY_OVERRIDE),
        at=at,
    )
    Voice.objects.bulk_create([said], ignore_conflicts=True)


def _decided(row: Claim, at: datetime) -> None:
    if not row.person:
        raise refusal("claim_ended")
    other = Claim.objects.filter(person=row.person, wish="", state__in=UNFINISHED).exclude(id=row.id)
    if other.exists():
        raise refusal("one_change_at_a_time")
    if accounts.is_taken(unseal(row.contact_sealed, SEALED_FOR), row.person):
        raise refusal("address_taken")
    if Evidence.objects.filter(claim=row).exists():
        add_proof(row, Proof.DOCUMENTS)
    row.state, row.decided_at = ClaimState.WAITING.value, at
    row.begins_at = begins_at(Deed.CHANGE_ADDRESS, at)
    row.save()
    end_evidence(row, at)
    contacts.change_soon(row, at)
    record("system:recovery", "recovery.agreed", row.id, override=level_of_claim(row) < Level.P3)


def _said(is_yes: bool, reason: str) -> Text:
    word = Text("Yes", "承認") if is_yes else Text("No", "不承認")
    return Text(f"{word.en}: {reason}", f"{word.ja}: {reason}")
