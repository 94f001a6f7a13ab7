"""Writes of rights: ask, work, hand out; let others read, and take it back."""

from __future__ import annotations

from sekisho.records.rights.actions.asking import allow, ask, cancel, let_members, refuse
from sekisho.records.rights.actions.building import build
from sekisho.records.rights.actions.controllers import (
    ask_for_end_user,
    asked_by_key,
    cancel_for_end_user,
)
from sekisho.records.rights.actions.conversations import delete_conversation
from sekisho.records.rights.actions.grants import grant, revoke
from sekisho.records.rights.actions.links import (
    Download,
    expire,
    make_link,
    make_link_for_address,
    take,
    take_by_link,
    take_for_controller,
)
from sekisho.records.rights.actions.locked_out import ask_from_outside, put_off, stop
from sekisho.records.rights.actions.working import finish, work

__all__ = [
    "Download",
    "allow",
    "ask",
    "ask_for_end_user",
    "ask_from_outside",
    "asked_by_key",
    "build",
    "cancel",
    "cancel_for_end_user",
    "delete_conversation",
    "expire",
    "finish",
    "grant",
    "let_members",
    "make_link",
    "make_link_for_address",
    "put_off",
    "refuse",
    "revoke",
    "stop",
    "take",
    "take_by_link",
    "take_for_controller",
    "work",
]
