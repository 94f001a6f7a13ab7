"""What retention does by the clock. Each may run at any time and in several workers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event

from django.db import close_old_connections

from sekisho.base.clock import Clock, system_clock
from sekisho.records.queries import calendar_at
from sekisho.records.retention import actions, tombstones

log = logging.getLogger(__name__)

SWEEP_EVERY_S = 300.0
ERASE_EVERY_S = 10.0
"""A deleted conversation's key is destroyed within a minute (R-DATA-123)."""
KEEP_HOUSE_EVERY_S = 3600.0
EMPTY_AT_ONCE = 10_000
"""Conversations of which no turn is left, an hour."""


def run_retention(stop: Event, clock: Clock = system_clock) -> None:
    """Sweep and erase until `stop` is set, in a thread of its own: what takes long keeps no ingest waiting."""
    swept: datetime | None = None
    while not stop.is_set():
        close_old_connections()
        _try(actions.proceed_all, clock)
        if swept is None or clock() - swept >= timedelta(seconds=SWEEP_EVERY_S):
            swept = clock()
            _try(actions.sweep, clock)
        stop.wait(ERASE_EVERY_S)
    close_old_connections()


def keep_house(clock: Clock = system_clock) -> None:
    """Announce first deletions, remind of reviews, finish what a process that died had buried and not done, and let go
    of tombstones older than any backup. For once an hour."""
    at = clock()
    actions.replay(at)
    actions.forget_empty(at, EMPTY_AT_ONCE)
    actions.announce(at)
    actions.remind_of_reviews(clock)
    tombstones.forget(at - calendar_at(at).standard)


def _try(work: Callable[[Clock], object], clock: Clock) -> None:
    try:
        work(clock)
    except Exception as problem:
        log.error("retention.failed", extra={"problem": type(problem).__name__})
