"""The worker's half: find the account, draw the code, mail it. Nobody outside sees how long that takes."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.core.mail.message import EmailMessage
from django.db import transaction
from django.db.models import F

from sekisho.accounts.queries import account_known_by
from sekisho.accounts.sealing import seal, unseal
from sekisho.accounts.types import KnownAccount
from sekisho.audit.actions import record
from sekisho.base.text import Lang, as_lang
from sekisho.notices.actions import tell
from sekisho.notices.types import Person
from sekisho.support.recovery import keys
from sekisho.support.recovery.actions import casework, contacts
from sekisho.support.recovery.actions.beginning import SEALED_FOR
from sekisho.support.recovery.actions.counting import fail, locked_until
from sekisho.support.recovery.actions.proving import add_proof, knows_payment
from sekisho.support.recovery.actions.second import uses_recovery_code
from sekisho.support.recovery.mail import letter, place
from sekisho.support.recovery.models import Claim, Lock
from sekisho.support.recovery.rules import codes
from sekisho.support.recovery.rules.locks import CODE_LIVES
from sekisho.support.recovery.types import ClaimState, PaymentSaid, Proof
from sekisho.support.recovery.words import CODE, CODE_SUBJECT, LOCKED, LOCKED_SUBJECT

LEASE = timedelta(seconds=60)
"""How long a worker has for a claim that it took; whoever falls leaves it due again."""
MOST_TRIES = 5
GIVES_UP_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a claim needs done outside of the transaction: a mail, or nothing."""

    claim: str
    mail: EmailMessage | None = field(repr=False)


def take(at: datetime) -> Claim | None:
    """Take the claim that is due longest, by compare-and-set: of two workers, one gets it."""
    due = Claim.objects.filter(due_at__lte=at)
    while (found := due.order_by("due_at", "id").values("id", "due_at").first()) is not None:
        if due.filter(**found).update(due_at=at + LEASE, tries=F("tries") + 1):
            return Claim.objects.get(id=found["id"])
    return None


@transaction.atomic
def prepare(row: Claim, at: datetime) -> Prepared:
    """Do what the claim waits for, and return the mail that is to go out. A code is drawn anew each time: it is kept as
    a digest, and so cannot be sent twice."""
    if row.state == ClaimState.REVIEW:
        _examine(row, at)
        return Prepared(row.id, None)
    said = json.loads(unseal(row.sealed, SEALED_FOR)) if row.sealed else {}
    account = account_known_by(said.get("address", ""))
    code, key = codes.code_from(os.urandom(16)), keys.digest_key(at)
    row.person = account.person if account else ""
    row.organisation = account.organisation if account else ""
    row.contact_sealed = seal(said["contact"], SEALED_FOR) if said.get("contact") else ""
    row.code_digest, row.code_until = codes.digest(key, row.id, code), at + CODE_LIVES
    row.save(update_fields=["person", "organisation", "contact_sealed", "code_digest", "code_until"])
    to, lang = _to(row, account, said.get("contact", ""))
    return Prepared(row.id, _code_mail(row, to, lang, code) if to else None)


def sent(claim_id: str) -> None:
    """Note that a claim has what it waited for. What was typed is forgotten, unless people have to look at it."""
    row = Claim.objects.filter(id=claim_id).first()
    if row is None:
        return
    keeps = not row.wish and row.state == ClaimState.ASKED
    Claim.objects.filter(id=claim_id).update(due_at=None, sealed=row.sealed if keeps else "")


def failed(row: Claim, at: datetime) -> None:
    """Try again later, or give up: whoever asked begins anew."""
    over = row.tries >= MOST_TRIES
    again = None if over else at + timedelta(seconds=5 * 2**row.tries)
    Claim.objects.filter(id=row.id).update(due_at=again, **({"sealed": ""} if over else {}))


@transaction.atomic
def tell_locked(at: datetime) -> int:
    """Tell accounts that the flow was locked for them (R-SUP-096); return how many there were."""
    told = 0
    for lock in Lock.objects.select_for_update().filter(is_told=False).order_by("id")[:100]:
        if Lock.objects.filter(id=lock.pk, is_told=False).update(is_told=True):
            told += _tell_locked(lock, at)
    return told


def _tell_locked(lock: Lock, at: datetime) -> int:
    people = Claim.objects.filter(named_digest=lock.who).exclude(person="").values_list("person", flat=True)
    until = f"{locked_until(lock.at):%Y-%m-%d %H:%M}"
    for person in sorted(set(people)):
        words = LOCKED.format(until=until)
        key = f"recovery.locked.{lock.pk}"
        tell(Person(person), "recovery_locked", f"lock {lock.pk}", LOCKED_SUBJECT, words, key=key, at=at)
    return len(set(people))


def _to(row: Claim, account: KnownAccount | None, contact: str) -> tuple[str, Lang]:
    """Where the code goes: for a lost mailbox to the new address, account or not; else to the address on file as it is
    kept, and never as it was typed: what a database takes for equal, a mail server need not."""
    if not row.wish:
        return contact, as_lang(row.language)
    return casework.address_on_file(row), account.language if account else as_lang(row.language)


def _code_mail(row: Claim, to: str, lang: Lang, code: str) -> EmailMessage:
    words = CODE.format(place=f"{place()}/help/locked-out", code=codes.spaced(code))
    return letter(to, CODE_SUBJECT, words, lang, f"{row.id}.{row.tries}")


def _examine(row: Claim, at: datetime) -> None:
    """Look at what was said besides the address, once the new one was shown to be read; and tell everybody
    concerned. What is wrong counts where there is no account too: else a lock would tell that there is one."""
    said = json.loads(unseal(row.sealed, SEALED_FOR)) if row.sealed else {}
    if not said:
        return
    pay = said.get("payment", {})
    day = date.fromisoformat(pay["day"]) if pay.get("day") else None
    payment = PaymentSaid(pay.get("amount", ""), day, pay.get("last_four", ""), pay.get("invoice", ""))
    if payment != PaymentSaid():
        _either(row, Proof.PAYMENT, knows_payment(keys.digest_key(at), row.organisation, payment), at)
    if said.get("recovery_code"):
        _either(row, Proof.RECOVERY_CODE, uses_recovery_code(row.person, said["recovery_code"]), at)
    if row.person:
        contacts.change_asked(row, at)


def _either(row: Claim, proof: Proof, is_right: bool, at: datetime) -> None:
    if is_right:
        add_proof(row, proof)
        record("system:recovery", "recovery.proven", row.id, proof=proof)
    else:
        fail(row, row.network_digest, at)
