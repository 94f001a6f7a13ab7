"""The post: mails that are due are taken one by one, handed to the mail server over one connection, and marked.

    tell ──commit──▶ waiting ──taken (lease)──▶ handed over ──▶ sent
                        ▲                          │ refused, or nobody there: tried again later
                        └──────────────────────────┤
                                                   └ no such address, or tried too often ──▶ given_up

Between "handed over" and "sent" lies an instant in which a worker may die. The mail is then posted once more when the
lease ends: at most one more for each such death, and under the same Message-ID, by which mail systems know it as one.
"""

from __future__ import annotations

import logging
import re
import smtplib
from datetime import datetime
from threading import Event

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import close_old_connections, connections, transaction
from django.db.models import F

from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.notices.mail import letter
from sekisho.notices.models import Delivery
from sekisho.notices.rules import LEASE, after_failure
from sekisho.notices.types import GivenUp, Later, Sent, Stage

log = logging.getLogger(__name__)

_NO_SUCH_ADDRESS = re.compile(rb"5\.1\.\d")
LOOK_EVERY_S = 2.0
"""Seconds between two looks into an empty outbox."""


def run_post(stop: Event) -> None:
    """Post until `stop` is set. Beside the other duties, in a thread of its own: a mail server that keeps us waiting
    keeps neither a suspension nor what gateways wrote waiting. Failures are logged and tried again."""
    try:
        while not stop.wait(LOOK_EVERY_S):
            try:
                close_old_connections()
                post_due(stop=stop)
            except Exception as problem:
                log.error("worker.failed", extra={"problem": type(problem).__name__})
    finally:
        connections.close_all()


def post_due(clock: Clock = system_clock, stop: Event | None = None) -> int:
    """Post what is due, until `stop` is set, and return how many mails the server took. For any number of workers at
    once."""
    connection, taken = get_connection(), 0
    try:
        while not (stop and stop.is_set()) and (mail := _take(clock())):
            outcome = _post(connection, mail, clock)
            _mark(mail, outcome, clock())
            taken += isinstance(outcome, Sent)
    finally:
        connection.close()
    return taken


def _take(at: datetime) -> Delivery | None:
    """Take the mail that is due longest, by compare-and-set: of two workers, one gets it."""
    waiting = Delivery.objects.filter(stage=Stage.WAITING.value, due_at__lte=at)
    while (found := waiting.order_by("due_at", "id").values("id", "due_at").first()) is not None:
        if waiting.filter(**found).update(due_at=at + LEASE, tries=F("tries") + 1):
            return Delivery.objects.select_related("notice").get(id=found["id"])
    return None


def _post(connection: BaseEmailBackend, mail: Delivery, clock: Clock) -> Sent | Later | GivenUp:
    """Hand one mail over. Whatever goes wrong with it keeps no other waiting."""
    try:
        connection.open()  # opened here, it stays open for the mails after this one
        connection.send_messages([letter(mail)])
    except Exception as problem:
        connection.close()  # what stands after a failure is not known; the next mail opens a fresh one
        mail.problem = _name(problem)
        return after_failure(mail.tries, clock(), for_good=_is_for_good(problem))
    return Sent()


@transaction.atomic
def _mark(mail: Delivery, outcome: Sent | Later | GivenUp, at: datetime) -> None:
    """Write down what became of a mail that this worker has taken. Where another has taken it over since, a failure
    says nothing any more; that it was sent is true all the same."""
    waiting = Delivery.objects.filter(id=mail.id, stage=Stage.WAITING.value)
    held = waiting.filter(tries=mail.tries)
    match outcome:
        case Sent():
            waiting.update(stage=Stage.SENT.value, done_at=at, problem="")
        case Later(at=again):
            held.update(due_at=again, problem=mail.problem)
            log.warning("mail.failed", extra=_facts(mail))
        case GivenUp(because=because):
            if not held.update(stage=Stage.GIVEN_UP.value, done_at=at, problem=mail.problem):
                return
            record("system:notices", "notice.undelivered", mail.notice_id, mail=mail.id, because=because)
            log.error("notice.undelivered", extra=_facts(mail))


def _is_for_good(problem: Exception) -> bool:
    """Whether the server says that the reader's address is none (enhanced status 5.1.x, RFC 3463, section 3.2).

    Any other refusal may be ours to put right, such as a server that does not relay for us: it is asked again.
    """
    if not isinstance(problem, smtplib.SMTPRecipientsRefused):
        return False
    return all(_NO_SUCH_ADDRESS.match(_bytes(said)) for _, said in problem.recipients.values())


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()


def _facts(mail: Delivery) -> dict[str, object]:
    return {"problem": mail.problem.partition(" ")[0], "count": mail.tries}


def _name(problem: Exception) -> str:
    code = getattr(problem, "smtp_code", None)
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        code = next(iter(code for code, _ in problem.recipients.values()), None)
    return f"{type(problem).__name__} {code}" if code else type(problem).__name__
