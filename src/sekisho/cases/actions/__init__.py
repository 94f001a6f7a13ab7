"""Open cases, write in them, change what becomes of them. Each does all of its work, or nothing."""

from __future__ import annotations

from sekisho.cases.actions.changing import Linked, change_state, link_cases, move, set_sponsor
from sekisho.cases.actions.clocks import meet_clock, start_clock
from sekisho.cases.actions.contacts import confirm_contact, set_contact
from sekisho.cases.actions.inbound import take_inbound
from sekisho.cases.actions.opening import open_case
from sekisho.cases.actions.writing import write

__all__ = [
    "Linked",
    "change_state",
    "confirm_contact",
    "link_cases",
    "meet_clock",
    "move",
    "open_case",
    "set_contact",
    "set_sponsor",
    "start_clock",
    "take_inbound",
    "write",
]
