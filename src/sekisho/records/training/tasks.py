"""What the worker does for datasets by the clock, and beside it."""

from __future__ import annotations

import logging
from threading import Event

from django.db import close_old_connections

from sekisho.base.clock import Clock, system_clock
from sekisho.records.training.actions import build_next, clear_abandoned, follow, remove_expired

log = logging.getLogger(__name__)

RECALL_EVERY_S = 10.0
"""Seconds between two looks at what happened. The promise is 24 hours (R-DATA-026)."""
REST_S = 5.0
"""Seconds between two looks for a version that was asked for."""


def recall(clock: Clock = system_clock) -> int:
    """Recall what was taken back since the last look; clear away builds that broke off, and versions that expired."""
    clear_abandoned(clock())
    remove_expired(clock())
    return follow(clock)


def run_builds(stop: Event) -> None:
    """Build what is asked for until `stop` is set: beside the worker's other duties, as a build may take an hour."""
    while not stop.is_set():
        try:
            close_old_connections()
            if build_next():
                continue
        except Exception as problem:
            log.error("worker.failed", extra={"problem": type(problem).__name__})
        stop.wait(REST_S)
    close_old_connections()
