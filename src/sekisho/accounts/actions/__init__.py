"""Writes of this room: check, write, audit, and tell the rest once it is durable."""

from __future__ import annotations

from sekisho.accounts.actions.compliance import state_compliance
from sekisho.accounts.actions.keys import (
    create_key,
    declare_use_case,
    revoke_key,
)
from sekisho.accounts.actions.members import (
    add_member,
    change_role,
    leave,
    remove_member,
    transfer_ownership,
)
from sekisho.accounts.actions.organisations import (
    change_plan,
    create_organisation,
    set_education,
    set_zero_retention,
)
from sekisho.accounts.actions.own import open_account, state_age
from sekisho.accounts.actions.people import (
    create_person,
    grant_staff_role,
    set_password,
    withdraw_staff_role,
)
from sekisho.accounts.actions.projects import keep_nothing_of, move_key, put_project
from sekisho.accounts.actions.recovering import is_taken, readdress
from sekisho.accounts.actions.sign_in import (
    configure_sign_in,
    remove_sign_in,
)

__all__ = [
    "add_member",
    "change_plan",
    "change_role",
    "configure_sign_in",
    "create_key",
    "create_organisation",
    "create_person",
    "declare_use_case",
    "grant_staff_role",
    "is_taken",
    "keep_nothing_of",
    "leave",
    "move_key",
    "open_account",
    "put_project",
    "readdress",
    "remove_member",
    "remove_sign_in",
    "revoke_key",
    "set_education",
    "set_password",
    "set_zero_retention",
    "state_age",
    "state_compliance",
    "transfer_ownership",
    "withdraw_staff_role",
]
