"""Timed work of the review queue. Each may be called at any time and by several workers."""

from __future__ import annotations

from sekisho.accounts.types import system
from sekisho.base.clock import Clock, system_clock
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.review import actions, queries


def keep_house() -> None:
    """Gather known answers, and destroy words that were kept long enough. For once an hour."""
    actions.gather_golden()
    actions.forget()


def take_waiting(clock: Clock = system_clock) -> int:
    """Bring into the queue what the ladder leaves to people, unless the decision behind it is in the queue already.
    For every minute or so."""
    waits = enforcement.waiting_for_people(system("review"), clock())
    looked_at = queries.open_about([each.decision for each in waits if each.decision])
    rest = [each for each in waits if each.decision not in looked_at]
    return actions.take_waiting([(each.unit, each.clause, each.due_at) for each in rest], clock)


def call_staff() -> None:
    """Tell staff of what is due at once. For every few seconds."""
    actions.call_staff()
