"""What the worker does for people's rights, again and again."""

from __future__ import annotations

import logging
from threading import Event

from django.db import connections

from sekisho.base import settings
from sekisho.base.clock import Clock, system_clock
from sekisho.records.rights import actions
from sekisho.records.rights.actions import callbacks
from sekisho.webhooks.sending import Courier

log = logging.getLogger(__name__)

WORK_EVERY_S, TEND_EVERY_S, CALL_EVERY_S = 2.0, 60.0, 5.0
ANSWERED_WITHIN_S = 60.0


def work(clock: Clock = system_clock) -> int:
    """Do some of what was asked for. May be called at any time and by several workers."""
    return actions.work(clock)


def tend(clock: Clock = system_clock) -> int:
    """Destroy copies whose time is over; return how many."""
    return actions.expire(clock)


def run_callbacks(stop: Event) -> None:
    """Send callbacks until `stop` is set, beside the worker's other duties: a receiver that is slow must hold nothing
    else up. Failures are logged and tried again."""
    while not stop.is_set():
        try:
            call_controllers()
        except Exception as problem:
            log.error("worker.failed", extra={"problem": type(problem).__name__})
            connections.close_all()
        stop.wait(CALL_EVERY_S)
    connections.close_all()


def call_controllers(clock: Clock = system_clock, courier: Courier | None = None) -> int:
    """Send the callbacks that are due, and return how many. The network is opened only when there are some."""
    count = 0
    while parcels := callbacks.claim(clock()):
        sender = courier or Courier(private=settings.flag("webhook_private_targets"))
        try:
            sent = [(parcel, sender.send(parcel)) for parcel in parcels]
            for parcel, answer in sent:
                callbacks.note(parcel.delivery, answer.result(ANSWERED_WITHIN_S), clock())
        finally:
            if courier is None:
                sender.close()
        count += len(parcels)
    return count
