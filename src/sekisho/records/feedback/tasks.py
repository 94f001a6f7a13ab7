"""What feedback does by the clock."""

from __future__ import annotations

from sekisho.base.clock import Clock, system_clock
from sekisho.records.feedback.actions import destroy_expired, sweep_staged

EVERY_S = 600.0
"""Six times in the hour after which nothing of a broken sending is left."""


def tend(clock: Clock = system_clock) -> int:
    """Destroy what is over and sweep what was broken off; return how many reports that were."""
    at = clock()
    return destroy_expired(at) + sweep_staged(at)
