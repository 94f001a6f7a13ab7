"""Reports that people made in a time, for the transparency report (P-072). Without a viewer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sekisho.base.facts import Fact
from sekisho.enforcement.review.models import Case
from sekisho.enforcement.review.types import Source

OPEN = "open"
"""What has become of a report that nobody has answered yet."""


def reports(since: datetime, until: datetime) -> Iterator[Fact]:
    """Yield every report that was received in the time: how it came, what it says is wrong, what became of it."""
    ways = [one.value for one in Source if one.is_report]
    rows = Case.objects.filter(source__in=ways, received_at__gte=since, received_at__lt=until)
    for row in rows.order_by("received_at", "id").iterator():
        took = row.closed_at - row.received_at if row.closed_at else None
        yield Fact(row.id, (row.source, row.category, row.outcome or OPEN), took)
