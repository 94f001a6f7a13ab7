"""What the worker does for those who cannot sign in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event

from django.core.mail import get_connection
from django.core.mail.message import EmailMessage
from django.db import close_old_connections, connections

from sekisho.base.clock import Clock, system_clock
from sekisho.support.recovery.actions import changing, counting, sending, tending, withdrawing

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
"""Seconds between two looks: somebody waits for the code."""
TEND_EVERY_S = 60.0
Post = Callable[[EmailMessage], object]


def run_codes(stop: Event) -> None:
    """Send codes and acknowledgements until `stop` is set, in a thread of its own: a mail server that is slow must hold
    nothing else up. Failures are logged and tried again."""
    try:
        while not stop.wait(LOOK_EVERY_S):
            try:
                close_old_connections()
                send_due(stop=stop)
            except Exception as problem:
                log.error("worker.failed", extra={"problem": type(problem).__name__})
    finally:
        connections.close_all()


def send_due(clock: Clock = system_clock, stop: Event | None = None) -> int:
    """Do what claims and withdrawals wait for; return how many. For any number of workers at once."""
    connection, count = get_connection(), 0
    post: Post = lambda mail: connection.send_messages([mail])  # noqa: E731 - one line says it
    try:
        while not (stop and stop.is_set()) and (_one_claim(post, clock) or _one_withdrawal(post, clock)):
            count += 1
    finally:
        connection.close()
    return count


def tend(clock: Clock = system_clock) -> int:
    """Change the addresses whose time has come, tell of locks, erase evidence, forget what counts no more."""
    at = clock()
    done = changing.complete(at) + sending.tell_locked(at)
    return done + tending.erase_evidence(at) + tending.forget_typed(at) + counting.forget(at)


def _one_claim(post: Post, clock: Clock) -> bool:
    if (row := sending.take(clock())) is None:
        return False
    try:
        prepared = sending.prepare(row, clock())
        if prepared.mail is not None:
            post(prepared.mail)
    except Exception as problem:
        log.warning("mail.failed", extra={"problem": type(problem).__name__, "count": row.tries})
        sending.failed(row, clock())
    else:
        sending.sent(row.id)
    return True


def _one_withdrawal(post: Post, clock: Clock) -> bool:
    if (row := withdrawing.take_withdrawal(clock(), sending.LEASE)) is None:
        return False
    try:
        post(withdrawing.acknowledgement(row))
    except Exception as problem:
        log.warning("mail.failed", extra={"problem": type(problem).__name__, "count": row.tries})
        withdrawing.not_acknowledged(row, clock())
    else:
        withdrawing.acknowledged(row.id)
    return True
