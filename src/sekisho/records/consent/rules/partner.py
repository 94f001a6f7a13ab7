"""Who may join the partner program, when it lapses, and what administrators are told of objections (R-DATA-042…053).
Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sekisho.accounts.types import AccountFacts
from sekisho.records.consent.types import AtLeast, Joining, Withheld
from sekisho.records.rules.calendar_time import months_after
from sekisho.records.rules.eligibility import PARTNER_PLANS
from sekisho.records.types import Calendar

SMALLEST_GROUP = 10
"""Of fewer members than these nothing is told. Source: R-DATA-091 (k = 10)."""
COUNTED_IN = 5
"""Objections are told in steps of these, and never so that fewer than these remain who did not object: who knows what
all but one have done would know the last, and who watches the number would see one person change their mind."""
ATTESTATION_CHARS = (10, 300)
"""The shortest and longest words in which somebody says by what right they decide."""
REMINDED_BEFORE = (timedelta(days=30), timedelta(days=7))
"""How long before it lapses owners are reminded."""


def may_join(account: AccountFacts) -> Joining | None:
    """Return why the organisation may not join; None when it may."""
    if account.plan not in PARTNER_PLANS:
        return Joining.PLAN
    if account.education:
        return Joining.EDUCATION
    return Joining.ZERO_RETENTION if account.zero_retention else None


def attests(words: str) -> bool:
    """Return whether somebody has said by what right they decide for the organisation."""
    return ATTESTATION_CHARS[0] <= len(words.strip()) <= ATTESTATION_CHARS[1]


def lapses_at(confirmed_at: datetime, calendar: Calendar) -> datetime:
    """Return when participation ends unless it is confirmed anew; that instant excluded."""
    return months_after(confirmed_at, calendar.partner_lapse_months)


def reminder_due(lapses: datetime, at: datetime) -> timedelta | None:
    """Return which reminder is due: the latest whose time has come; None before the first and after the end."""
    due = [before for before in REMINDED_BEFORE if lapses - before <= at < lapses]
    return min(due, default=None)


def told_objections(objections: int, members: int) -> Withheld | AtLeast:
    """Return what administrators are told of how many of so many members object: a number in steps, never a name, and
    nothing at all of a small group (R-DATA-047)."""
    if members < SMALLEST_GROUP:
        return Withheld()
    most = members - COUNTED_IN
    return AtLeast(min(objections, most) // COUNTED_IN * COUNTED_IN)


def to_tell(members: Iterable[str], guests: Iterable[str], begun: Iterable[str]) -> tuple[str, ...]:
    """Return the members who have yet to be told: not those whose telling has begun, and no guests (R-DATA-048)."""
    passed_over = {*guests, *begun}
    return tuple(one for one in members if one not in passed_over)
