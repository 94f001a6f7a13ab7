"""Which time is trusted, what the clock knows of turns, and what it says of them. For rooms of records and above, whose
own rules say who may ask."""

from __future__ import annotations

from datetime import datetime

from sekisho.records.models import Mark

TIME = "time"


def trusted(now: datetime) -> datetime:
    """Return the moment by which promises are kept: `now`, or the latest moment that was ever trusted, if the machine's
    clock has gone back (R-DATA-119). What has expired stays expired."""
    latest = Mark.objects.filter(name=TIME).values_list("at", flat=True).first()
    return now if latest is None else max(now, latest)
