"""A mailbox of somebody else's, looked into by IMAP: each mail is taken in, and only then moved away or marked as seen.

Whoever dies in between takes it in again, and it is known as the same (`digest`): none is lost, and none counts twice.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import getaddresses
from threading import Event
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from imap_tools import AND, BaseMailBox, MailBox, MailBoxUnencrypted, MailMessageFlags

from sekisho.base import settings
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.text import Text
from sekisho.cases.mail import actions, house
from sekisho.cases.mail.reading import headers
from sekisho.cases.mail.types import Road

AT_ONCE: Final = 100
"""Mails that one look takes in; the next look takes the next."""
TIMEOUT_S: Final = 30.0
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
    database says: the mail then stays where it is, and is looked at again."""
    box, most = box_of(url), settings.integer("support_mail_max_bytes")
    taken = 0
    with _connected(box).login(box.user, box.password, box.folder) as mailbox:
        for uid in mailbox.uids(AND(seen=False))[:AT_ONCE]:
            if stop and stop.is_set():
                break
            taken += _take(mailbox, uid, box, most, clock)
    return taken


def _connected(box: Box) -> BaseMailBox:
    if box.is_tls:
        return MailBox(box.host, box.port, timeout=TIMEOUT_S, ssl_context=ssl.create_default_context())
    return MailBoxUnencrypted(box.host, box.port, timeout=TIMEOUT_S)


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
