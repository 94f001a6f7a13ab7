"""When a duty is due. Pure: terms come from the law's file, and `cases.rules.clocks` counts them.

* minutes, hours and days run from instant to instant: a change to summer time neither gives nor takes any;
* working days, and what counts `from_next_day`, end with their last day, in the law's own time zone;
* a month ends with the day of the same date, or with the last of a shorter month.

`docs/rules/compliance-clocks.md` has the table that the test runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sekisho.cases.rules.clocks import calendar_due, end_of_day, months_due
from sekisho.cases.rules.holidays import Region, is_working_day
from sekisho.compliance.types import ClockRule, Due, Law, Matter, Term, Unit

ALERT_BEFORE = timedelta(hours=48)
"""How long before a clock ends staff are told (R-SUP-136)."""
TARGET = "_target"
"""What the name of a clock of our own aim ends with, where the law sets a limit too."""
_DAY = timedelta(days=1)
_LONG = {Unit.MINUTES: timedelta(minutes=1), Unit.HOURS: timedelta(hours=1), Unit.DAYS: _DAY}


def due(term: Term, received: datetime, zone: str, holidays: Region) -> datetime:
    """Return the last instant in time, in UTC, of the term that begins with what was received.

    `zone` is the law's IANA time zone; `holidays` says whose public holidays are no working days.
    """
    place, rolls = ZoneInfo(zone), holidays if term.rolls else None
    match term.unit:
        case Unit.WORKING_DAYS:
            last = _working_days_on(received.astimezone(place).date(), term.count, holidays)
            return end_of_day(last, place)
        case Unit.MONTHS:
            return months_due(received, term.count, zone=place, rolls_over=rolls)
        case _:
            long = term.count * _LONG[term.unit]
            return calendar_due(
                received, long, zone=place, from_next_day=term.from_next_day, rolls_over=rolls
            )


def clocks(law: Law, matter: Matter, received: datetime, *, is_urgent: bool = False) -> tuple[Due, ...]:
    """Return the clocks that a matter starts under a law, in the order of its file; a duty's aim, then its limit."""
    rules = (rule for rule in law.clocks if rule.matter is matter)
    return tuple(one for rule in rules for one in _of_duty(rule, law, received, is_urgent))


def _of_duty(rule: ClockRule, law: Law, received: datetime, is_urgent: bool) -> Iterator[Due]:
    aim = rule.urgent if is_urgent and rule.urgent else rule.target
    if aim is not None:
        name = f"{rule.duty}{TARGET}" if rule.limit else rule.duty
        yield Due(name, due(aim, received, law.zone, law.holidays), False)
    if rule.limit is not None:
        yield Due(rule.duty, due(rule.limit, received, law.zone, law.holidays), True)


def _working_days_on(day: date, count: int, holidays: Region) -> date:
    while count:
        day += _DAY
        count -= is_working_day(day, holidays)
    return day
