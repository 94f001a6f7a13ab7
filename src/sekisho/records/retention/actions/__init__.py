"""Writes of retention."""

from __future__ import annotations

from sekisho.records.retention.actions.announcing import announce
from sekisho.records.retention.actions.erasing import delete_conversation, erase, proceed, proceed_all
from sekisho.records.retention.actions.holding import (
    Proposal,
    approve_hold,
    place_hold,
    refuse_hold,
    release_hold,
    remind_of_reviews,
    review_hold,
)
from sekisho.records.retention.actions.replaying import replay
from sekisho.records.retention.actions.sweeping import Limits, confirm_clock, sweep
from sekisho.records.retention.actions.tidying import forget_empty

__all__ = [
    "Limits",
    "Proposal",
    "announce",
    "approve_hold",
    "confirm_clock",
    "delete_conversation",
    "erase",
    "forget_empty",
    "place_hold",
    "proceed",
    "proceed_all",
    "refuse_hold",
    "release_hold",
    "remind_of_reviews",
    "replay",
    "review_hold",
    "sweep",
]
