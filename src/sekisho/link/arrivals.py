"""What follows from turns that have just arrived, in the transaction that stores them: never twice, never lost."""

from __future__ import annotations

from collections.abc import Callable

from sekisho.enforcement.actions import take_strikes
from sekisho.enforcement.conduct.actions import observe
from sekisho.enforcement.holds.actions import take_holds
from sekisho.enforcement.review.actions import take_cases
from sekisho.enforcement.types import Arrived
from sekisho.link.safety import take_safety_copies

CONSEQUENCES: tuple[Callable[[Arrived], None], ...] = (
    take_strikes,
    take_holds,
    observe,
    take_cases,
    take_safety_copies,
)
"""Actions of the rooms beneath, in this order. Each is quick, and makes its own rows only: no mail, no network."""


def follow(arrived: Arrived) -> None:
    """Let every room draw its consequences. One that raises undoes the whole batch, which then comes again."""
    if arrived.turns:
        for draw in CONSEQUENCES:
            draw(arrived)
