"""Let go of what has served."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from sekisho.enforcement.conduct import models
from sekisho.enforcement.conduct.rules.burning import BURN

TRACES = timedelta(days=30)
"""How long sketches are kept: as long as who was terminated can be recognised by them."""
COUNTERS = timedelta(days=92)
"""A quarter, as pages show it at most."""


@transaction.atomic
def forget(at: datetime) -> int:
    """Delete what is older than its retention at `at`, and return how many rows that were."""
    old = (
        models.Trace.objects.filter(at__lte=at - TRACES),
        models.Concern.objects.filter(at__lte=at - BURN.window),
        models.Counter.objects.filter(day__lt=(at - COUNTERS).date()),
        models.Campaign.objects.filter(last_at__lte=at - COUNTERS),
        models.ConductLabel.objects.filter(until__lte=at - COUNTERS),
    )
    return sum(rows.delete()[0] for rows in old)
