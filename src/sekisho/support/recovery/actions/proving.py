"""Show that the account is one's own: the code, and the facts of a payment."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts.sealing import unseal
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.support.recovery import keys
from sekisho.support.recovery.actions import casework
from sekisho.support.recovery.actions.beginning import SEALED_FOR
from sekisho.support.recovery.actions.counting import fail, not_locked, succeed
from sekisho.support.recovery.models import Claim, Payment
from sekisho.support.recovery.rules import codes, payments
from sekisho.support.recovery.types import ClaimState, PaymentSaid, Proof
from sekisho.support.recovery.words import refusal


def enter_code(claim_id: str, said: str, peer: str, *, clock: Clock = system_clock) -> bool:
    """Take a code in; return whether it was the right one. It is used up by that.

    The same statements for a claim to which no code was ever sent. Raises `SekishoError` (`locked`).
    """
    at = clock()
    with transaction.atomic():
        row = Claim.objects.select_for_update().filter(id=claim_id).first()
        if row is None:
            raise refusal("claim_ended")
        key = keys.digest_key(at)
        network = keys.of_network(key, peer)
        not_locked(row.named_digest, network, at)
        if not _is_right(key, row, said, at):
            fail(row, network, at)
            return False
        _proven(row, at)
    return True


def say_payment(claim_id: str, said: PaymentSaid, peer: str, *, clock: Clock = system_clock) -> bool:
    """Take in what somebody says of a payment; return whether it is so. For a claim that P1 has been shown for, by the
    browser that showed it. Raises `SekishoError`: `locked`, `claim_ended`."""
    at = clock()
    with transaction.atomic():
        row = open_claim(claim_id)
        key = keys.digest_key(at)
        network = keys.of_network(key, peer)
        not_locked(row.named_digest, network, at)
        if not knows_payment(key, row.organisation, said):
            fail(row, network, at)
            return False
        add_proof(row, Proof.PAYMENT)
        succeed(row)
        record("system:recovery", "recovery.proven", row.id, proof=Proof.PAYMENT)
    return True


def open_claim(claim_id: str) -> Claim:
    """Return the row of a claim that somebody has shown something for, and that has not ended. Raises `SekishoError`
    (`claim_ended`)."""
    row = Claim.objects.select_for_update().filter(id=claim_id).first()
    if row is None or row.state not in (ClaimState.PROVEN, ClaimState.REVIEW, ClaimState.WAITING):
        raise refusal("claim_ended")
    return row


def knows_payment(key: bytes, organisation: str, said: PaymentSaid) -> bool:
    """Return whether what is said is that of one payment of the account."""
    rows = Payment.objects.filter(organisation=organisation).values_list("set_digest", "invoice_digest")
    kept = [digest for pair in rows for digest in pair if digest]
    return payments.knows(payments.candidates(key, organisation, said), kept)


def add_proof(row: Claim, proof: Proof) -> None:
    row.proofs = sorted({*row.proofs, proof.value})
    row.save(update_fields=["proofs"])


def _is_right(key: bytes, row: Claim, said: str, at: datetime) -> bool:
    """Compare first, whatever else is wrong; then use the code up, by compare-and-set: of two at once one succeeds."""
    matches = codes.is_right(key, row.id, said, row.code_digest)
    in_time = row.code_until is not None and at < row.code_until
    mine = Claim.objects.filter(id=row.id, state=ClaimState.ASKED.value, code_digest=row.code_digest)
    return bool(matches and in_time and mine.update(code_digest=""))


def _proven(row: Claim, at: datetime) -> None:
    row.code_digest, row.tries = "", 0
    if row.wish:
        succeed(row)
        row.state, row.proofs = ClaimState.PROVEN.value, [Proof.CODE.value]
        contact = casework.address_on_file(row)
    else:
        # the code went to the new address: it shows that this is read, and nothing of the account
        row.state, row.due_at = ClaimState.REVIEW.value, at
        contact = unseal(row.contact_sealed, SEALED_FOR)
    row.save()
    record("system:recovery", "recovery.proven", row.id, proof=Proof.CODE, wish=row.wish)
    casework.open_case(row, contact, at)
