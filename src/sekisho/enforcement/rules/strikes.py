"""Which decisions count against somebody, and whom they concern. Pure.

A strike is for conduct, so three kinds of decisions make none:

- What rests on doubt or on a detector that was missing (`unsure:fire`, `error:hold`): the gate is careful, and nobody
  has violated anything yet. A reviewer may find that somebody did, and confirms it.
- What a tool brought back (`tool_result`): the web page is nobody's conduct.
- High-risk domains and guidelines: they oblige, they do not forbid (P-020).

The table in `docs/rules/ladder.md` is the one that the test of this file runs.
"""

from __future__ import annotations

from dataclasses import dataclass

from sekisho.detection.types import Role
from sekisho.enforcement.types import DecisionRecord, Ladder, Unit, UnitKind
from sekisho.policy.exceptions import EXCEPTED
from sekisho.policy.types import Action, Ground, Pack, Part

ACTED = {Action.MODIFY.word, Action.HOLD.word, Action.BLOCK.word}
MATCH = "match"


@dataclass(frozen=True, slots=True)
class Violation:
    """What a decision found that counts, or would count if no exception spared it."""

    ground: Ground
    hard: bool
    weight: int
    """Of the clause; 0 where automation counts nothing under it."""
    excepted: bool = False
    """Whether the gate let it pass because of a contract exception (P-006)."""


def violation_in(decision: DecisionRecord, pack: Pack, ladder: Ladder) -> Violation | None:
    """Return the violation that the decision found, None where it found none that counts.

    Its gravest ground says which: the one that decided, or the one that an exception lowered.
    """
    if decision.shadow or decision.stage == Role.TOOL_RESULT or not decision.grounds:
        return None
    excepted = next((one for one in decision.grounds if one.outcome == EXCEPTED), None)
    if decision.action in ACTED:
        return _violation(decision.grounds[0], pack, ladder)
    return _violation(excepted, pack, ladder, excepted=True) if excepted else None


def unit_of(organisation: str, key: str, end_user: str) -> Unit:
    """Return the smallest unit that explains it: the end user if the request named one, else the key (P-001)."""
    if end_user:
        return Unit(UnitKind.END_USER, end_user, organisation)
    return Unit(UnitKind.KEY, key, organisation)


def _violation(ground: Ground, pack: Pack, ladder: Ladder, *, excepted: bool = False) -> Violation | None:
    clause = pack.clause(ground.clause)
    if clause is None or clause.part is not Part.STANDARD:
        return None
    if ground.outcome not in (MATCH, EXCEPTED):
        return None
    weight = ladder.weight(clause.id) * (ladder.masked if ground.action is Action.MODIFY else 1)
    return Violation(ground, clause.hard, weight, excepted) if weight else None
