"""Delivering what is due, beside the worker's other duties: a receiver that is slow must hold nothing else up."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from threading import Event

from django.db import connections

from sekisho.base import settings
from sekisho.base.clock import Clock, system_clock
from sekisho.webhooks import actions, events
from sekisho.webhooks.sending import Courier
from sekisho.webhooks.types import Answer, DeliveryState, Parcel

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.1
"""Seconds between two looks for what another process has made due."""
AT_ONCE = 16
"""Sendings under way at once in one worker."""
AFTER_FAILURE_S = 1.0
DRAIN_S = 2.0
"""How long a worker that is stopped waits for what is under way; the rest is due again when its lease ends."""


class Deliverer:
    """Takes what is due, hands it to the courier, and notes what comes back. The database is asked by one thread."""

    def __init__(self, courier: Courier, clock: Clock = system_clock) -> None:
        self._courier, self._clock = courier, clock
        self._under_way: dict[Future[Answer], Parcel] = {}

    def turn(self) -> int:
        """Note what came back and hand over what is due; return how many were handed over."""
        for sent in [sent for sent in self._under_way if sent.done()]:
            self._note(self._under_way.pop(sent), sent.result())
        room = AT_ONCE - len(self._under_way)
        busy = Counter(parcel.organisation for parcel in self._under_way.values())
        parcels = actions.claim(self._clock(), room, busy) if room else ()
        self._under_way.update((self._courier.send(parcel), parcel) for parcel in parcels)
        return len(parcels)

    def rest(self, seconds: float) -> None:
        """Wait until something came back, became due, or `seconds` have passed."""
        if self._under_way:
            wait(self._under_way, min(seconds, 0.02), FIRST_COMPLETED)
        elif events.due.wait(seconds):
            events.due.clear()

    def finish(self, seconds: float) -> None:
        """Wait for what is under way, and note it."""
        wait(self._under_way, seconds)
        for sent in [sent for sent in self._under_way if sent.done()]:
            self._note(self._under_way.pop(sent), sent.result())

    def _note(self, parcel: Parcel, answer: Answer) -> None:
        state = actions.note(parcel.delivery, answer, self._clock())
        if state is not DeliveryState.DELIVERED:
            facts = {"status": answer.attempt.status, "problem": answer.attempt.problem}
            log.warning("webhook.failed", extra={**facts, "organisation_id": parcel.organisation})


def deliver_due(courier: Courier, clock: Clock = system_clock) -> int:
    """Send all that is due now, wait for what comes of it, and return how many sendings that were."""
    deliverer, count = Deliverer(courier, clock), 0
    while handed_over := deliverer.turn():
        count += handed_over
        deliverer.finish(60.0)
    return count


def run_deliveries(stop: Event, make_courier: Callable[[], Courier] | None = None) -> None:
    """Deliver until `stop` is set. Failures are logged and tried again. Any number of workers may run it."""
    courier = make_courier() if make_courier else Courier(private=settings.flag("webhook_private_targets"))
    deliverer = Deliverer(courier)
    try:
        while not stop.is_set():
            try:
                deliverer.turn()
                deliverer.rest(LOOK_EVERY_S)
            except Exception as problem:
                log.error("worker.failed", extra={"problem": type(problem).__name__})
                connections.close_all()  # whatever is wrong with one, the next is fresh; a good one is kept
                stop.wait(AFTER_FAILURE_S)
        deliverer.finish(DRAIN_S)
    finally:
        courier.close()
        connections.close_all()


def forget_old_messages(clock: Clock = system_clock) -> int:
    """Delete what is kept long enough. May be called at any time and by several workers."""
    return actions.forget(clock())
