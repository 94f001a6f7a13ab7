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
AT_ONCE = 5_000
"""Rows looked at in a transaction: ingest waits for none of them long."""


def forget(at: datetime) -> int:
    """Delete what is older than its retention at `at`, and return how many rows that were."""
    chunks = iter(lambda: _forget_some(at), 0)
    return sum(chunks) + _forget_rare(at)


@transaction.atomic
def _forget_some(at: datetime) -> int:
    """Delete from the oldest to arrive: traces and counters have no index by time."""
    gone = 0
    for model, old in (
        (models.Trace, {"at__lte": at - TRACES}),
        (models.Counter, {"day__lt": (at - COUNTERS).date()}),
    ):
        first = list(model.objects.order_by("id").values_list("id", flat=True)[:AT_ONCE])
        gone += model.objects.filter(id__in=first, **old).delete()[0]
    return gone


@transaction.atomic
def _forget_rare(at: datetime) -> int:
    old = (
        models.Concern.objects.filter(at__lte=at - BURN.window),
        models.Campaign.objects.filter(last_at__lte=at - COUNTERS),
        models.ConductLabel.objects.filter(until__lte=at - COUNTERS),
    )
    return sum(rows.delete()[0] for rows in old)
