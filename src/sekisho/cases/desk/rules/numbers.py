"""How quickly we answered, against what we had promised (R-SUP-072). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Run:
    """One clock, as it ran."""

    starts: datetime
    due: datetime
    met_at: datetime | None


@dataclass(frozen=True, slots=True)
class Times:
    """How a duty was kept."""

    kept: int
    late: int
    """Met too late, or run out and not met."""
    running: int
    """Not met yet, and still in time."""
    median: timedelta | None
    """Of those that were met; None when none was."""
    ninetieth: timedelta | None
    """Nine of ten were met as quickly."""

    @property
    def share(self) -> float | None:
        """Kept of all that have an end; None when none has."""
        ended = self.kept + self.late
        return self.kept / ended if ended else None


def times(runs: Iterable[Run], at: datetime) -> Times:
    """Return how these clocks ran, as it is known at the moment `at`. What runs out unmet is late, and stays in."""
    each = list(runs)
    late = sum((one.met_at or at) > one.due for one in each)
    met = sorted(one.met_at - one.starts for one in each if one.met_at)
    running = sum(one.met_at is None and at <= one.due for one in each)
    return Times(len(each) - late - running, late, running, _at_share(met, 0.5), _at_share(met, 0.9))


def _at_share(values: list[timedelta], share: float) -> timedelta | None:
    """Return the smallest value that this share does not exceed (nearest rank)."""
    return values[max(0, -int(-share * len(values) // 1) - 1)] if values else None
