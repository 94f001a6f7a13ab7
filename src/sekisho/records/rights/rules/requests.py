"""How far a request may come, by when, and when an erasure is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sekisho.records.rights.types import OPEN, RequestState
from sekisho.records.types import Calendar

S = RequestState

STEPS: Mapping[RequestState, frozenset[RequestState]] = {
    S.RECEIVED: frozenset({S.VERIFYING, S.IN_PROGRESS, S.CANCELLED, S.REFUSED}),
    S.VERIFYING: frozenset({S.IN_PROGRESS, S.CANCELLED, S.REFUSED}),
    S.IN_PROGRESS: frozenset({S.COMPLETED, S.CANCELLED}),
    S.COMPLETED: frozenset(),
    S.CANCELLED: frozenset(),
    S.REFUSED: frozenset(),
}
"""To which states a request may go from each. What has ended stays so."""


def may_become(state: RequestState, wanted: RequestState, *, erases: bool = False) -> bool:
    """Return whether a request may go from `state` to `wanted`.

    An erasure that has begun is not cancelled any more: what is destroyed cannot be brought back, and half an account
    helps nobody (R-DATA-237).
    """
    if erases and state is S.IN_PROGRESS and wanted is S.CANCELLED:
        return False
    return wanted in STEPS[state]


def after_erasure(left: int) -> RequestState:
    """Return the state of an erasure of which `left` rows are not erased yet. Partial success is never done
    (R-DATA-237)."""
    return S.COMPLETED if left == 0 else S.IN_PROGRESS


def due_at(asked_at: datetime, calendar: Calendar) -> datetime:
    """Return by when a request is answered. Counted from when the person asked, also where somebody else handed it on.

    Source: GDPR, Article 12(3): one month; no month is shorter than 28 days, so the calendar's 30 are counted and the
    due date is shown. APPI, Article 33 asks for "without delay".
    """
    return asked_at + calendar.request_due


@dataclass(frozen=True, slots=True)
class Pending:
    left: timedelta


@dataclass(frozen=True, slots=True)
class Late:
    by: timedelta


@dataclass(frozen=True, slots=True)
class Done:
    """It has ended."""

    in_time: bool


def time_left(
    state: RequestState, due: datetime, finished_at: datetime | None, at: datetime
) -> Pending | Late | Done:
    """Return how a request stands to its due date. The last instant is in time."""
    if state not in OPEN:
        return Done((finished_at or at) <= due)
    return Pending(due - at) if at <= due else Late(at - due)
