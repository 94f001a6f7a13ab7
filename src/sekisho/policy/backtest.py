"""What a candidate would have decided otherwise (P-004). Pure; `enforcement/backtest.py` brings the turns.

The table in `docs/rules/policy-change.md` is the one that the test of this file runs.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sekisho.policy.types import Action, Verdict

EXAMPLES = 20
"""How many turns of each shift are named."""


class Shift(StrEnum):
    """How a candidate differs from the version of the moment."""

    NEWLY_STOPPED = "newly_stopped"
    """It would hold or refuse what went through."""
    NEWLY_PASSED = "newly_passed"
    """It would let through what was held or refused."""
    OTHERWISE = "otherwise"
    """Another action, on the same side of that line."""
    SAME = "same"


def shift(before: Action, after: Action) -> Shift:
    """Return how a decision would have changed."""
    if before is after:
        return Shift.SAME
    was_stopped, is_stopped = before >= Action.HOLD, after >= Action.HOLD
    if was_stopped is is_stopped:
        return Shift.OTHERWISE
    return Shift.NEWLY_STOPPED if is_stopped else Shift.NEWLY_PASSED


@dataclass(slots=True)
class Report:
    """A backtest, while it runs and afterwards. Counts and ids; never content."""

    candidate: str
    """`name@version`"""
    judged: int = 0
    unread: int = 0
    """Turns without content to judge: zero retention, erased, expired, or from before the first version."""
    shifts: Counter[Shift] = field(default_factory=Counter)
    by_clause: Counter[tuple[Shift, str]] = field(default_factory=Counter)
    """Which clause makes the difference: the candidate's where it stops, the earlier one's where it passes."""
    examples: dict[Shift, list[str]] = field(default_factory=dict)
    """Ids of turns, the first that were met, at most `EXAMPLES` a shift."""

    @property
    def done(self) -> int:
        """How many turns were looked at, whether they could be judged or not."""
        return self.judged + self.unread

    def add(self, turn: str, before: Verdict, after: Verdict) -> None:
        """Count one turn, judged by both."""
        what = shift(before.action, after.action)
        self.judged += 1
        self.shifts[what] += 1
        if what is Shift.SAME:
            return
        decided = after if after.action > before.action else before
        self.by_clause[what, decided.clause or ""] += 1
        named = self.examples.setdefault(what, [])
        if len(named) < EXAMPLES:
            named.append(turn)


Plain = dict[str, Any]
"""A report as JSON holds it."""


def plain(report: Report) -> Plain:
    """Return the report as JSON holds it; `restored` reads it."""
    return {
        "candidate": report.candidate,
        "judged": report.judged,
        "unread": report.unread,
        "shifts": {shift_.value: count for shift_, count in report.shifts.items()},
        "by_clause": [[shift_.value, clause, count] for (shift_, clause), count in report.by_clause.items()],
        "examples": {shift_.value: list(turns) for shift_, turns in report.examples.items()},
    }


def restored(stored: Plain, candidate: str) -> Report:
    """Return the report that `plain` wrote; a fresh one for `candidate` where nothing was written yet."""
    return Report(
        candidate,
        stored.get("judged", 0),
        stored.get("unread", 0),
        Counter({Shift(name): count for name, count in stored.get("shifts", {}).items()}),
        Counter({(Shift(name), clause): count for name, clause, count in stored.get("by_clause", ())}),
        {Shift(name): list(turns) for name, turns in stored.get("examples", {}).items()},
    )
