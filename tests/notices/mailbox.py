"""A real mail server on a free port of this machine, which keeps what it takes; and fails where a test says so."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """Use it in a `with` block. `port` is where it listens; `mails` what it has taken, oldest first."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses: dict[str, str] = {}
        """Address → the reply to it, such as `550 No such user`."""
        self.hangs_up = 0
        """After how many more mails it breaks the connection off, having taken them, before it says so."""
        self.connections = 0
        self.before_answering: Callable[[], object] = lambda: None
        """Called when a mail has come, before its sender hears of it. May wait."""
        self._came = threading.Condition()
        self._loop = asyncio.new_event_loop()

    def __enter__(self) -> Mailbox:
        self._server = self._loop.run_until_complete(self._loop.create_server(self._speak, "127.0.0.1", 0))
        self.port: int = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def wait(self, count: int, seconds: float = 20.0) -> list[EmailMessage]:
        """Return its mails as soon as there are so many."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.mails) >= count, seconds), "No such mail has come."
            return list(self.mails)

    async def _close(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _speak(self) -> SMTP:
        self.connections += 1
        return SMTP(self, hostname="mail.example.test", loop=self._loop)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if reply := self.refuses.get(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=default)
        with self._came:
            self.mails.append(mail)
            self._came.notify_all()
        await asyncio.to_thread(self.before_answering)
        if self.hangs_up:
            self.hangs_up -= 1
            server.transport.abort()
        return "250 OK"
