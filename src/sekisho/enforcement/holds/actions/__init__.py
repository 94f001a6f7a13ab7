"""Writes of held answers. Each is one transaction and one audit entry; a refused one leaves an entry too."""

from __future__ import annotations

from sekisho.enforcement.holds.actions.arrival import take_holds
from sekisho.enforcement.holds.actions.by_the_clock import remind_of_licences, tick
from sekisho.enforcement.holds.actions.decisions import (
    add_facts,
    ask_facts,
    claim,
    give_back,
    reject,
    release,
)
from sekisho.enforcement.holds.actions.demands import demand
from sekisho.enforcement.holds.actions.professionals import end_registration, register, renew

__all__ = [
    "add_facts",
    "ask_facts",
    "claim",
    "demand",
    "end_registration",
    "give_back",
    "register",
    "reject",
    "release",
    "remind_of_licences",
    "renew",
    "take_holds",
    "tick",
]
