"""Writes of consent: check, write the event, and tell whom it concerns."""

from __future__ import annotations

from sekisho.records.consent.actions.choosing import choose, end_where_nobody_may_hold
from sekisho.records.consent.actions.including import include
from sekisho.records.consent.actions.keeping import set_retention, switch_zero_retention
from sekisho.records.consent.actions.moving import move_conversations
from sekisho.records.consent.actions.partner import (
    end_lapsed,
    join_partner,
    leave_partner,
    object_,
    withdraw_objection,
)
from sekisho.records.consent.actions.reminding import remind, tell_undecided
from sekisho.records.consent.actions.telling import begin_telling, leave_out_guests, note_told

__all__ = [
    "begin_telling",
    "choose",
    "end_lapsed",
    "end_where_nobody_may_hold",
    "include",
    "join_partner",
    "leave_out_guests",
    "leave_partner",
    "move_conversations",
    "note_told",
    "object_",
    "remind",
    "set_retention",
    "switch_zero_retention",
    "tell_undecided",
    "withdraw_objection",
]
