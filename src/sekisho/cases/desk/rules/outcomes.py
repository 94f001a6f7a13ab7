"""How conversations with the bot end, counted so that nothing looks better than it is (R-SUP-150). Pure.

Who keeps conversations hands them in as plain values; this room never sees one. Only what a person confirmed, and did
not come back about, is resolved. Who leaves without a word has said nothing, and is counted as that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

RETURN = timedelta(days=7)
"""For how long coming back about the same says that it was not resolved; the last instant included. Source:
R-SUP-150."""


class Outcome(StrEnum):
    """How one conversation ended. Each ends in one way."""

    CONFIRMED = "confirmed"
    """The person said that it answered their question."""
    SILENT = "silent"
    """They left."""
    HANDED_OVER = "handed_over"
    """To people, as a case."""
    ABSTAINED = "abstained"
    """Nothing that could be cited answered it, and they were told so."""
    FAILED = "failed"
    """The bot did not work."""


@dataclass(frozen=True, slots=True)
class Ended:
    """One conversation that has ended."""

    outcome: Outcome
    ended_at: datetime
    returned_at: datetime | None = None
    """When the same person next asked about the same issue, if they did; None also for who cannot be recognised."""
    language: str = ""
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many ended how. The five outcomes add up to `total`; `returned` and `pending` are parts of `confirmed`."""

    outcomes: Mapping[Outcome, int]
    returned: int
    """Confirmed, and asked about again within `RETURN`."""
    pending: int
    """Confirmed so lately that they may yet come back."""

    @property
    def total(self) -> int:
        return sum(self.outcomes.values())

    @property
    def resolved(self) -> int:
        """Confirmed, not returned, and the time for returning is over."""
        return self.outcomes[Outcome.CONFIRMED] - self.returned - self.pending

    @property
    def share(self) -> float | None:
        """Resolved of all whose result is known; None while there is none."""
        known = self.total - self.pending
        return self.resolved / known if known else None


def counted(conversations: Iterable[Ended], at: datetime) -> Counted:
    """Return how these conversations ended, as it is known at the moment `at`."""
    outcomes: Counter[Outcome] = Counter(dict.fromkeys(Outcome, 0))
    returned = pending = 0
    for one in conversations:
        outcomes[one.outcome] += 1
        if one.outcome is Outcome.CONFIRMED:
            came_back = has_returned(one)
            returned += came_back
            pending += not came_back and at <= one.ended_at + RETURN
    return Counted({outcome: outcomes[outcome] for outcome in Outcome}, returned, pending)


def has_returned(one: Ended) -> bool:
    """Return whether the person came back about the same within `RETURN`."""
    return one.returned_at is not None and one.ended_at <= one.returned_at <= one.ended_at + RETURN
