"""How much a reviewer looks at in a day, and when they pause. Pure.

Blurring or greying does not lessen what such work does to people; less of it does. So there is a budget of hard
material for any 24 hours, and a pause after several hard cases in a row, and no way around either.
Numbers are ours: neither law nor standard names any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sekisho.enforcement.review.types import Category

DAY = timedelta(hours=24)
WEIGHTS: Mapping[str, int] = {
    "child_safety": 10,
    "violence_hate": 5,
    "psych_harm": 5,
    "sexual_explicit": 4,
    "weapons": 3,
    "fraud_predation": 2,
    "justice_surveillance": 2,
}
"""What looking at a case under a clause weighs; any other clause weighs 1."""


@dataclass(frozen=True, slots=True)
class Limits:
    budget: int = 120
    """Weight of what one person looks at in any 24 hours."""
    hard: int = 4
    """From which weight a case is a hard one."""
    in_a_row: int = 5
    """So many hard cases within `row` are followed by a break."""
    row: timedelta = timedelta(hours=1)
    rest: timedelta = timedelta(minutes=15)


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Look:
    """That somebody looked at a case."""

    at: datetime
    weight: int


@dataclass(frozen=True, slots=True)
class Ready:
    left: int
    """Weight that may still be looked at now."""


@dataclass(frozen=True, slots=True)
class OnBreak:
    until: datetime


@dataclass(frozen=True, slots=True)
class Spent:
    """The budget is used up until so much has passed out of the last 24 hours that a light case fits again."""

    until: datetime


def weight_of(clause: str, category: Category = Category.OTHER) -> int:
    """Return what looking at a case weighs, by its clause or, before anybody knows one, by what the report says."""
    if category is Category.CHILD_SAFETY:
        return WEIGHTS["child_safety"]
    if category is Category.IMMINENT_HARM:
        return max(WEIGHTS["psych_harm"], WEIGHTS.get(clause, 1))
    return WEIGHTS.get(clause, 1)


def may_look(looks: Sequence[Look], at: datetime, limits: Limits = DEFAULT_LIMITS) -> Ready | OnBreak | Spent:
    """Return whether somebody with these looks behind them may take another case at `at`, and until when not.

    Looks may come in any order; those of 24 hours ago and earlier count nothing.
    """
    recent = sorted((each for each in looks if at - DAY < each.at <= at), key=lambda each: each.at)
    used = sum(each.weight for each in recent)
    if used >= limits.budget:
        return Spent(_free_again(recent, used, limits))
    until = _break_ends(recent, limits)
    return OnBreak(until) if until and at < until else Ready(limits.budget - used)


def _free_again(recent: Sequence[Look], used: int, limits: Limits) -> datetime:
    for each in recent:
        used -= each.weight
        if used < limits.budget:
            return each.at + DAY
    return recent[-1].at + DAY


def _break_ends(recent: Sequence[Look], limits: Limits) -> datetime | None:
    """Return the end of the last break that fell due, None if none did. A break begins the count anew."""
    ends, row = None, list[datetime]()
    for each in (one for one in recent if one.weight >= limits.hard):
        row = [moment for moment in row if moment > each.at - limits.row] + [each.at]
        if len(row) >= limits.in_a_row:
            ends, row = each.at + limits.rest, []
    return ends
