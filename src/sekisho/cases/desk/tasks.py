"""What the desk does by the clock."""

from __future__ import annotations

from datetime import timedelta

from sekisho.base.clock import Clock, system_clock
from sekisho.cases.desk.models import Look

TEND_EVERY_S = 3600.0


def tend(clock: Clock = system_clock) -> int:
    """Forget who looked at what yesterday, and return how many looks that were."""
    return Look.objects.filter(at__lt=clock() - timedelta(days=1)).delete()[0]
