"""What the tables of held answers hold."""

from __future__ import annotations

from sekisho.base.inventory import Category, TableData, Whose

TABLES = {
    "holds_hold": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="13 months, as the decision that held it (R-DATA-122).",
        exported="Times, domain and outcome; what was said comes with the turn.",
        erased="The pseudonym is removed; the row stays for the transparency report (P-072).",
    ),
    "holds_attestation": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="As long as its hold.",
        exported="As it was signed.",
        erased="Stays: its digests are salted, and the salt is destroyed with the conversation's key.",
    ),
    "holds_professional": TableData(
        Category.ACCOUNT,
        Whose.PERSON,
        retention="As long as an attestation names it.",
        exported="In full, to the professional.",
        erased="Evidence and licence number are removed; the id stays with what was attested.",
    ),
    "holds_demand": TableData(
        Category.ACCOUNT,
        Whose.ORGANISATION,
        retention="As long as the organisation.",
        exported="As set.",
        erased="With the organisation.",
    ),
}
