"""Mail servers on loopback: ours, and somebody's at the other end."""

from __future__ import annotations

import asyncio
import os
import smtplib
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, TypeVar

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connections
from django.test import override_settings

from sekisho.base.clock import Clock
from sekisho.base.databases import KEYSTORE
from sekisho.cases.mail import actions, tasks

Answered = TypeVar("Answered")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class Receiver:
    """Somebody's mail server: keeps what it takes, and does what it is told before it answers."""

    def __init__(self) -> None:
        self.received = list[EmailMessage]()
        self.paths = list[str]()
        self.before_answering: Callable[[], object] = lambda: None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        read = message_from_bytes(envelope.content, policy=policy.default)
        self.received.append(read)
        self.paths.append(envelope.mail_from or "")
        self.before_answering()
        return "250 OK"

    @property
    def ids(self) -> list[str]:
        return [str(one["Message-ID"]) for one in self.received]


@contextmanager
def elsewhere(receiver: Receiver) -> Iterator[int]:
    """Run somebody's mail server, let the product post to it, and yield its port."""
    other = Controller(receiver, hostname="127.0.0.1", port=free_port())
    other.start()
    try:
        with override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=other.port,
            EMAIL_USE_TLS=False,
        ):
            yield other.port
    finally:
        other.stop()


@contextmanager
def listening(clock: Clock, speaks: str = "smtp") -> Iterator[int]:
    """Run the desk's listener in a thread with a loop of its own, and yield its port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = _asked(loop, tasks.listen(f"{speaks}://127.0.0.1:0", clock))
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        _asked(loop, _closed(server))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()


def hand_over(port: int, raw: bytes, sender: str, to: str) -> tuple[int, bytes]:
    """Hand a mail over, and return what the server says at the end."""
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.ehlo()
        client.mail(sender, ["SMTPUTF8"] if not sender.isascii() else [])
        code, said = client.rcpt(to)
        return client.data(raw) if code == 250 else (code, said)


def environment(**more: str) -> dict[str, str]:
    """The tests' own databases, for a process beside them."""
    urls = {"SEKISHO_DATABASE_URL": _url("default"), "SEKISHO_KEYSTORE_URL": _url(KEYSTORE)}
    return os.environ | urls | {"SEKISHO_SECRET_KEY": settings.SECRET_KEY} | more


def _url(alias: str) -> str:
    its = connections[alias].settings_dict
    if connections[alias].vendor == "postgresql":
        return f"postgresql://{its['USER']}:{its['PASSWORD']}@/{its['NAME']}?host={its['HOST']}"
    return f"sqlite:///{its['NAME']}"


def post(clock: Clock) -> int:
    return actions.send_due(clock)


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
