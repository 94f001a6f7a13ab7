"""What safety records do by the clock."""

from __future__ import annotations

from sekisho.base.clock import Clock, system_clock
from sekisho.records.safety.actions import destroy_expired

EVERY_S = 600.0


def tend(clock: Clock = system_clock) -> int:
    """Destroy the copies whose time is over, and return how many."""
    return destroy_expired(clock())
