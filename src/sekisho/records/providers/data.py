"""What the tables of providers hold."""

from __future__ import annotations

from sekisho.base.inventory import Category, Reach, TableData, Whose, clear, where

TABLES = {
    "providers_providerstatement": TableData(
        Category.OPERATION,
        Whose.PERSON,
        retention="For ever: it shows what was relied on when a request was let through.",
        exported="Which statements the person made, and when.",
        erased="Who made the statement is removed; the statement stays.",
        reach=Reach(person=where(reviewed_by="{person}")),
        erase=clear(reviewed_by=""),
    ),
}
"""By the table's name."""
