"""What cases do by the clock."""

from __future__ import annotations

from sekisho.base.clock import Clock, system_clock
from sekisho.cases.actions.ending import Ended, end_due

TEND_EVERY_S = 600.0


def tend(clock: Clock = system_clock) -> Ended:
    """Close what was solved, and end what is past its time."""
    return end_due(clock())
