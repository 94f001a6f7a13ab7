"""How far a case has come, and where it may go from there (R-SUP-071). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sekisho.cases.types import State

REOPENS = timedelta(days=14)
"""How long after it was settled a reply still reopens a case; the last instant included. Source: R-SUP-071."""
SETTLED = frozenset({State.SOLVED, State.CLOSED})
"""What a case is in when nobody has anything to do any more."""

_ANYWHERE = frozenset(State) - {State.NEW}
NEXT: Mapping[State, frozenset[State]] = {
    State.NEW: _ANYWHERE,
    State.OPEN: _ANYWHERE - {State.OPEN},
    State.WAITING_FOR_ACTOR: _ANYWHERE - {State.WAITING_FOR_ACTOR},
    State.WAITING_INTERNAL: _ANYWHERE - {State.WAITING_INTERNAL},
    State.SOLVED: frozenset({State.OPEN, State.CLOSED}),
    State.CLOSED: frozenset({State.OPEN}),
}
"""Where a case may go. Nothing becomes new again, and what is settled goes nowhere but open."""


@dataclass(frozen=True, slots=True)
class MayChange:
    """It may."""


@dataclass(frozen=True, slots=True)
class MayNot:
    """It may not, for the reason with this code: `no_such_step`, `legal_clock_runs` or `settled_long_ago`."""

    code: str


def may_change(
    held: State, wanted: State, at: datetime, *, settled_at: datetime | None, legal_clock_runs: bool
) -> MayChange | MayNot:
    """Return whether a case may go from one state to another at the moment `at`.

    While a clock of law runs nobody settles the case: the duty is met first, and then the clock has stopped.
    """
    if wanted not in NEXT[held]:
        return MayNot("no_such_step")
    if wanted in SETTLED and legal_clock_runs:
        return MayNot("legal_clock_runs")
    if held in SETTLED and wanted is State.OPEN and not reopens(settled_at, at):
        return MayNot("settled_long_ago")
    return MayChange()


def reopens(settled_at: datetime | None, at: datetime) -> bool:
    """Return whether a reply at the moment `at` goes on with the case, rather than beginning another."""
    return settled_at is None or at <= settled_at + REOPENS


def after_reply(held: State) -> State:
    """Return the state in which somebody's reply leaves a case: new while nobody has looked at it, else open."""
    return State.NEW if held is State.NEW else State.OPEN
