"""What the worker does for the log by the clock."""

from __future__ import annotations

from sekisho.audit.checkpoints import checkpoint, is_due
from sekisho.base.clock import Clock, system_clock

EVERY_S = 60.0
"""Seconds between two looks: a receipt has its proof within a minute."""


def keep_proofs(clock: Clock = system_clock) -> str:
    """Sign a checkpoint when the last one is an hour old or a receipt waits for it. Return its note; empty where none
    was due."""
    at = clock()
    return checkpoint(at) if is_due(at) else ""
