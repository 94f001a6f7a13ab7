"""Warnings and pauses of the appeals channel in a time, for reports (DSA art. 23). Without a viewer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sekisho.base.facts import Fact
from sekisho.enforcement.appeals.models import ChannelMeasure


def channel_measures(since: datetime, until: datetime) -> Iterator[Fact]:
    """Yield every one: whether it was a warning or a pause, and the gravity and intent by which it was judged."""
    for row in ChannelMeasure.objects.filter(at__gte=since, at__lt=until).order_by("at", "id"):
        yield Fact(str(row.id), ("pause" if row.until else "warning", row.gravity, row.intent))
