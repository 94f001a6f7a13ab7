"""When a misuse of the channel may be answered: a warning first, then a pause that ends (R-SUP-125). Pure.

A person decides on either; this only says from when they may. The numbers are our decision: DSA art. 23 asks for a
warning before, for a reasonable period, and for criteria that are told; it names no numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LOOKED_BACK = timedelta(days=365)
UNFOUNDED = 3
"""Manifestly unfounded appeals in the last year from which a person may warn."""
SHARE = 0.5
"""… and they are at least so much of all that were decided."""
AFTER_WARNING = 2
"""Manifestly unfounded ones, made after the warning, from which a person may pause."""
LONGEST_PAUSE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Answered:
    """An appeal of this person that was decided."""

    made_at: datetime
    unfounded: bool


@dataclass(frozen=True, slots=True)
class Unremarkable:
    pass


@dataclass(frozen=True, slots=True)
class MayWarn:
    unfounded: int
    decided: int


@dataclass(frozen=True, slots=True)
class MayPause:
    unfounded: int
    decided: int
    until: datetime
    """The latest end."""


def misuse(
    answered: Iterable[Answered], warned_at: datetime | None, at: datetime
) -> Unremarkable | MayWarn | MayPause:
    """Return what a person may do about somebody with these appeals. Without a warning there is never a pause.

    A warning is forgotten with what it was about: after a year without, the next step is a warning again.
    """
    recent = [one for one in answered if at - LOOKED_BACK < one.made_at <= at]
    unfounded = [one for one in recent if one.unfounded]
    if len(unfounded) < UNFOUNDED or len(unfounded) < SHARE * len(recent):
        return Unremarkable()
    if warned_at is None or warned_at <= at - LOOKED_BACK:
        return MayWarn(len(unfounded), len(recent))
    if sum(one.made_at > warned_at for one in unfounded) < AFTER_WARNING:
        return Unremarkable()
    return MayPause(len(unfounded), len(recent), at + LONGEST_PAUSE)
