"""What the worker does for datasets by the clock."""

from __future__ import annotations

from sekisho.base.clock import Clock, system_clock
from sekisho.records.training.actions import clear_abandoned, follow

RECALL_EVERY_S = 10.0
"""Seconds between two looks at what happened. The promise is 24 hours (R-DATA-026)."""


def recall(clock: Clock = system_clock) -> int:
    """Recall what was taken back since the last look, and clear away builds that broke off."""
    clear_abandoned(clock())
    return follow(clock)
