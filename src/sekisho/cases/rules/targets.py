"""By when we promise to answer (R-SUP-072). Pure. Figures of our own decision, in hours of an open office."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sekisho.accounts.types import Plan
from sekisho.cases.rules.clocks import Office, business_due
from sekisho.cases.types import Impact, Kind

FIRST_REPLY = "first_reply"
NEXT_REPLY = "next_reply"
TARGETS = frozenset({FIRST_REPLY, NEXT_REPLY})
"""Names of the clocks of our own promises."""

_HOURS: Mapping[Plan | None, tuple[int, int]] = {
    Plan.ENTERPRISE: (4, 4),
    Plan.GOV: (4, 4),
    Plan.TEAM: (9, 9),
    Plan.API: (9, 9),
    Plan.MAX: (9, 18),
    Plan.PRO: (18, 18),
    Plan.THIRD_PARTY: (18, 18),
    Plan.FREE: (27, 27),
    None: (27, 27),
}
"""Hours to the first and to every next reply. A day of an office that is open from nine to six has nine."""
_SOONER: Mapping[Impact, int] = {Impact.CRITICAL: 4, Impact.HIGH: 2}
"""By what the hours are divided, where much hangs on it."""
_SAFETY_HOURS = (2, 4)
"""Of reports about safety, whoever makes them: no plan is asked."""


def hours(duty: str, kind: Kind, plan: Plan | None, impact: Impact) -> timedelta:
    """Return in how much business time an answer is promised."""
    first, later = _SAFETY_HOURS if kind is Kind.SAFETY else _HOURS[plan]
    return timedelta(hours=first if duty == FIRST_REPLY else later) / _SOONER.get(impact, 1)


def promised(
    duty: str, kind: Kind, plan: Plan | None, impact: Impact, start: datetime, office: Office
) -> datetime:
    """Return by when we promise to answer what came at `start`: told to people, and held against us."""
    return business_due(start, hours(duty, kind, plan, impact), office)
