"""In which order cases are worked (R-SUP-062). Pure.

Clocks of law first, by when they run out; then safety; then everything else by the time that was promised. Plan and
impact buy an earlier promise (`targets`), and decide between two that fall on one second: never a place before a clock
of law, and never one before somebody whose promise falls due sooner. So nobody waits forever behind those who pay.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum

from sekisho.accounts.types import Plan
from sekisho.cases.rules.states import SETTLED
from sekisho.cases.types import Impact, Kind, Queue, State


class Lane(IntEnum):
    """What goes before what."""

    LEGAL = 0
    SAFETY = 1
    ORDINARY = 2
    WAITING = 5
    """For an answer of the person: nothing to do until it comes."""
    SETTLED = 9


TIER: Mapping[Plan | None, int] = {
    Plan.ENTERPRISE: 0,
    Plan.GOV: 0,
    Plan.TEAM: 1,
    Plan.API: 1,
    Plan.MAX: 2,
    Plan.PRO: 3,
    Plan.THIRD_PARTY: 3,
    Plan.FREE: 4,
    None: 4,
}
GRAVITY: Mapping[Impact, int] = {
    Impact.CRITICAL: 0,
    Impact.HIGH: 1,
    Impact.NORMAL: 2,
    Impact.NONE: 2,
    Impact.LOW: 3,
}
_FAR = 99_999_999_999
"""The last second that has eleven digits."""
_SAFE = frozenset({Queue.SAFETY, Queue.MINORS})


def lane(kind: Kind, queue: Queue, state: State, legal_due: datetime | None) -> Lane:
    """Return the lane in which a case waits. A clock of law runs on while we wait for the person."""
    if state in SETTLED:
        return Lane.SETTLED
    if legal_due is not None:
        return Lane.LEGAL
    if kind is Kind.SAFETY or queue in _SAFE:
        return Lane.SAFETY
    return Lane.WAITING if state is State.WAITING_FOR_ACTOR else Lane.ORDINARY


def place(lane: Lane, due: datetime, plan: Plan | None, impact: Impact, case: str) -> str:
    """Return the case's place in the queue, as a text that sorts: lane, second, gravity, tier, and the id, so that no
    two have the same. Stored, so that a page of the queue is one stretch of an index. Of what is settled the latest
    stands first.
    """
    second = int(due.timestamp())
    if lane is Lane.SETTLED:
        second = _FAR - second
    return f"{lane.value}{second:011d}{GRAVITY[impact]}{TIER[plan]}{case}"


def starts_at(lane: Lane) -> str:
    """Return what sorts before every place of the lane, and after those of the lanes before it."""
    return str(lane.value)
