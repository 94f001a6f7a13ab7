"""What feedback does by the clock."""

from __future__ import annotations

import logging
from threading import Event

from django.db import close_old_connections

from sekisho.base.clock import Clock, system_clock
from sekisho.records.feedback import tracker
from sekisho.records.feedback.actions import file_waiting, sweep_staged

log = logging.getLogger(__name__)

EVERY_S = 600.0
"""Six times in the hour after which nothing of a broken sending is left."""
FILE_EVERY_S = 30.0


def tend(clock: Clock = system_clock) -> int:
    """Sweep what was broken off, and return how many reports that were."""
    return sweep_staged(clock())


def run_tracker(stop: Event, clock: Clock = system_clock) -> None:
    """File issues until told to stop, beside other work: a slow tracker keeps nothing else waiting."""
    while not stop.is_set():
        try:
            close_old_connections()
            if tracker.is_there():
                file_waiting(clock())
        except Exception as problem:
            log.error("worker.failed", extra={"problem": type(problem).__name__})
        finally:
            close_old_connections()
        stop.wait(FILE_EVERY_S)
