"""The page about roles.

`python -m sekisho.accounts.rules_page > docs/rules/accounts-roles.md` writes it; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.accounts.rules import OF_ROLE, OF_STAFF_ROLE, Permission
from sekisho.accounts.types import Role, StaffRole


def page() -> str:
    """Return `docs/rules/accounts-roles.md`."""
    return f"""# Who may do what

<!-- Written by `python -m sekisho.accounts.rules_page` from the tables in `accounts/rules.py`. -->

A permission reads `scope:resource:action`. What a person may do follows from their role in an organisation
and their staff roles, and from nothing else; an outsider is told that the organisation does not exist.

## In an organisation

Each role may do all that the one before it may. Nobody gives, takes or changes a role above their own. There
is one primary owner, who changes only by handing the organisation over, and never fewer than one owner.

{_table(OF_ROLE)}

## For the platform

A person may hold several staff roles. They do not contain one another: who reviews does not hear the appeal
against it, and who runs the machines decides nothing about people. None gives rights inside an organisation.

{_table(OF_STAFF_ROLE)}
"""


def _table(tables: Mapping[Role, frozenset[Permission]] | Mapping[StaffRole, frozenset[Permission]]) -> str:
    held = [permission for permission in Permission if any(permission in of for of in tables.values())]
    head = "| permission | " + " | ".join(role.value.replace("_", " ") for role in tables) + " |"
    rows = (
        "| " + " | ".join([f"`{one}`", *("yes" if one in of else "" for of in tables.values())]) + " |"
        for one in held
    )
    return "\n".join([head, "| --- |" + " --- |" * len(tables), *rows])


if __name__ == "__main__":
    print(page(), end="")
