"""What cases do by the clock."""

from __future__ import annotations

from sekisho.base.clock import Clock, system_clock
from sekisho.cases.actions.appeals import show_appeals
from sekisho.cases.actions.ending import Ended, end_due

TEND_EVERY_S = 600.0
APPEALS_EVERY_S = 60.0


def tend(clock: Clock = system_clock) -> Ended:
    """Close what was solved, and end what is past its time."""
    return end_due(clock())


def show(clock: Clock = system_clock) -> int:
    """Let the desk show the appeals that wait, and no longer those that were decided."""
    return show_appeals(clock())
