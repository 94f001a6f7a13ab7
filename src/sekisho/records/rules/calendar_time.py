"""Time as promises count it: days of 86,400 s UTC, years and months of the calendar (R-DATA-107). Pure."""

from __future__ import annotations

import calendar
from datetime import datetime


def years_after(at: datetime, years: int) -> datetime:
    """Return the same moment so many years later; 29 February becomes 28 February where there is none."""
    return months_after(at, 12 * years)


def months_after(at: datetime, months: int) -> datetime:
    """Return the same moment so many months later; a day that the month lacks becomes its last."""
    month = at.year * 12 + at.month - 1 + months
    year, month = month // 12, month % 12 + 1
    return at.replace(year=year, month=month, day=min(at.day, calendar.monthrange(year, month)[1]))
