"""What goes out: taken one by one, handed to the mail server over one connection, and marked.

    created ──taken (lease)──▶ sending ──handed over──▶ delivered ──a bounce──▶ temporary- or permanent-failure
                ▲                  │ not now, or nobody there
                └── temporary-failure ◀┘

Nothing is lost: what was taken and not marked is due again when its lease ends. That the server took it is said in a
file at once (`accepted`), and only then in the database; so a worker that is killed in between leaves word. What
remains is the instant in which the server has the mail and we do not know it yet (RFC 1047): the mail is then sent once
more, under the same Message-ID, by which mail systems know it as one. One a death, at most.
"""

from __future__ import annotations

import re
import smtplib
from datetime import datetime, timedelta
from threading import Event

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q

from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.cases.mail import accepted
from sekisho.cases.mail.actions.bouncing import mark_undeliverable
from sekisho.cases.mail.composing import UnsendableError, compose, is_automatic, message_id
from sekisho.cases.mail.models import Pause, Undeliverable
from sekisho.cases.mail.rules.addresses import domain_of, is_sendable
from sekisho.cases.mail.rules.bounces import Force, code_of, force
from sekisho.cases.mail.rules.caps import ANSWERED_A_SITE_AND_HOUR, DAY, HOUR, Earlier, may_go
from sekisho.cases.mail.types import Bounce
from sekisho.cases.models import Delivery
from sekisho.cases.types import DeliveryKind, DeliveryStatus, Voice
from sekisho.notices.rules import LEASE, after_failure
from sekisho.notices.types import Later

_WAITING = (
    DeliveryStatus.CREATED.value,
    DeliveryStatus.SENDING.value,
    DeliveryStatus.TEMPORARY_FAILURE.value,
)
_COUNTED = (
    DeliveryStatus.SENDING.value,
    DeliveryStatus.DELIVERED.value,
    DeliveryStatus.TEMPORARY_FAILURE.value,
)
"""What counts as having gone to an address: also what is on its way."""
_AUTOMATIC = ~Q(kind=DeliveryKind.REPLY.value) | Q(message__voice__in=[Voice.SYSTEM.value, Voice.BOT.value])
lease: timedelta = LEASE
"""How long one mail is left to the worker that took it."""


def send_due(clock: Clock = system_clock, stop: Event | None = None) -> int:
    """Send what is due, until `stop` is set, and return how many mails the server took. For any number of workers."""
    connection, taken = get_connection(), 0
    try:
        while not (stop and stop.is_set()) and (delivery := claim(clock())):
            status, code = _sent(connection, delivery, clock())
            note(delivery, status, code, clock())
            accepted.unsay()
            taken += status is DeliveryStatus.DELIVERED
    finally:
        connection.close()
    return taken


def claim(at: datetime) -> Delivery | None:
    """Take the mail that is due longest, by compare-and-set: of two workers, one gets it. None while nothing is due, or
    while mail is paused."""
    if Pause.objects.filter(is_on=True).exists():
        return None
    due = Delivery.objects.filter(
        Q(next_at=None) | Q(next_at__lte=at),
        Q(claimed_until=None) | Q(claimed_until__lte=at),
        status__in=_WAITING,
    )
    while (found := due.order_by("id").values("id", "attempts", "status").first()) is not None:
        if found["status"] == DeliveryStatus.SENDING.value and settle(at):
            continue  # who had it may have died after the server took it
        taken = due.filter(**found).update(
            status=DeliveryStatus.SENDING.value,
            attempts=F("attempts") + 1,
            claimed_until=at + lease,
            mail_id=message_id(found["id"]),
        )
        if taken:
            return Delivery.objects.select_related("case", "message").get(id=found["id"])
    return None


def settle(at: datetime) -> int:
    """Mark what workers of this machine had handed over when they died, and return how many mails those were."""
    left = accepted.left_by_the_dead()
    held = Delivery.objects.filter(id__in=left, status=DeliveryStatus.SENDING.value)
    marked = (
        held.update(status=DeliveryStatus.DELIVERED.value, status_at=at, claimed_until=None) if left else 0
    )
    accepted.bury()
    return marked


def note(delivery: Delivery, status: DeliveryStatus, code: str, at: datetime) -> None:
    """Write down what became of a mail that this worker has taken. Where another has taken it over since, a failure
    says nothing any more; that it was sent is true all the same. A bounce that was quicker than we stands."""
    mine = Delivery.objects.filter(id=delivery.id, status=DeliveryStatus.SENDING.value)
    if status is not DeliveryStatus.DELIVERED:
        mine = mine.filter(attempts=delivery.attempts)
    next_at = None
    if status is DeliveryStatus.TEMPORARY_FAILURE:
        match after_failure(delivery.attempts, at):
            case Later(at=again):
                next_at = again
            case _:
                status = DeliveryStatus.PERMANENT_FAILURE
    with transaction.atomic():
        held = mine.update(status=status.value, code=code, status_at=at, next_at=next_at, claimed_until=None)
        is_over = status in (DeliveryStatus.PERMANENT_FAILURE, DeliveryStatus.TECHNICAL_FAILURE)
        if held and is_over:
            record("system:mail", "mail.given_up", delivery.case_id, delivery=delivery.id, code=code)


def _sent(connection: BaseEmailBackend, delivery: Delivery, at: datetime) -> tuple[DeliveryStatus, str]:
    """Hand one mail over. Whatever goes wrong with it keeps no other waiting."""
    if code := _why_not(delivery, at):
        permanent = code in ("undeliverable", "bad_address")
        return (DeliveryStatus.PERMANENT_FAILURE if permanent else DeliveryStatus.TECHNICAL_FAILURE), code
    try:
        mail = compose(delivery)
    except UnsendableError as refusal:
        return DeliveryStatus.TECHNICAL_FAILURE, str(refusal)
    try:
        connection.open()  # opened here, it stays open for the mails after this one
        connection.send_messages([mail])
        accepted.say(delivery.id)
    except Exception as problem:
        connection.close()  # what stands after a failure is not known; the next mail opens a fresh one
        return _after(delivery, problem, at)
    return DeliveryStatus.DELIVERED, ""


def _why_not(delivery: Delivery, at: datetime) -> str:
    """Return why this mail is not to go out at all, in a word; empty for none."""
    if not is_sendable(delivery.email):
        return "bad_address"
    if Undeliverable.objects.filter(email=delivery.email).exists():
        return "undeliverable"
    often = is_automatic(delivery) and not (_may_go(delivery, at) and _site_may(delivery, at))
    return "too_often" if often else ""


def _site_may(delivery: Delivery, at: datetime) -> bool:
    """Return whether one more letter of the sender's domain is answered with the fixed words and a link: whoever forges
    a thousand of them shall not make us write to it a thousand times (R-SUP-078)."""
    if delivery.kind != DeliveryKind.CONFIRM_CONTACT.value:
        return True
    site = f"@{domain_of(delivery.email)}"
    same = Delivery.objects.filter(kind=delivery.kind, email__endswith=site, id__lt=delivery.id)
    recent = same.filter(status__in=_COUNTED, status_at__gt=at - HOUR)
    return recent.count() < ANSWERED_A_SITE_AND_HOUR


def _may_go(delivery: Delivery, at: datetime) -> bool:
    """Return whether the address may get one more automatic message (R-SUP-077). Those before it count also while they
    are on their way: so of two workers with one each, the later steps back."""
    others = Delivery.objects.filter(
        _AUTOMATIC, email=delivery.email, status__in=_COUNTED, id__lt=delivery.id
    )
    recent = others.filter(Q(status_at__gt=at - DAY) | Q(claimed_until__gt=at))
    earlier = [Earlier(case, sent or at) for case, sent in recent.values_list("case_id", "status_at")]
    return may_go(delivery.case_id, earlier, at)


def _after(delivery: Delivery, problem: Exception, at: datetime) -> tuple[DeliveryStatus, str]:
    """Return what a failure means. The server's words are looked at for a status, and kept nowhere."""
    code, said = _answer(problem)
    found = re.search(r"\b[245]\.\d{1,3}\.\d{1,3}\b", said)
    status = found[0] if found else f"{code // 100}.0.0" if code else ""
    refused = isinstance(problem, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
    match force((Bounce(status, "failed"),)) if refused else Force.SOFT:
        case Force.HARD:
            mark_undeliverable(delivery, code_of(status), at)
            return DeliveryStatus.PERMANENT_FAILURE, code_of(status)
        case Force.REFUSED if code_of(status) and not status.endswith(".0.0"):
            return DeliveryStatus.PERMANENT_FAILURE, code_of(status)
    return DeliveryStatus.TEMPORARY_FAILURE, code_of(status) or type(problem).__name__[:40]


def _answer(problem: Exception) -> tuple[int, str]:
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(problem.recipients.values()), (0, b""))
    else:
        code, said = getattr(problem, "smtp_code", 0), getattr(problem, "smtp_error", b"")
    return code, said.decode("ascii", "replace") if isinstance(said, bytes) else str(said)
