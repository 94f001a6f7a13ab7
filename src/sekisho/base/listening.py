"""Listening for mail behind the mail server that faces the world, by LMTP or SMTP. No Django here.

A mail that is taken was stored before the answer says so; one that cannot be stored is refused for a while, so that the
other server keeps it: nothing is lost. Nobody signs in, and nothing is relayed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from email.utils import parseaddr
from threading import Event
from typing import Final
from urllib.parse import urlsplit

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

TAKEN: Final = "250 2.0.0 Taken in"
PASSED: Final = "250 2.0.0 Passed over"
LATER: Final = "451 4.3.0 Not stored; please try again later"
NOT_OURS: Final = "550 5.1.1 No such mailbox here"
ONE: Final = "452 4.5.3 One recipient at a time"
ENOUGH: Final = "452 4.7.1 Enough for today; please try again tomorrow"
"""Replies (RFC 5321, section 4.2; enhanced codes of RFC 3463)."""
AGAIN_S: Final = 15.0
GLANCE_S: Final = 0.2
"""Seconds between two tries to listen, and between two looks whether to stop."""
IDLE_S: Final = 60
"""Seconds after which a silent connection is closed."""

LINE_BYTES: Final = 1_000_000
"""Longest line of a mail. The standard allows a thousand, and programs that do not know it are many: a mail that is
refused for it is lost, as no server in front breaks lines for us."""

Takes = Callable[[bytes, str, str], str]
"""Takes a mail as it came, its envelope sender and its one recipient; returns what the other server is told. It runs in
a thread, may wait for a database, and raises nothing."""


class _Smtp(SMTP):
    line_length_limit = LINE_BYTES


class _Lmtp(LMTP):
    line_length_limit = LINE_BYTES


class Handler:
    """What a mail server asks of us, in the order of the conversation."""

    def __init__(self, is_ours: Callable[[str], bool], take: Takes) -> None:
        self._is_ours, self._take = is_ours, take

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names its hooks after the commands
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not self._is_ours(parseaddr(address)[1]):
            return NOT_OURS
        if envelope.rcpt_tos:
            return ONE
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        data = envelope.content
        raw = data if isinstance(data, bytes) else (data or "").encode("utf-8", "surrogateescape")
        return await self.taken(raw, envelope.mail_from or "", parseaddr(envelope.rcpt_tos[0])[1])

    async def taken(self, raw: bytes, sender: str, recipient: str) -> str:
        """Return what the other server is told of a mail, once it is stored."""
        return await asyncio.to_thread(self._take, raw, sender, recipient)


async def listen(address: str, handler: Handler, most: int) -> asyncio.Server:
    """Return a server that listens where `address` says (`lmtp://HOST:PORT` or `smtp://HOST:PORT`), and takes mails of
    up to `most` bytes. Raises `ValueError` for an address that says neither, `OSError` where nothing can listen there.
    """
    parts = urlsplit(address)
    host, port = parts.hostname, parts.port  # raises ValueError itself for a port that is none
    if parts.scheme not in ("lmtp", "smtp") or not host or port is None:
        raise ValueError("neither lmtp://HOST:PORT nor smtp://HOST:PORT")
    speaks = _Lmtp if parts.scheme == "lmtp" else _Smtp
    logging.getLogger("mail.log").setLevel(
        logging.WARNING
    )  # at its usual level it would write who writes to us
    return await asyncio.get_running_loop().create_server(
        lambda: speaks(handler, data_size_limit=most, ident="Sekisho", timeout=IDLE_S, enable_SMTPUTF8=True),
        host,
        port,
    )


async def serve(server: Awaitable[asyncio.Server], stop: Event) -> None:
    """Let the server listen until `stop` is set."""
    async with await server:
        while not stop.is_set():
            await asyncio.sleep(GLANCE_S)
