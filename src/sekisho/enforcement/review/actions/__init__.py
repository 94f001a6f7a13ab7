"""Writes of the review queue: what comes in, who holds it, what is decided."""

from __future__ import annotations

from sekisho.enforcement.review.actions.claims import (
    NothingWaits,
    Took,
    release,
    release_all,
    renew,
    reveal,
    take,
    take_next,
)
from sekisho.enforcement.review.actions.deciding import confirm, decide, note_down
from sekisho.enforcement.review.actions.intake import take_cases, take_report, take_waiting
from sekisho.enforcement.review.actions.looking_again import look_again
from sekisho.enforcement.review.actions.upkeep import call_staff, forget, gather_golden

__all__ = [
    "NothingWaits",
    "Took",
    "call_staff",
    "confirm",
    "decide",
    "forget",
    "gather_golden",
    "look_again",
    "note_down",
    "release",
    "release_all",
    "renew",
    "reveal",
    "take",
    "take_cases",
    "take_next",
    "take_report",
    "take_waiting",
]
