"""Take in notices, complaints and orders, decide on them, and state what applies here and how one reaches us."""

from __future__ import annotations

from sekisho.compliance.actions.channel import pause, warn
from sekisho.compliance.actions.complaints import decide_complaint, take_complaint
from sekisho.compliance.actions.moving import move
from sekisho.compliance.actions.notices import decide_notice, take_notice
from sekisho.compliance.actions.orders import acknowledge, give_effect, take_from_mailbox, take_order
from sekisho.compliance.actions.registers import (
    begin_dispute,
    end_dispute,
    register_authority,
    register_flagger,
)
from sekisho.compliance.actions.stating import publish_contact, state_profile

__all__ = [
    "acknowledge",
    "begin_dispute",
    "decide_complaint",
    "decide_notice",
    "end_dispute",
    "give_effect",
    "move",
    "pause",
    "publish_contact",
    "register_authority",
    "register_flagger",
    "state_profile",
    "take_complaint",
    "take_from_mailbox",
    "take_notice",
    "take_order",
    "warn",
]
