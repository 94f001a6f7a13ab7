"""Held answers of a time, for the transparency report (P-072). Without a viewer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sekisho.base.facts import Fact
from sekisho.enforcement.holds.models import Hold


def holds(since: datetime, until: datetime) -> Iterator[Fact]:
    """Yield every answer that began to wait in the time: its domain, and what has become of it."""
    rows = Hold.objects.filter(since__gte=since, since__lt=until).order_by("since", "id")
    for row in rows.iterator():
        took = row.decided_at - row.since if row.decided_at else None
        yield Fact(row.id, (row.domain, row.state), took)
