"""Withdraw from a contract: it counts when it is sent, and is acknowledged at once (CRD, Article 11a)."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict
from datetime import datetime, timedelta

from django.core.mail.message import EmailMessage
from django.db import transaction
from django.db.models import F

from sekisho.accounts.types import system
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, fixed_clock, system_clock
from sekisho.base.ids import ALPHABET, new_id
from sekisho.base.text import Lang, as_lang
from sekisho.cases import actions as cases
from sekisho.cases.types import Contact, Kind, Opening, Queue, Reach, Voice
from sekisho.notices.links import Purpose, token
from sekisho.support.recovery import keys, vault
from sekisho.support.recovery.actions.counting import DAY
from sekisho.support.recovery.mail import letter, place
from sekisho.support.recovery.models import Withdrawal
from sekisho.support.recovery.queries.withdrawals import withdrawal
from sekisho.support.recovery.rules import harmless, payout, repay_by
from sekisho.support.recovery.rules.withdrawals import A_DAY
from sekisho.support.recovery.types import Statement, WithdrawalView
from sekisho.support.recovery.words import WITHDRAWAL_CASE, WITHDRAWN, WITHDRAWN_SUBJECT, refusal
from sekisho.support.types import Surface

LINK_LIVES = timedelta(days=395)
"""As long as the withdrawal is kept."""
FROM_NETWORK_A_DAY = 50
"""Source: our policy; an office behind one address sends less."""
DUTY, REGIME = "crd_reimbursement", "crd"
SYSTEM = system("recovery")


def withdraw(
    statement: Statement, peer: str, *, language: Lang, clock: Clock = system_clock
) -> WithdrawalView:
    """Take a withdrawal in and return it. Whoever sends it: who they are is asked, if at all, before money goes
    elsewhere.

    It is a case at the desk of billing with the clock of Article 13(1), and is acknowledged by mail, once. A contact
    that was named often today gets no more mail, and the withdrawal counts all the same: nobody blocks another's by
    naming them. Raises `SekishoError` (`too_often`) for a network that sends more than a network does.
    """
    at = clock()
    key = keys.digest_key(at)
    contact, network = keys.of_address(key, statement.contact), keys.of_network(key, peer)
    lately = Withdrawal.objects.filter(at__gt=at - DAY)
    if lately.filter(network=network).count() >= FROM_NETWORK_A_DAY:
        raise refusal("too_often")
    mailed = lately.filter(contact=contact).count() < A_DAY
    made = Withdrawal(
        id=new_id("wdr"), reference=_reference(), network=network, contact=contact, language=language, at=at,
        repay_by=repay_by(at), due_at=at if mailed else None,
    )  # fmt: skip
    sealed = vault.key_for(made.id, at)
    made.key = sealed.id
    made.statement = vault.shut(sealed, made.id, "statement", json.dumps(asdict(statement)).encode())
    with transaction.atomic():
        made.save(force_insert=True)
        record("public", "withdrawal.received", made.id)
        made.case = _case(made, statement, language, at)
        made.save(update_fields=["case"])
    return withdrawal(made.id)


def contact_is_read(withdrawal_id: str, *, clock: Clock = system_clock) -> None:
    """Take it that whoever withdrew reads the contact: they opened the link in the mail. From now on answers go
    there."""
    found = withdrawal(withdrawal_id)
    if found.case and found.statement.contact:
        contact = Contact(found.statement.contact, is_proven=True, language=found.language)
        cases.set_contact(SYSTEM, found.case, contact, clock=clock)
        record("public", "withdrawal.contact_confirmed", withdrawal_id)


def take_withdrawal(at: datetime, lease: timedelta) -> Withdrawal | None:
    """Take the withdrawal that waits longest for its acknowledgement, by compare-and-set."""
    due = Withdrawal.objects.filter(due_at__lte=at)
    while (found := due.order_by("due_at", "id").values("id", "due_at").first()) is not None:
        if due.filter(**found).update(due_at=at + lease, tries=F("tries") + 1):
            return Withdrawal.objects.get(id=found["id"])
    return None


def acknowledgement(row: Withdrawal) -> EmailMessage:
    """Return the mail that acknowledges it: content, date and time. What a stranger wrote is in it only as words that
    make no link; whole, it stands on the page."""
    found, lang = withdrawal(row.id), as_lang(row.language)
    link = token(Purpose.WITHDRAWAL_CONTACT, row.id, row.at + LINK_LIVES)
    words = WITHDRAWN.format(
        at=f"{row.at:%Y-%m-%d %H:%M:%S}",
        reference=row.reference,
        name=harmless(found.statement.name),
        contract=harmless(found.statement.contract),
        repay_by=f"{row.repay_by:%Y-%m-%d}",
    )
    body = type(words)(*(f"{each}\n{place()}/withdraw/{link}" for each in (words.en, words.ja)))
    subject = WITHDRAWN_SUBJECT.format(reference=row.reference)
    return letter(found.statement.contact, subject, body, lang, row.id)


def acknowledged(withdrawal_id: str) -> None:
    Withdrawal.objects.filter(id=withdrawal_id).update(due_at=None)


def not_acknowledged(row: Withdrawal, at: datetime) -> None:
    again = at + timedelta(seconds=30 * 2 ** min(row.tries, 8))
    Withdrawal.objects.filter(id=row.id).update(due_at=again if row.tries < 12 else None)


def _case(row: Withdrawal, statement: Statement, language: Lang, at: datetime) -> str:
    """Open its case, with what a doubt about the sender may hold back and what not. No mail goes from there before the
    contact is proven: the acknowledgement is the one."""
    said = f"{statement.name}\n{statement.contract}\n{statement.contact}"
    opened = cases.open_case(
        Opening(
            kind=Kind.SUPPORT,
            queue=Queue.BILLING,
            submission=row.id,
            subject=WITHDRAWAL_CASE.in_(language),
            text=said,
            contact=Contact("", is_proven=False, language=language),
            surface=Surface.HELP_CENTRE.value,
            issue="withdrawal",
            about=row.id,
        ),
        clock=fixed_clock(at),
    )
    _, held = payout(is_doubted=True, is_same_method=False)
    cases.write(
        SYSTEM, opened.id, Voice.SYSTEM, held.in_(language), reach=Reach.STAFF, submission=f"{row.id}.payout",
        clock=fixed_clock(at),
    )  # fmt: skip
    cases.start_clock(opened.id, DUTY, at, row.repay_by, regime=REGIME, by="system:recovery")
    return opened.id


def _reference() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8)).upper()
    return f"W-{letters[:4]}-{letters[4:]}"
