"""What the tables of the link hold."""

from __future__ import annotations

from sekisho.base.inventory import (
    DELETE,
    Category,
    Expiry,
    Reach,
    TableData,
    Whose,
    where,
)

TABLES = {
    "link_revision": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="One row, as long as the installation.",
        exported="Not exported: it is about no person.",
        erased="Not erased: it is about no person.",
    ),
    "link_quarantined": TableData(
        Category.CONTENT,
        Whose.END_USER,
        retention="30 days (R-DATA-103); until an operator has looked at why it could not be read.",
        exported="Not exported: what cannot be opened cannot be shown to belong to anybody.",
        erased="Deleted by turn id where one is known, and at the end of its retention.",
        reach=Reach(turn=where(turn="{turn}")),
        erase=DELETE,
        expires=Expiry("at", "standard"),
        dies_with_turn=True,
    ),
}
