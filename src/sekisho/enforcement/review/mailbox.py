"""The safety mailbox: a mail server for one address, whose mails become reports (R-SUP-111).

It stands behind a mail server that faces the world, and speaks LMTP with it, or SMTP. A mail that it takes is stored
before it says so; one that it cannot store is refused for a while, so that the other server keeps it: nothing is lost.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from email.utils import parseaddr
from threading import Event

from django.db import DatabaseError, close_old_connections, transaction

from sekisho.audit.actions import record
from sekisho.base import listening, settings
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.listening import AGAIN_S, ENOUGH, LATER, PASSED, TAKEN, Handler
from sekisho.base.text import Text, as_lang
from sekisho.detection.language import language_of
from sekisho.enforcement.review import letters, marks
from sekisho.enforcement.review.actions.intake import ENCLOSURE_BYTES, ENCLOSURES, TEXT_CHARS, take_report
from sekisho.enforcement.review.models import Receipt
from sekisho.enforcement.review.rules.reporters import Answered, Passed, answer_to
from sekisho.enforcement.review.types import Category, Report, Source

log = logging.getLogger(__name__)


def take_mail(data: bytes, sender: str, clock: Clock = system_clock) -> str:
    """Take in one mail and return what the other server is told. Raises `DatabaseError` when it cannot be stored."""
    letter = letters.read(data, sender, own_domain(), ENCLOSURES, ENCLOSURE_BYTES)
    at, mark = clock(), marks.of_address(letter.envelope.sender)
    with transaction.atomic():
        sent = Receipt.objects.filter(reporter=mark, at__gt=at - timedelta(days=1)).count()
        answer = answer_to(letter.envelope, sent)
        if isinstance(answer, Passed):
            record("system:mailbox", "mail.passed_over", "mailbox", because=answer.because)
            return PASSED
        taken = take_report(_report(letter, mark, answered=isinstance(answer, Answered)), clock)
        if not isinstance(answer, Answered):
            record("system:mailbox", "mail.unanswered", taken.case, because=answer.because)
    return f"{TAKEN} as {taken.reference}"


def own_domain() -> str:
    """Return where the Message-IDs of our own mails end."""
    return parseaddr(settings.text("email_from"))[1].rpartition("@")[2] or "localhost"


def _report(letter: letters.Letter, mark: str, *, answered: bool) -> Report:
    text = f"{letter.subject}\n\n{letter.text}".strip()[:TEXT_CHARS]
    language = language_of(letter.text or letter.subject)
    return Report(
        source=Source.MAIL,
        category=Category.OTHER,
        text=text or f"({letters.UNREAD})",
        reporter=mark,
        language=language,
        address=letter.envelope.sender if answered else "",
        reader=as_lang(letter.language or language),
        enclosures=letter.enclosures,
    )


def _taken(data: bytes, sender: str, clock: Clock) -> str:
    close_old_connections()
    try:
        return take_mail(data, sender, clock)
    except SekishoError as refusal:
        return ENOUGH if refusal.code in ("too_many_reports", "reports_paused") else LATER
    except DatabaseError as problem:
        log.error("mailbox.failed", extra={"problem": type(problem).__name__})
        return LATER
    finally:
        close_old_connections()


def run_mailbox(stop: Event) -> None:
    """Listen where the setting `safety_mailbox_listen` says, until `stop` is set; return at once where it is empty.

    Of several workers on one machine the first listens, and another takes over when it ends.
    """
    address = settings.text("safety_mailbox_listen")
    while address and not stop.is_set():
        try:
            asyncio.run(listening.serve(listen(address), stop))
        except (OSError, SekishoError) as problem:
            log.error("mailbox.failed", extra={"problem": type(problem).__name__})
            stop.wait(AGAIN_S)


async def listen(address: str, clock: Clock = system_clock) -> asyncio.Server:
    """Return a server that listens where `address` says (`lmtp://HOST:PORT` or `smtp://HOST:PORT`).

    Raises `SekishoError` (`mailbox_address_unreadable`), and `OSError` where nothing can listen there.
    """
    mine = settings.text("safety_mailbox_address").casefold()
    handler = Handler(
        lambda to: not mine or to.casefold() == mine, lambda data, sender, _: _taken(data, sender, clock)
    )
    try:
        return await listening.listen(address, handler, settings.integer("safety_mailbox_max_bytes"))
    except ValueError:
        raise SekishoError("mailbox_address_unreadable", _UNREADABLE) from None


_UNREADABLE = Text(
    "The address of the safety mailbox cannot be read. Set SEKISHO_SAFETY_MAILBOX_LISTEN to `lmtp://HOST:PORT` or "
    "`smtp://HOST:PORT`.",
    "安全窓口の受信アドレスを読み取れません。SEKISHO_SAFETY_MAILBOX_LISTEN を `lmtp://HOST:PORT` または "
    "`smtp://HOST:PORT` の形で指定してください。",
)
