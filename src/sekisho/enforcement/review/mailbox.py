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
from typing import Final
from urllib.parse import urlsplit

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import DatabaseError, close_old_connections, transaction

from sekisho.audit.actions import record
from sekisho.base import settings
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text, as_lang
from sekisho.detection.language import language_of
from sekisho.enforcement.review import letters, marks
from sekisho.enforcement.review.actions.intake import ENCLOSURE_BYTES, ENCLOSURES, TEXT_CHARS, take_report
from sekisho.enforcement.review.models import Receipt
from sekisho.enforcement.review.rules.reporters import Answered, Passed, answer_to
from sekisho.enforcement.review.types import Category, Report, Source

log = logging.getLogger(__name__)

TAKEN: Final = "250 2.0.0 Taken in"
PASSED: Final = "250 2.0.0 Passed over"
LATER: Final = "451 4.3.0 Not stored; please try again later"
NOT_OURS: Final = "550 5.1.1 No such mailbox here"
ONE: Final = "452 4.5.3 One recipient at a time"
ENOUGH: Final = "452 4.7.1 Enough for today; please try again tomorrow"
"""Replies of the mailbox (RFC 5321, section 4.2; enhanced codes of RFC 3463)."""
AGAIN_S: Final = 15.0
GLANCE_S: Final = 0.2
"""Seconds between two tries to listen, and between two looks whether to stop."""
NO_AUTH: Final = ("LOGIN", "PLAIN")
"""Nobody signs in here: nothing is relayed."""
IDLE_S: Final = 60
"""Seconds after which a silent connection is closed."""


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


class Handler:
    """What the mail server asks of us, in the order of the conversation."""

    def __init__(self, address: str, clock: Clock = system_clock) -> None:
        self._address, self._clock = address.casefold(), clock

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names its hooks after the commands
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._address and parseaddr(address)[1].casefold() != self._address:
            return NOT_OURS
        if envelope.rcpt_tos:
            return ONE
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        data = envelope.content
        raw = data if isinstance(data, bytes) else (data or "").encode("utf-8", "surrogateescape")
        return await asyncio.to_thread(self._taken, raw, envelope.mail_from or "")

    def _taken(self, data: bytes, sender: str) -> str:
        close_old_connections()
        try:
            return take_mail(data, sender, self._clock)
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
            asyncio.run(_serve(address, stop))
        except (OSError, SekishoError) as problem:
            log.error("mailbox.failed", extra={"problem": type(problem).__name__})
            stop.wait(AGAIN_S)


async def _serve(address: str, stop: Event) -> None:
    async with await listen(address):
        while not stop.is_set():
            await asyncio.sleep(GLANCE_S)


async def listen(address: str, clock: Clock = system_clock) -> asyncio.Server:
    """Return a server that listens where `address` says (`lmtp://HOST:PORT` or `smtp://HOST:PORT`).

    Raises `SekishoError` (`mailbox_address_unreadable`), and `OSError` where nothing can listen there.
    """
    parts = urlsplit(address)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if parts.scheme not in ("lmtp", "smtp") or not host or port is None:
        raise SekishoError("mailbox_address_unreadable", _UNREADABLE)
    speaks = LMTP if parts.scheme == "lmtp" else SMTP
    handler = Handler(settings.text("safety_mailbox_address"), clock)
    most = settings.integer("safety_mailbox_max_bytes")
    logging.getLogger("mail.log").setLevel(
        logging.WARNING
    )  # at its usual level it would write who writes to us
    return await asyncio.get_running_loop().create_server(
        lambda: speaks(handler, data_size_limit=most, ident="Sekisho", timeout=IDLE_S, enable_SMTPUTF8=True),
        host,
        port,
    )


_UNREADABLE = Text(
    "The address of the safety mailbox cannot be read. Set SEKISHO_SAFETY_MAILBOX_LISTEN to `lmtp://HOST:PORT` or "
    "`smtp://HOST:PORT`.",
    "安全窓口の受信アドレスを読み取れません。SEKISHO_SAFETY_MAILBOX_LISTEN を `lmtp://HOST:PORT` または "
    "`smtp://HOST:PORT` の形で指定してください。",
)
