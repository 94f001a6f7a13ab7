"""How long an appeal may be made, and until when it is to be decided. Pure."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

MONTHS = 6
"""Source: DSA (Regulation (EU) 2022/2065), art. 20(1) and (2): at least six months from the day of being informed."""
FIRST_TO_SEE_A_DAY = timezone(timedelta(hours=14))
LAST_TO_SEE_A_DAY = timezone(-timedelta(hours=12))


@dataclass(frozen=True, slots=True)
class Open:
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Closed:
    closed_at: datetime


def window(informed_at: datetime, at: datetime) -> Open | Closed:
    """Return whether an appeal may still be made at the moment `at`. The instant of closing is closed."""
    closes_at = closing(informed_at)
    return Open(closes_at) if at < closes_at else Closed(closes_at)


def closing(informed_at: datetime) -> datetime:
    """Return the instant (UTC) at which the window closes for somebody who was told at `informed_at`.

    Months are counted by the calendar, the day of being told not included, and the last day to its end; a month
    that lacks the day ends the period with its last one (Regulation (EEC, Euratom) No 1182/71, art. 3(1) and
    (2)(c)). As we do not know where the person lives, the first day is the latest that it was anywhere, and
    the last one ends where it ends last: nobody's own calendar gives them less.
    """
    last = _months_later(informed_at.astimezone(FIRST_TO_SEE_A_DAY).date(), MONTHS)
    end = datetime.combine(last + timedelta(days=1), time(), LAST_TO_SEE_A_DAY)
    return end.astimezone(UTC)


def due(made_at: datetime, time_to_decide: timedelta, rests_until: datetime | None = None) -> datetime:
    """Return until when an appeal is to be decided: `time_to_decide` after it arrived, or after its rest has ended.

    DSA art. 20(4) says "without undue delay"; the number is the installation's own (setting `appeal_days`).
    """
    return max(made_at, rests_until or made_at) + time_to_decide


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
