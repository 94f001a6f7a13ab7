"""Between what was decided and what is kept because of it: copies of what was blocked, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sekisho.accounts.types import system
from sekisho.base.clock import Clock, system_clock
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.labelling import passage_of
from sekisho.enforcement.queries.overturns import overturned_since
from sekisho.enforcement.types import Arrived, DecisionRecord
from sekisho.records.safety import actions, queries
from sekisho.records.safety.types import Flagged

EVERY_S = 60.0
BACK = timedelta(minutes=10)
"""How far each look reaches back before the last: what was being written then is seen now."""
READER = system("safety")


def take_safety_copies(arrived: Arrived) -> None:
    """Copy the least of what was blocked for what stands in it (R-DATA-240). Called by ingest."""
    if flagged := list(_flagged(arrived)):
        actions.take_copies(flagged)


def _flagged(arrived: Arrived) -> Iterator[Flagged]:
    """What was modified or annotated is no violation: to copy what was masked would keep what the mask hides."""
    turns = {turn.id: turn for turn in arrived.turns}
    for decision in arrived.decisions:
        seen = _matched(decision)
        if decision.action == "block" and seen is not None:
            turn = turns[decision.turn]
            text = passage_of(decision, turn.content)
            yield Flagged(turn, decision.id, decision.clause, decision.stage, text, seen[0])


def _matched(decision: DecisionRecord) -> tuple[tuple[int, int] | None] | None:
    """Where the gravest thing that was found stands; None where nothing was found, but something was missing."""
    found = next((each for each in decision.grounds if each.outcome == "match"), None)
    return (found.span,) if found else None


def follow_outcomes(clock: Clock = system_clock) -> int:
    """Keep what people confirmed, destroy what they found wrong or an appeal overturned; return how many that were.

    May be called at any time and by several workers.
    """
    at = clock()
    before = queries.followed_until()
    since = before - BACK if before else None
    wrong = set(overturned_since(since))
    right = set[str]()
    for label in enforcement.labels(READER, since):
        if label.found.harmful is not None:
            (right if label.found.harmful else wrong).add(label.decision.id)
    settled = actions.dismiss(wrong, at) + actions.confirm(right - wrong, at)
    actions.follow_until(at)
    return settled
