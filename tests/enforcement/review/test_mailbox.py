"""The safety mailbox against real exchanges of mail: both ways, with echoes, floods and faults."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage, Message
from typing import Any, TypeVar

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import DatabaseError
from django.test import override_settings

from sekisho.accounts.types import system
from sekisho.audit import queries as audit
from sekisho.base.errors import SekishoError
from sekisho.enforcement.review import actions, mailbox, queries, sealed
from sekisho.enforcement.review.models import Case, Receipt
from sekisho.enforcement.review.rules.reporters import RECEIPTS_A_DAY
from sekisho.enforcement.review.types import Answer, Hidden, Source, Verdict
from sekisho.notices.models import Delivery, Notice
from sekisho.notices.tasks import post_due
from tests.enforcement.review.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
SAFETY = "safety@sekisho.example"
CHIE = "chie@example.test"
Answered = TypeVar("Answered")


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_SAFETY_MAILBOX_ADDRESS", SAFETY)
    monkeypatch.setenv("SEKISHO_SAFETY_MAILBOX_MAX_BYTES", "20000")
    monkeypatch.setenv("SEKISHO_EMAIL_FROM", f"Sekisho <{SAFETY}>")


@contextmanager
def listening(desk: Desk, speaks: str = "smtp") -> Iterator[int]:
    """Run the mailbox in a thread with a loop of its own, and yield its port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = _asked(loop, mailbox.listen(f"{speaks}://127.0.0.1:0", desk.clock))
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        _asked(loop, _closed(server))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()


def _asked(loop: asyncio.AbstractEventLoop, what: Coroutine[Any, Any, Answered]) -> Answered:
    return asyncio.run_coroutine_threadsafe(what, loop).result(20)


async def _closed(server: asyncio.Server) -> None:
    server.close()
    await server.wait_closed()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_default_executor()


def letter(text: str = "The answer about my street is wrong.", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = CHIE, SAFETY, "Wrong answer"
    message.set_content(text)
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return message


def send(port: int, message: EmailMessage | bytes, sender: str = CHIE) -> tuple[int, bytes]:
    """Hand a mail over, and return what the mailbox says at the end."""
    data = message if isinstance(message, bytes) else message.as_bytes()
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.ehlo()
        client.mail(sender)
        client.rcpt(SAFETY)
        return client.data(data)


def test_a_mail_becomes_a_case_with_a_receipt(desk: Desk) -> None:
    with listening(desk) as port:
        code, told = send(port, letter())
    case = Case.objects.get()
    assert (code, case.reference.encode() in told) == (250, True)
    assert (case.source, case.reporter[:5]) == (Source.MAIL, "mail:")
    words = sealed.words_of(case.id)
    assert words is not None
    assert words.text == "Wrong answer\n\nThe answer about my street is wrong."
    assert Delivery.objects.get().address == CHIE
    assert "street" not in Notice.objects.get().body_en


def test_lmtp_is_spoken_too(desk: Desk) -> None:
    with listening(desk, "lmtp") as port, smtplib.LMTP("127.0.0.1", port) as client:
        assert client.sendmail(CHIE, SAFETY, letter().as_bytes()) == {}
    assert Case.objects.count() == 1


def test_attachments_are_kept_encrypted_and_shown_only_once_revealed(desk: Desk) -> None:
    from sekisho.base.errors import NotFoundError
    from sekisho.enforcement.review.types import Reason

    message = letter()
    message.add_attachment(b"\x89PNG of a street", maintype="image", subtype="png", filename="通り.png")
    with listening(desk) as port:
        send(port, message)
    case = desk.taken(desk.emi, Case.objects.get().id)
    (kept,) = queries.enclosures(desk.emi, case, desk.at)
    assert (kept.name, kept.refused) == ("通り.png", "")
    with pytest.raises(NotFoundError):
        queries.enclosure(desk.emi, case, 0, desk.at)
    actions.reveal(desk.emi, case, Reason.DATA, desk.clock)
    assert queries.enclosure(desk.emi, case, 0, desk.at)[1] == b"\x89PNG of a street"
    assert b"PNG" not in bytes(Case.objects.get().deposits.get(kind=Hidden.ATTACHMENT).ciphertext)


def test_other_recipients_and_oversized_mails_are_refused(desk: Desk) -> None:
    with listening(desk) as port:
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.ehlo()
            client.mail(CHIE)
            assert client.rcpt("root@sekisho.example")[0] == 550
            assert client.rcpt(SAFETY)[0] == 250
            assert client.rcpt(SAFETY)[0] == 452
        assert send(port, b"Subject: large\r\n\r\n" + 300 * (b"x" * 80 + b"\r\n"))[0] == 552
    assert not Case.objects.exists()


def test_bad_charsets_and_nested_parts_arrive_whole(desk: Desk) -> None:
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(100)
    )
    lying = b"Subject: \xff\r\nContent-Type: text/plain; charset=no-such\r\n\r\n\x80\x81 broken\r\n"
    with listening(desk) as port:
        assert [send(port, data)[0] for data in (nested, lying)] == [250, 250]
    first, second = Case.objects.order_by("id")
    words = sealed.words_of(first.id)
    assert words is not None
    assert [kept.name for kept in words.enclosures] == ["message.eml"]
    kept = sealed.opened(first.id, Hidden.ATTACHMENT)
    assert kept is not None
    assert kept.startswith(b"Content-Type: multipart/mixed")
    assert "broken" in str(sealed.words_of(second.id))


@pytest.mark.parametrize(
    ("headers", "sender", "cases", "receipts"),
    [
        pytest.param({"Auto-Submitted": "auto-replied"}, CHIE, 0, 0, id="an out-of-office reply"),
        pytest.param({}, "", 0, 0, id="a bounce"),
        pytest.param({"Message-ID": "<x@sekisho.example>"}, CHIE, 0, 0, id="our own mail"),
        pytest.param({"List-Id": "<talk.example.test>"}, CHIE, 1, 0, id="through a list"),
        pytest.param({"Precedence": "bulk"}, CHIE, 1, 0, id="bulk"),
        pytest.param({"Auto-Submitted": "auto-generated"}, CHIE, 1, 0, id="from a program"),
        pytest.param({"Auto-Submitted": "no"}, CHIE, 1, 1, id="from a person"),
    ],
)
def test_machines_are_not_answered(
    headers: dict[str, str], sender: str, cases: int, receipts: int, desk: Desk
) -> None:
    message = letter()
    for name, value in headers.items():
        message[name] = value
    with listening(desk) as port:
        assert send(port, message, sender)[0] == 250
    assert (Case.objects.count(), Delivery.objects.count()) == (cases, receipts)


def test_an_autoresponder_at_the_other_end_makes_no_loop(desk: Desk) -> None:
    """Our receipt goes out by a real exchange to a server that answers each mail, as badly as any did."""
    with listening(desk) as port:
        echo = _Echo(port)
        other = Controller(echo, hostname="127.0.0.1", port=_free_port())
        other.start()
        try:
            send(port, letter())
            for _ in range(20):
                _post(other.port, desk)
        finally:
            other.stop()
    assert len(echo.received) <= RECEIPTS_A_DAY
    assert Receipt.objects.count() <= RECEIPTS_A_DAY
    assert all(one["Auto-Submitted"] == "auto-generated" for one in echo.received)


def test_a_proper_autoresponder_is_heard_once_and_never_again(desk: Desk) -> None:
    with listening(desk) as port:
        echo = _Echo(port, {"Auto-Submitted": "auto-replied"})
        other = Controller(echo, hostname="127.0.0.1", port=_free_port())
        other.start()
        try:
            send(port, letter())
            for _ in range(5):
                _post(other.port, desk)
        finally:
            other.stop()
    assert (len(echo.received), Case.objects.count()) == (1, 1)
    passed = audit.entries(system("test"), audit.EntryFilter(action="mail.passed_over"))
    assert [entry.facts["because"] for entry in passed] == ["auto_reply"]


class _Echo:
    """Somebody's mail server: answers each mail at once, with the headers that it is told to set."""

    def __init__(self, port: int, headers: dict[str, str] | None = None) -> None:
        self.port, self.headers, self.received = port, headers or {}, list[Message]()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.received.append(message_from_bytes(envelope.content))
        answer = letter("I am on holiday.")
        for name, value in self.headers.items():
            answer[name] = value
        await asyncio.to_thread(send, self.port, answer)
        return "250 OK"


def _post(port: int, desk: Desk) -> None:
    """Send what waits in our outbox to the server at `port`, as the worker does."""
    backend = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(
        EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, EMAIL_USE_TLS=False
    ):
        post_due(desk.clock)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def test_a_sender_without_end_is_asked_to_wait_and_loses_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sekisho.enforcement.review.actions.intake.REPORTS_A_DAY", 2)
    with listening(desk) as port:
        codes = [send(port, letter())[0] for _ in range(3)]
        desk.later(days=1, seconds=1)
        codes.append(send(port, letter())[0])
    assert codes == [250, 250, 452, 250]


def test_what_cannot_be_stored_is_left_with_the_other_server(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise DatabaseError("full")

    monkeypatch.setattr(mailbox, "take_report", fail)
    with listening(desk) as port:
        assert send(port, letter())[0] == 451
    assert not Case.objects.exists()


@pytest.mark.parametrize("address", ["smtp://", "http://127.0.0.1:25", "lmtp://host:x", "lmtp://127.0.0.1"])
def test_an_address_that_cannot_be_read_says_what_to_write(address: str, desk: Desk) -> None:
    with pytest.raises(SekishoError, match="mailbox_address_unreadable"):
        asyncio.run(mailbox.listen(address))


def test_the_outcome_goes_to_who_wrote(desk: Desk) -> None:
    with listening(desk) as port:
        send(port, letter("この回答は偏っています。", Content_Language="ja"))
    case = Case.objects.get()
    actions.decide(desk.emi, desk.taken(desk.emi, case.id), Answer(Verdict.NO_VIOLATION), desk.clock)
    sent = Delivery.objects.filter(notice__kind="report_decided").get()
    assert (sent.address, sent.language) == (CHIE, "ja")


def test_the_worker_runs_the_mailbox_where_it_is_set_and_nowhere_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = threading.Event()
    mailbox.run_mailbox(stop)  # not set: it returns at once
    port = _free_port()
    monkeypatch.setenv("SEKISHO_SAFETY_MAILBOX_LISTEN", f"smtp://127.0.0.1:{port}")
    thread = threading.Thread(target=mailbox.run_mailbox, args=(stop,))
    thread.start()
    try:
        assert _as_soon_as_it_listens(port)[0] == 250
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()
    assert Case.objects.count() == 1


def _as_soon_as_it_listens(port: int) -> tuple[int, bytes]:
    for _ in range(1000):
        try:
            return send(port, letter())
        except ConnectionRefusedError:
            threading.Event().wait(0.01)
    raise AssertionError("The mailbox never listened.")
