"""Writes of enforcement. Check, write, audit, and tell the rest once it is durable."""

from __future__ import annotations

from sekisho.enforcement.actions.backtests import go_on
from sekisho.enforcement.actions.calls import settle
from sekisho.enforcement.actions.decisions import ROWS_A_STATEMENT, record_decisions
from sekisho.enforcement.actions.labels import LABEL_REFUSALS, label
from sekisho.enforcement.actions.ladders import approve_ladder, note_simulation, propose_ladder
from sekisho.enforcement.actions.parts import NOT_ALLOWED, allowed, tell_standing
from sekisho.enforcement.actions.proposals import confirm, propose, turn_down
from sekisho.enforcement.actions.restrictions import REFUSALS, impose, lift
from sekisho.enforcement.actions.strikes import strike, take_strikes
from sekisho.enforcement.actions.unwinding import unwind

__all__ = [
    "LABEL_REFUSALS",
    "NOT_ALLOWED",
    "REFUSALS",
    "ROWS_A_STATEMENT",
    "allowed",
    "approve_ladder",
    "confirm",
    "go_on",
    "impose",
    "label",
    "lift",
    "note_simulation",
    "propose",
    "propose_ladder",
    "record_decisions",
    "settle",
    "strike",
    "take_strikes",
    "tell_standing",
    "turn_down",
    "unwind",
]
