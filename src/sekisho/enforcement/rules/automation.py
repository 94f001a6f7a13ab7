"""Whether automation may impose one more sanction today, or has to leave it to a person (P-004). Pure.

A wrong rule can punish many people in an hour, and nobody is slower than the person who would notice. So there
is a cap a day, and an alarm that rings earlier: a day that does not look like the days before it.

The table in `docs/rules/policy-change.md` is the one that the test of this file runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sekisho.enforcement.types import Allowed

DAYS = 7
"""How many days before today are looked at."""


@dataclass(frozen=True, slots=True)
class AutomationLimits:
    """Numbers of our decision: P-004 asks for a cap and an alarm, and names none."""

    a_day: int = 100
    """Automatic sanctions a day (UTC), on the whole installation."""
    unremarkable: int = 20
    """So many a day are never an anomaly: small numbers jump about."""
    times_usual: int = 3
    """A day with more than so many times the average of the days before it is one."""


DEFAULT_LIMITS = AutomationLimits()


@dataclass(frozen=True, slots=True)
class CapReached:
    """Today's automatic sanctions are used up."""

    today: int
    cap: int


@dataclass(frozen=True, slots=True)
class Anomalous:
    """One more would make today unlike the days before it."""

    today: int
    usual: float
    """The average of the days before."""


def may_automate(
    today: int, before: Sequence[int], limits: AutomationLimits = DEFAULT_LIMITS
) -> Allowed | CapReached | Anomalous:
    """Return whether automation may impose one more, after `today` many; `before` counts the days before.

    Days without any count too. A sanction that a person decides on is never asked about here.
    """
    if today >= limits.a_day:
        return CapReached(today, limits.a_day)
    usual = sum(before) / len(before) if before else 0.0
    if today >= max(limits.unremarkable, limits.times_usual * usual):
        return Anomalous(today, usual)
    return Allowed()
