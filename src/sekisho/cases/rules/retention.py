"""How long cases are kept (R-SUP-147, R-DATA-233). Pure.

Two sources speak of it. The desk's says 24 months after closing for ordinary cases; that of data use says 180 days
after closing for tickets. The stricter holds for what people said: their words become unreadable after the time that
the calendar of data use calls `tickets`. What then is left of an ordinary case is ids, times and kinds, by which we
count; it goes after 24 months. Cases that law may ask about keep both for six years.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sekisho.cases.types import Kind
from sekisho.records.rules.calendar_time import months_after


class Keeping(StrEnum):
    """The retention classes of cases. Proof of who somebody is has a class of its own, in `support.recovery`."""

    ORDINARY = "ordinary"
    LEGAL = "legal"


ORDINARY_MONTHS = 24
LEGAL_YEARS = 6
"""Source of both: R-SUP-147."""
LEGAL = frozenset({Kind.NOTICE, Kind.COMPLAINT, Kind.APPEAL, Kind.AUTHORITY})


def keeping(kind: Kind, *, had_legal_clock: bool) -> Keeping:
    """Return the class of a case: legal by its kind, or because a clock of law ever ran on it."""
    return Keeping.LEGAL if kind in LEGAL or had_legal_clock else Keeping.ORDINARY


def words_end(held: Keeping, settled_at: datetime, tickets: timedelta) -> datetime:
    """Return when the words of a case become unreadable; `tickets` is the calendar's."""
    return settled_at + tickets if held is Keeping.ORDINARY else row_ends(held, settled_at)


def row_ends(held: Keeping, settled_at: datetime) -> datetime:
    """Return when nothing is left of a case."""
    return months_after(settled_at, ORDINARY_MONTHS if held is Keeping.ORDINARY else 12 * LEGAL_YEARS)
