"""One pipeline for all that comes in, by listener, IMAP or webhook: read, decided, stored, and only then acknowledged.

bytes ─▶ letter ─▶ way ─┬─ reply by token and sender ─▶ the case (opened again within 14 days)
                        ├─ first letter ─▶ a case at once, or held until its sender confirms it
                        ├─ bounce ─▶ the delivery it concerns, and the address that is none
                        ├─ a machine's echo ─▶ nothing: no case, no answer, no notice
                        └─ anything doubtful ─▶ quarantine, until somebody has looked
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from sekisho.accounts.queries import account_known_by, viewer
from sekisho.audit.actions import record
from sekisho.base import settings
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.listening import PASSED, TAKEN
from sekisho.cases.mail import house, reading
from sekisho.cases.mail.actions.adding import add, language, open_from
from sekisho.cases.mail.actions.bouncing import take_bounce
from sekisho.cases.mail.actions.confirming import ask_sender
from sekisho.cases.mail.actions.keeping import keep_apart, row_of
from sekisho.cases.mail.models import Inbound
from sekisho.cases.mail.rules.addresses import plain, same
from sekisho.cases.mail.rules.caps import A_SENDER_AND_DAY, DAY
from sekisho.cases.mail.rules.deciding import way
from sekisho.cases.mail.rules.verdicts import proof as believed
from sekisho.cases.mail.types import (
    Bouncing,
    Fate,
    Holding,
    Letter,
    Opening,
    Passing,
    Proof,
    Quarantine,
    Road,
    Threading,
)
from sekisho.cases.models import Case, Delivery
from sekisho.cases.queries.rows import reader_of
from sekisho.cases.types import Contact, Queue, Voice


def take_mail(
    raw: bytes,
    sender: str,
    recipient: str,
    *,
    road: Road = Road.LISTENER,
    proof: Proof | None = None,
    clock: Clock = system_clock,
) -> str:
    """Take in one mail and return what the other server is told (RFC 5321, section 4.2).

    `sender` and `recipient` are the envelope's. `proof` is what is believed of who sent it; None reads it from the
    header of the server that the settings trust. The same mail is taken once, however often it comes. Raises
    `DatabaseError` where it cannot be stored: the other server then keeps it.
    """
    at = clock()
    letter = reading.read(raw, sender, house.own_domain())
    if proof is None:
        seen = reading.authentication_results(raw)
        proof = believed(seen, settings.text("support_mail_trusts"), letter.sender)
    row = row_of(raw, letter, recipient, road, proof, at)
    try:
        with transaction.atomic():  # all of it: in one commit with others, what fails here must fail alone
            today = _today(row, at)
            return TAKEN if row.digest in today else _follow(row, raw, letter, recipient, len(today), at)
    except IntegrityError:
        if Inbound.objects.filter(digest=row.digest).exists():  # another road was quicker
            return TAKEN
        raise


def _follow(row: Inbound, raw: bytes, letter: Letter, recipient: str, today: int, at: datetime) -> str:
    found = house.house()
    decided = way(letter, recipient, Proof(row.proof), today, found)
    row.claimed = found.keeper.case_named(recipient)
    match decided:
        case Bouncing(delivery=delivery):
            return take_bounce(row, raw, letter, delivery, at)
        case Passing(because=because):
            return _passed(row, raw, because)
        case Threading(case=case):
            return _threaded(row, raw, letter, case, at)
        case Opening(queue=queue, because=because):
            return _opened(row, raw, letter, Queue(queue), because, at)
        case Holding(queue=queue):
            keep_apart(row, raw, Fate.HELD, "unconfirmed", queue)
            ask_sender(row, language(letter), at)
            return TAKEN
        case Quarantine(because=because):
            return quarantined(row, raw, because, recipient)


def _today(row: Inbound, at: datetime) -> frozenset[str]:
    """Return what was taken in of the sender within a day, by digest, and this mail itself if it was taken before; of
    a sender without end some."""
    known = Q(digest=row.digest)
    if row.mark:
        known |= Q(mark=row.mark, received_at__gt=at - DAY)
    found = Inbound.objects.filter(known).values_list("digest", flat=True)
    return frozenset(found[:A_SENDER_AND_DAY])


def _passed(row: Inbound, raw: bytes, because: str) -> str:
    keep_apart(row, raw, Fate.PASSED_OVER, because, Queue.SUPPORT.value)
    record("system:mail", "mail.passed_over", row.id, because=because)
    return PASSED


def quarantined(row: Inbound, raw: bytes, because: str, recipient: str = "") -> str:
    """Let the mail wait until somebody of the queue that it seems to be for has looked."""
    claimed = Case.objects.filter(id=row.claimed).values_list("queue", flat=True).first()
    row.claimed = row.claimed if claimed else ""
    mailbox = house.house().mailboxes.get(plain(recipient), "")
    keep_apart(row, raw, Fate.QUARANTINED, because, claimed or mailbox or Queue.SUPPORT.value)
    record("system:mail", "mail.quarantined", row.id, because=because)
    return TAKEN


def _threaded(row: Inbound, raw: bytes, letter: Letter, case_id: str, at: datetime) -> str:
    case = Case.objects.filter(id=case_id).first()
    if case is None:
        return quarantined(row, raw, "wrong_token")
    if (speaker := _speaker(case, letter.sender)) is None:
        return quarantined(row, raw, "wrong_sender")
    voice, by = speaker
    try:
        with transaction.atomic():
            add(row, raw, letter, case, voice, by, Fate.THREADED, at)
    except SekishoError:  # its words were destroyed, or it takes nothing more
        return quarantined(row, raw, "case_over")
    return TAKEN


def _speaker(case: Case, sender: str) -> tuple[Voice, str] | None:
    """Return as whom somebody replies whose token and address match; None for who spoke for the organisation when they
    got the mail, and does so no more (R-SUP-053)."""
    if same(case.email, sender):
        return Voice.REQUESTER, case.requester
    person = _written_to(case, sender)
    if person in ("", case.requester):
        return Voice.REQUESTER, person
    return (Voice.SPONSOR, person) if reader_of(viewer(person), case).speaks else None


def _written_to(case: Case, address: str) -> str:
    """Return whom we wrote to at this address about the case; empty for somebody who was named as a contact alone."""
    sent = Delivery.objects.filter(case=case, email=plain(address)).order_by("-id")
    for person in sent.values_list("person", flat=True)[:1]:
        return person
    known = account_known_by(plain(address))
    return known.person if known else ""


def _opened(row: Inbound, raw: bytes, letter: Letter, queue: Queue, because: str, at: datetime) -> str:
    contact = Contact(plain(letter.sender), False, language(letter))
    case = open_from(row, raw, letter, queue, contact, at)
    record("system:mail", "mail.opened", row.id, case=case, because=because)
    return TAKEN
