"""Time as something handed in, so that every decision can be asked about any moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present moment, with a time zone. Rules never take one: they take the moment itself."""


def system_clock() -> datetime:
    return datetime.now(UTC)


def fixed_clock(at: datetime) -> Clock:
    """Return a clock that stands still at `at`."""
    return lambda: at
