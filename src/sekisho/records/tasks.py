"""Timed work of records: deadlines are brought up to what has happened and compared with the rules once a day, and
versions of the calendar are announced."""

from __future__ import annotations

import time
from collections.abc import Callable

from sekisho.base.clock import Clock, system_clock
from sekisho.records.actions.announcing import announce, unannounced
from sekisho.records.actions.drift import look_for_drift, report_doubt
from sekisho.records.actions.restamp import take_calendars, take_events, work_on

RESTAMP_EVERY_S = 1.0
DRIFT_EVERY_S = 10.0
ANNOUNCE_EVERY_S = 300.0
PATIENCE_S = 0.4
"""How long one call may keep the worker: ingest waits meanwhile."""


def restamp_turns(clock: Clock = system_clock) -> int:
    """Re-stamp turns of accounts to which something has happened, for a while; return how many turns were reckoned.

    May be called at any time and by several workers; what is not done goes on with the next call (R-DATA-106).
    """
    take_events(clock())
    take_calendars(clock())
    return _for_a_while(lambda: work_on(clock()))


def watch_drift(clock: Clock = system_clock) -> int:
    """Go on with today's walk over all living turns, for a while; return how many were compared: none while the
    calendar is in doubt, of which people are told."""
    if report_doubt(clock()):
        return 0
    return _for_a_while(lambda: look_for_drift(clock()))


def announce_calendars(clock: Clock = system_clock) -> tuple[str, ...]:
    """Tell every account holder, once and in their language, of each version that lengthens anything; return which ones
    have been told of to the end. One that dies half way goes on with the next call."""
    return tuple(name for name in unannounced() if announce(name, clock))


def _for_a_while(step: Callable[[], int | None]) -> int:
    until, total = time.monotonic() + PATIENCE_S, 0
    while (done := step()) is not None:
        total += done
        if time.monotonic() >= until:
            break
    return total
