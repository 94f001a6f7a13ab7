"""When a duty is due. Pure: terms come from the law's file, days without work are handed in.

Three ways of counting:

* minutes and hours are elapsed time: a change to summer time neither gives nor takes any;
* days from the moment of receipt end at the same time of day, so many days on, in the law's own time zone;
* days, working days and months `from_next_day` end with their last day. The instant of the end is the first of the day
  that follows, and is itself too late. A month ends with the day of the same date, or with the last of a shorter month
  (Regulation (EEC, Euratom) No 1182/71, art. 3(2)(c)).

Working days always count from the next day. `docs/rules/compliance-clocks.md` has the table that the test runs.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Container, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sekisho.compliance.types import Category, ClockRule, Due, Law, Matter, Term, Unit

ALERT_BEFORE = timedelta(hours=48)
"""How long before a clock ends staff are told (R-SUP-136)."""
TARGET = "_target"
"""What the name of a clock of our own aim ends with, where the law sets a limit too."""
_SATURDAY = 5
_DAY = timedelta(days=1)
_ELAPSED = {Unit.MINUTES: timedelta(minutes=1), Unit.HOURS: timedelta(hours=1)}


def due(term: Term, received: datetime, zone: str, holidays: Container[date]) -> datetime:
    """Return when the term ends that begins with what was received; in UTC, that instant is too late.

    `zone` is the law's IANA time zone; `holidays` holds the days besides Saturdays and Sundays on which nobody works.
    """
    if term.unit in _ELAPSED:
        return received + term.count * _ELAPSED[term.unit]
    here = received.astimezone(ZoneInfo(zone))
    if term.unit is Unit.DAYS and not term.from_next_day:
        return _in_utc(datetime.combine(here.date() + term.count * _DAY, here.time()), zone)
    last = _last_day(term, here.date(), holidays)
    return _in_utc(datetime.combine(last + _DAY, time()), zone)


def clocks(
    law: Law, matter: Matter, received: datetime, holidays: Container[date], *, is_urgent: bool = False
) -> tuple[Due, ...]:
    """Return the clocks that a matter starts under a law, in the order of its file; a duty's aim, then its limit."""
    return tuple(
        one
        for rule in law.clocks
        if rule.matter is matter
        for one in _of_duty(rule, received, law.zone, holidays, is_urgent)
    )


def is_working(day: date, holidays: Container[date]) -> bool:
    return day.weekday() < _SATURDAY and day not in holidays


def is_urgent(category: Category | None) -> bool:
    return category is not None and category.is_urgent


def _of_duty(
    rule: ClockRule, received: datetime, zone: str, holidays: Container[date], urgent: bool
) -> Iterator[Due]:
    aim = rule.urgent if urgent and rule.urgent else rule.target
    if aim is not None:
        name = f"{rule.duty}{TARGET}" if rule.limit else rule.duty
        yield Due(name, due(aim, received, zone, holidays), False)
    if rule.limit is not None:
        yield Due(rule.duty, due(rule.limit, received, zone, holidays), True)


def _last_day(term: Term, received: date, holidays: Container[date]) -> date:
    match term.unit:
        case Unit.WORKING_DAYS:
            return _working_days_on(received, term.count, holidays)
        case Unit.MONTHS:
            last = _months_on(received, term.count)
        case _:
            last = received + term.count * _DAY
    while term.rolls and not is_working(last, holidays):
        last += _DAY
    return last


def _working_days_on(day: date, count: int, holidays: Container[date]) -> date:
    while count:
        day += _DAY
        count -= is_working(day, holidays)
    return day


def _months_on(day: date, count: int) -> date:
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _in_utc(wall: datetime, zone: str) -> datetime:
    """A time of day that a change of clocks skips is the one an hour later, one that comes twice is its first."""
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
