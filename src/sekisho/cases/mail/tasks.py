"""The desk's mail beside the worker's other duties: listening, polling, sending. Each in a thread of its own, so that a
mail server that keeps us waiting keeps nothing else waiting."""

from __future__ import annotations

import asyncio
import logging
from threading import Event

from django.db import close_old_connections, connections

from sekisho.base import listening, settings
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.listening import AGAIN_S, Handler
from sekisho.base.text import Text
from sekisho.cases.mail import actions, house
from sekisho.cases.mail.intake import Intake
from sekisho.cases.mail.polling import poll

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
"""Seconds between two looks into an empty outbox."""
FORGET_EVERY_S = 3600.0


def run_desk_mail(stop: Event) -> None:
    """Send until `stop` is set. Any number of workers may run it. Failures are logged and tried again."""
    try:
        while not stop.wait(LOOK_EVERY_S):
            try:
                close_old_connections()
                actions.send_due(stop=stop)
            except Exception as problem:
                log.error("worker.failed", extra={"problem": type(problem).__name__})
    finally:
        connections.close_all()


def run_desk_mailbox(stop: Event) -> None:
    """Listen where the setting `support_mail_listen` says, until `stop` is set; return at once where it is empty.

    Of several workers on one machine the first listens, and another takes over when it ends.
    """
    address = settings.text("support_mail_listen")
    while address and not stop.is_set():
        try:
            asyncio.run(listening.serve(listen(address), stop))
        except (OSError, SekishoError) as problem:
            log.error("mailbox.failed", extra={"problem": type(problem).__name__})
            stop.wait(AGAIN_S)


def run_desk_polling(stop: Event) -> None:
    """Look into the mailbox that `support_imap_url` names, again and again, until `stop` is set; return at once where
    it is empty."""
    every_s = settings.number("support_imap_every_s")
    while settings.text("support_imap_url") and not stop.is_set():
        try:
            close_old_connections()
            poll(settings.text("support_imap_url"), stop=stop)
        except Exception as problem:
            log.error("mailbox.failed", extra={"problem": type(problem).__name__})
        finally:
            close_old_connections()
        stop.wait(every_s)


async def listen(address: str, clock: Clock = system_clock) -> asyncio.Server:
    """Return a server that takes the desk's mail at `lmtp://HOST:PORT` or `smtp://HOST:PORT`. Raises `SekishoError`,
    and `OSError` where nothing can listen there."""
    house.house()  # settings that cannot be read are told now, and not by the first mail
    try:
        return await listening.listen(address, _Door(clock), settings.integer("support_mail_max_bytes"))
    except ValueError:
        raise SekishoError("mailbox_address_unreadable", _UNREADABLE) from None


class _Door(Handler):
    """Hands what comes to the intake, which stores mails that arrive at once in one commit."""

    def __init__(self, clock: Clock) -> None:
        self._intake = Intake(clock)
        super().__init__(house.is_ours, lambda raw, sender, to: self._intake.take(raw, sender, to).result())

    async def taken(self, raw: bytes, sender: str, recipient: str) -> str:
        return await asyncio.wrap_future(self._intake.take(raw, sender, recipient))


def forget_mail(clock: Clock = system_clock) -> int:
    """Delete what is kept long enough. May be called at any time and by several workers."""
    return actions.forget(clock())


_UNREADABLE = Text(
    "The address of the desk's mailbox cannot be read. Set SEKISHO_SUPPORT_MAIL_LISTEN to `lmtp://HOST:PORT` or "
    "`smtp://HOST:PORT`.",
    "サポート窓口の受信アドレスを読み取れません。SEKISHO_SUPPORT_MAIL_LISTEN を `lmtp://HOST:PORT` または "
    "`smtp://HOST:PORT` の形で指定してください。",
)
