"""A mailbox of somebody else's, looked into by IMAP: each mail is taken in, and only then moved away or marked as seen.

Whoever dies in between takes it in again, and it is known as the same (`digest`): none is lost, and none counts twice.
One that cannot be stored keeps none behind it waiting. The server is not trusted either: what it says has a bound.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import getaddresses
from imaplib import IMAP4, IMAP4_SSL
from threading import Event
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote, urlsplit

from imap_tools import AND, BaseMailBox, MailMessageFlags

from sekisho.base import settings
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.cases.mail import actions, house
from sekisho.cases.mail.reading import headers
from sekisho.cases.mail.types import Road

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

AT_ONCE: Final = 100
"""Mails that one look takes in; the next look takes the next."""
LOOKED_AT: Final = 10 * AT_ONCE
"""Mails that one look tries, where some of them fail each time."""
TIMEOUT_S: Final = 30.0
BESIDES_BYTES: Final = 1024 * 1024
"""Of an answer of the server, besides a mail: a folder of a hundred thousand unseen mails is listed in that."""
_RECIPIENTS: Final = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
"""Headers that tell where a mail came to, surest first: IMAP does not keep the envelope."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where the mailbox is."""

    host: str
    port: int
    is_tls: bool
    user: str
    password: str = field(repr=False)
    folder: str
    done: str
    """Folder into which what was taken in is moved; empty: it is marked as seen."""


def box_of(url: str) -> Box:
    """Return what an address such as `imaps://user:password@host/INBOX?done=Archive` says. Raises `SekishoError`, which
    never shows the address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SekishoError("imap_url_unreadable", _UNREADABLE) from None
    is_local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if (
        not parts.hostname
        or parts.scheme not in ("imaps", "imap")
        or (parts.scheme == "imap" and not is_local)
    ):
        raise SekishoError("imap_url_unreadable", _UNREADABLE)
    return Box(
        parts.hostname,
        port or (993 if parts.scheme == "imaps" else 143),
        parts.scheme == "imaps",
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        unquote(parts.path.strip("/")) or "INBOX",
        next(iter(parse_qs(parts.query).get("done", [])), ""),
    )


def poll(url: str, *, clock: Clock = system_clock, stop: Event | None = None) -> int:
    """Take in what lies unseen in the mailbox, and return how many mails those were. Raises what the server or the
    database says: the mail then stays where it is, and is looked at again. What only one mail fails of is raised once
    those behind it were looked at."""
    box, most = box_of(url), settings.integer("support_mail_max_bytes")
    taken, failed = 0, None
    with (
        _connected(box, most) as client,
        _Mailbox(client).login(box.user, box.password, box.folder) as mailbox,
    ):
        for uid in mailbox.uids(AND(seen=False))[:LOOKED_AT]:
            if taken >= AT_ONCE or (stop and stop.is_set()):
                break
            try:
                taken += _take(mailbox, uid, box, most, clock)
            except (OSError, IMAP4.abort):  # the connection itself: there is nobody to ask for the next
                raise
            except Exception as problem:
                failed = failed or problem
    if failed:
        raise failed
    return taken


@contextmanager
def _connected(box: Box, most: int) -> Iterator[IMAP4]:
    """Connect, and let go however the conversation ends."""
    client: _Bounded
    if box.is_tls:
        context = ssl.create_default_context()
        client = _Tls(box.host, box.port, timeout=TIMEOUT_S, ssl_context=context)
    else:
        client = _Bounded(box.host, box.port, timeout=TIMEOUT_S)
    client.most = most
    try:
        yield client
    finally:
        with suppress(OSError):  # closed already, as both have said goodbye
            client.shutdown()


class _Bounded(IMAP4):
    """Reads no more in answer to a command than a mail that we take, and a little: the standard library keeps in memory
    whatever a server says, as long as it goes on. Who said more is not asked anything again."""

    most = 0
    _left = BESIDES_BYTES

    def send(self, data: ReadableBuffer) -> None:
        self._spend(0)
        self._left = self.most + BESIDES_BYTES
        super().send(data)

    def read(self, size: int) -> bytes:
        self._spend(size)
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self._spend(len(line))
        return line

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise self.abort("the server says more than was asked for")


class _Tls(_Bounded, IMAP4_SSL):
    pass


class _Mailbox(BaseMailBox):
    """A mailbox behind a connection that is there already."""

    def __init__(self, client: IMAP4) -> None:
        self._connected = client
        super().__init__()

    def _get_mailbox_client(self) -> IMAP4:
        return self._connected


def _take(mailbox: BaseMailBox, uid: str, box: Box, most: int, clock: Clock) -> int:
    """Take one mail in, then put it away. One that is larger than we take stays where it is, flagged for people."""
    if _size(mailbox, uid) > most:
        mailbox.flag(uid, (MailMessageFlags.FLAGGED, MailMessageFlags.SEEN), True)
        return 0
    raw = _raw(mailbox, uid)
    if raw is None:  # another worker was quicker
        return 0
    sender, recipient = envelope(raw)
    actions.take_mail(raw, sender, recipient, road=Road.IMAP, clock=clock)
    if box.done:
        mailbox.move(uid, box.done)
    else:
        mailbox.flag(uid, MailMessageFlags.SEEN, True)
    return 1


def _size(mailbox: BaseMailBox, uid: str) -> int:
    """Return the bytes of a mail, asked before any of it is fetched; 0 for one that is gone."""
    _, data = mailbox.client.uid("fetch", uid, "(RFC822.SIZE)")
    lines = [one for one in data if isinstance(one, bytes)]
    found = [int(hit[1]) for one in lines if (hit := re.search(rb"RFC822\.SIZE (\d{1,12})", one))]
    return max(found, default=0)


def _raw(mailbox: BaseMailBox, uid: str) -> bytes | None:
    """Return a mail as it came: not through the library's own parser, which has no bounds."""
    _, data = mailbox.client.uid("fetch", uid, "(BODY.PEEK[])")
    return next((bytes(one[1]) for one in data if isinstance(one, tuple)), None)


def envelope(raw: bytes) -> tuple[str, str]:
    """Return sender and recipient of a mail without its envelope, as its headers tell them. The sender is empty for a
    bounce, whose `Return-Path` is `<>`; the recipient is the first address of ours."""
    head = headers(raw)
    paths = [value for name, value in head if name == "return-path"]
    sender = paths[0].strip(" <>") if paths else _addresses([v for n, v in head if n == "from"])[:1]
    wanted = [value for name in _RECIPIENTS for found, value in head if found == name]
    recipient = next((one for one in _addresses(wanted) if house.is_ours(one)), "")
    return (sender if isinstance(sender, str) else "".join(sender)), recipient or house.own_address()


def _addresses(values: Sequence[str]) -> list[str]:
    return [address for _, address in getaddresses([one[:4_000] for one in values[:20]]) if "@" in address]


_UNREADABLE = Text(
    "The mailbox to be polled cannot be read. Set SEKISHO_SUPPORT_IMAP_URL like "
    "`imaps://user:password@host:993/INBOX`; without TLS (`imap://`) only on this very machine.",
    "取り込むメールボックスの指定を読み取れません。SEKISHO_SUPPORT_IMAP_URL を "
    "`imaps://user:password@host:993/INBOX` の形で指定してください。TLS なし（`imap://`）は、同じマシン上でのみ使えます。",
)
