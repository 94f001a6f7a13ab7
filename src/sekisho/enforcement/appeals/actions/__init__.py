"""Make, take and decide appeals; answer misuse of the channel. Each does all of its work, or nothing."""

from __future__ import annotations

from sekisho.enforcement.appeals.actions.channel import pause, warn
from sekisho.enforcement.appeals.actions.deciding import Decided, Proposed, decide
from sekisho.enforcement.appeals.actions.making import follow_link, make, make_by_link, note_bad_link
from sekisho.enforcement.appeals.actions.taking import LEASE, give_back, take, take_next
from sekisho.enforcement.appeals.actions.training import end_training, train

__all__ = [
    "LEASE",
    "Decided",
    "Proposed",
    "decide",
    "end_training",
    "follow_link",
    "give_back",
    "make",
    "make_by_link",
    "note_bad_link",
    "pause",
    "take",
    "take_next",
    "train",
    "warn",
]
