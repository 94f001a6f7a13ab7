"""When a window for refunds shuts: days are counted where the customer lives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

import holidays
import msgspec

from sekisho.base.text import Text

IsRest = Callable[[str, date], bool]
"""Whether a day is none on which people work, in a country."""
SATURDAY = 5


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How long money is given back, and what the use of the service does to it."""

    days: int
    """Counted from the day after the purchase."""
    after_use: Literal["proportionate", "none"]
    """What is left of it once the service was used: the unused part, or nothing."""
    article: Text
    source: str
    reviewed: date


class Region(Window, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the law of a region gives consumers, whatever the terms say."""

    id: str
    name: Text
    rolls: bool
    """Whether a window that would end on a day of rest ends on the next working day."""
    countries: Mapping[str, tuple[str, ...]]
    """Country → its time zones."""


class Terms(Window, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What whoever runs the installation promises beside the law."""

    renewals: bool
    """Whether renewals count too."""
    again_after_days: int
    """How long after a refund there is no other by the terms."""


class RefundLaw(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All windows, with the version under which decisions name them."""

    version: str
    regions: tuple[Region, ...]
    terms: Terms

    def region_of(self, country: str) -> Region | None:
        return next((one for one in self.regions if country in one.countries), None)


def is_rest(country: str, day: date) -> bool:
    """Return whether a day is a Saturday, a Sunday or a public holiday of the country."""
    return day.weekday() >= SATURDAY or day in _holidays(country, day.year)


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    if country not in holidays.list_supported_countries():
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=year))


def shuts_at(
    bought_at: datetime,
    days: int,
    zones: tuple[str, ...],
    country: str = "",
    *,
    rolls: bool = False,
    rest: IsRest = is_rest,
) -> datetime:
    """Return the first instant after a window of so many days. Where a country has several time zones and nobody knows
    which, the one in which it ends last.

    Source: Regulation (EEC, Euratom) No 1182/71, Article 3(1): the day of the purchase does not count; 3(2)(b): the
    last hour of the last day does; 3(4): it rolls over days of rest.
    """
    return max(_shuts(bought_at, days, ZoneInfo(zone), country if rolls else "", rest) for zone in zones)


def _shuts(bought_at: datetime, days: int, zone: ZoneInfo, country: str, rest: IsRest) -> datetime:
    last = bought_at.astimezone(zone).date() + timedelta(days=days)
    while country and rest(country, last):
        last += timedelta(days=1)
    return datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)
