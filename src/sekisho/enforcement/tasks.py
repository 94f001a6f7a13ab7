"""Timed work of enforcement: what time ends, ends on time and is told."""

from __future__ import annotations

from sekisho.base.clock import Clock, system_clock
from sekisho.enforcement.actions.recovering import AT_ONCE, apply_new_numbers, recover_due

RECOVER_EVERY_S = 15.0


def recover(clock: Clock = system_clock) -> int:
    """Let standings fall whose hour has come, and bring new numbers to every unit; return how many units changed.

    May be called at any time and by several workers. What a gateway refuses ends by itself at its moment; this lifts
    what has none, calls nothing new, and tells people that it is over.
    """
    changed = apply_new_numbers(clock())
    while True:
        fell = recover_due(clock())
        changed += fell
        if fell < AT_ONCE:
            return changed
