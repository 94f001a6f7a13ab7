"""Mails that arrive at once are stored at once: one commit for all that wait, and each is acknowledged after it.

A commit waits for the disk. Sixteen servers that hand a mail over each would wait in a line of sixteen; here they wait
together, and a mail that cannot be stored keeps no other from being. One thread does it, and ends when nothing comes.
"""

from __future__ import annotations

import logging
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Final, NamedTuple

from django.db import DatabaseError, connections, transaction

from sekisho.base.clock import Clock, system_clock
from sekisho.base.databases import KEYSTORE
from sekisho.base.listening import LATER
from sekisho.cases.mail import actions

log = logging.getLogger(__name__)

TOGETHER: Final = 16
"""Mails of one commit. While it lasts nobody else writes to SQLite: a fifth of a second at most."""
IDLE_S: Final = 0.2
"""Seconds without mail after which the thread closes its connections and ends."""


class Parcel(NamedTuple):
    """A mail as it was handed over, and where its answer is waited for."""

    raw: bytes
    sender: str
    recipient: str
    answer: Future[str]


class Intake:
    """Takes mails in, in the order in which they come."""

    def __init__(self, clock: Clock = system_clock) -> None:
        self._clock = clock
        self._waiting: SimpleQueue[Parcel] = SimpleQueue()
        self._lock, self._runs = Lock(), False

    def take(self, raw: bytes, sender: str, recipient: str) -> Future[str]:
        """Begin to take a mail in. What comes of it is what the other server is told; if it fails, that keeps it."""
        parcel = Parcel(raw, sender, recipient, Future())
        with self._lock:
            self._waiting.put(parcel)
            if not self._runs:
                self._runs = True
                Thread(target=self._run, name="desk-mail-intake", daemon=True).start()
        return parcel.answer

    def _run(self) -> None:
        while parcels := self._next():
            for parcel, reply in zip(parcels, taken(parcels, self._clock), strict=True):
                parcel.answer.set_result(reply)

    def _next(self) -> list[Parcel]:
        """Wait for a mail, and return it with all that wait behind it; none when the thread is to end."""
        try:
            found = [self._waiting.get(timeout=IDLE_S)]
        except Empty:
            connections.close_all()
            with self._lock:
                self._runs = not self._waiting.empty()
            return self._next() if self._runs else []
        while len(found) < TOGETHER and not self._waiting.empty():
            found.append(self._waiting.get())
        return found


def taken(parcels: list[Parcel], clock: Clock = system_clock) -> list[str]:
    """Take mails in with one commit, and return what the other servers are told, in their order. Keys are durable
    before what they open."""
    try:
        with transaction.atomic(), transaction.atomic(using=KEYSTORE):
            return [_one(parcel, clock) for parcel in parcels]
    except DatabaseError as problem:
        log.error("mailbox.failed", extra={"problem": type(problem).__name__})
        connections.close_all()  # whatever is wrong with them, the next are fresh
        return [LATER] * len(parcels)


def _one(parcel: Parcel, clock: Clock) -> str:
    try:
        return actions.take_mail(parcel.raw, parcel.sender, parcel.recipient, clock=clock)
    except Exception as problem:
        log.error("mailbox.failed", extra={"problem": type(problem).__name__})
        return LATER
