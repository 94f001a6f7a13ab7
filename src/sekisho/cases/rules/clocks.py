"""When something is due: in business time for what we promise, in calendar time for what law sets (R-SUP-072). Pure.

Business time runs while the office is open, by the clock on its wall: of a night in which the clocks change nothing is
counted, and an hour in the office is an hour. Calendar time runs always.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sekisho.cases.rules.holidays import Region, is_working_day

_DAY = timedelta(days=1)
_LONGEST = 3 * 366
"""Days that are searched for business time; more than any promise needs."""


@dataclass(frozen=True, slots=True)
class Office:
    """When people are there."""

    zone: ZoneInfo
    opens: time = time(9)
    closes: time = time(18)
    holidays: Region = ""

    def span(self, day: date) -> tuple[datetime, datetime] | None:
        """Return when the office opens and closes on that day, in UTC; None when it stays shut."""
        if not is_working_day(day, self.holidays):
            return None
        return self._at(day, self.opens), self._at(day, self.closes)

    def _at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self.zone).astimezone(UTC)


def business_due(start: datetime, wanted: timedelta, office: Office) -> datetime:
    """Return the moment at which the office has been open for `wanted` since `start`, in UTC.

    What arrives when it is shut counts from the next opening. Raises `ValueError` for a time that no office reaches.
    """
    left, day = wanted, start.astimezone(office.zone).date()
    for _ in range(_LONGEST):
        if span := office.span(day):
            begin, end = max(span[0], start), span[1]
            if begin < end and left <= end - begin:
                return begin.astimezone(UTC) + left
            left -= max(end - begin, timedelta(0))
        day += _DAY
    raise ValueError("This office is open too seldom for a promise. Check its hours and its holidays.")


def business_between(start: datetime, end: datetime, office: Office) -> timedelta:
    """Return for how long the office was open between two moments; nothing when they are the wrong way round."""
    total, day = timedelta(0), start.astimezone(office.zone).date()
    last = end.astimezone(office.zone).date()
    while day <= last:
        if span := office.span(day):
            total += max(min(span[1], end) - max(span[0], start), timedelta(0))
        day += _DAY
    return total


def calendar_due(
    start: datetime,
    term: timedelta,
    *,
    zone: ZoneInfo,
    from_next_day: bool = False,
    until_end_of_day: bool = False,
    rolls_over: Region | None = None,
) -> datetime:
    """Return when a term of law ends, in UTC: the last instant that is still in time.

    As it stands the term runs from instant to instant. Counted `from_next_day`, the day of receipt does not count and
    the last day counts to its end in `zone` (UK DPA 2018, s.164A(3); Regulation (EEC, Euratom) 1182/71, Article 3).
    `until_end_of_day` lets only the end be a whole day's. One that would end on a day that is no working day in
    `rolls_over` ends with the next that is.
    """
    if not (from_next_day or until_end_of_day):
        return (start + term).astimezone(UTC)
    last = (start.astimezone(zone) + term).date()
    while rolls_over is not None and not is_working_day(last, rolls_over):
        last += _DAY
    return end_of_day(last, zone)


def months_due(start: datetime, months: int, *, zone: ZoneInfo, rolls_over: Region | None = None) -> datetime:
    """Return when a term of so many months ends: with the day of the same number, or the month's last.

    Source: Regulation (EEC, Euratom) 1182/71, Article 3(2)(c) and 3(4); GDPR, Article 12(3) counts by it.
    """
    begun = start.astimezone(zone).date()
    year, month = divmod(begun.year * 12 + begun.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = min(date(year, month + 1, 1) + (begun.day - 1) * _DAY, following - _DAY)
    while rolls_over is not None and not is_working_day(last, rolls_over):
        last += _DAY
    return end_of_day(last, zone)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the last instant of the day in that zone, in UTC."""
    return datetime.combine(day + _DAY, time(0), zone).astimezone(UTC) - timedelta(microseconds=1)
