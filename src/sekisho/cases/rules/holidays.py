"""Days on which nobody works, by region. Pure: `holidays` reckons them without a network. No Django.

Source of the days: the package `holidays` (python-holidays), which states the law of each country; for the EU those on
which the institutions' payment system rests (TARGET closing days), as the EU has no public holidays of its own.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Literal, get_args

import holidays

Region = Literal["JP", "EU", "UK", "AU", ""]
REGIONS: tuple[Region, ...] = get_args(Region)
"""Regions with days of their own; the empty one has none."""


def is_holiday(day: date, region: Region) -> bool:
    """Return whether it is a public holiday there; weekends are not meant."""
    return day in _of_year(region, day.year)


def is_working_day(day: date, region: Region) -> bool:
    """Return whether it is neither a Saturday nor a Sunday nor a public holiday there."""
    return day.weekday() < 5 and not is_holiday(day, region)


@cache
def _of_year(region: Region, year: int) -> frozenset[date]:
    match region:
        case "":
            return frozenset()
        case "EU":
            return frozenset(holidays.financial_holidays("ECB", years=year))
        case "UK":
            return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
        case _:
            return frozenset(holidays.country_holidays(region, years=year))
