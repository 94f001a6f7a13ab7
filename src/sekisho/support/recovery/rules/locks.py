"""Failures and locks (R-SUP-096). They count per account that was named, known or not, and per requester."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_FAILURES = 3
LOCK = timedelta(days=7)
"""How long the flow stays locked, and how far back failures count. Source: R-SUP-096."""
REMEMBERED = 2 * LOCK
"""How long a failure is kept: as long as it can still count."""
CODE_LIVES = timedelta(minutes=15)
"""How long a code is good. Source: our policy; NIST SP 800-63B, 5.1.3.2, allows ten minutes for codes out of band, and
mail is slower."""
CODE_DIGITS = 8
"""With three tries a week, one guess in 33 million succeeds."""
PROOF_LIVES = timedelta(minutes=30)
"""How long a browser may go on with what it has proven. Source: our policy."""
ASKED_A_DAY = 20
"""How many claims one requester may begin in a day. Source: our policy; a family or an office asks less."""


@dataclass(frozen=True, slots=True)
class Free:
    """One may try."""

    left: int
    """How often one may fail until it locks; at least 1."""


@dataclass(frozen=True, slots=True)
class Locked:
    until: datetime
    """That instant excluded."""


def lock(failures: Sequence[datetime], at: datetime) -> Free | Locked:
    """Return whether one may try at the moment `at`, after these failures, in any order.

    Three within a week lock for a week from the third. What is tried while it is locked is not looked at, and so is no
    failure: nobody lengthens a lock from outside.
    """
    past = sorted(moment for moment in failures if moment <= at)
    if not past:
        return Free(MOST_FAILURES)
    last = past[-1]
    counted = sum(moment > last - LOCK for moment in past)
    if counted >= MOST_FAILURES:
        return Locked(last + LOCK) if at < last + LOCK else Free(MOST_FAILURES)
    recent = sum(moment > at - LOCK for moment in past)
    return Free(MOST_FAILURES - recent)


def strictest(locks: Sequence[Free | Locked]) -> Free | Locked:
    """Return the answer that holds where several do: the longest lock, else the fewest tries."""
    shut = [one for one in locks if isinstance(one, Locked)]
    if shut:
        return max(shut, key=lambda one: one.until)
    return min((one for one in locks if isinstance(one, Free)), key=lambda one: one.left)
