"""What the tables of consent hold."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.inventory import Category, TableData, Whose

TABLES: Mapping[str, TableData] = {
    "consent_choicerow": TableData(
        Category.ACCOUNT,
        Whose.PERSON,
        retention="As long as the account.",
        exported="What the person chose last, with the receipts.",
        erased="Deleted with the person.",
    ),
    "consent_receiptrow": TableData(
        Category.ACCOUNT,
        Whose.PERSON,
        retention="As long as the account, and three years after: it proves what was chosen.",
        exported="In full: every receipt, as the person can download it themselves.",
        erased="Deleted with the person; that something was chosen and when stays in the events, without them.",
    ),
    "consent_participation": TableData(
        Category.ACCOUNT,
        Whose.ORGANISATION,
        retention="As long as the organisation, and three years after.",
        exported="In the organisation's export.",
        erased="Deleted with the organisation.",
    ),
    "consent_telling": TableData(
        Category.ACCOUNT,
        Whose.PERSON,
        retention="As long as the organisation.",
        exported="When the person was told of their organisation's participation.",
        erased="Deleted with the person.",
    ),
    "consent_objection": TableData(
        Category.ACCOUNT,
        Whose.PERSON,
        retention="As long as the organisation.",
        exported="When the person objected, and when they withdrew it.",
        erased="Deleted with the person.",
    ),
}
"""By the table's name."""
