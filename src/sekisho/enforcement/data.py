"""What the tables of enforcement hold."""

from __future__ import annotations

from sekisho.base.inventory import Category, TableData, Whose

TABLES = {
    "enforcement_decision": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="13 months (R-DATA-122).",
        exported="Every decision about the subject, with its grounds.",
        erased="The pseudonym is removed; the decision stays for the transparency report (P-072).",
    ),
    "enforcement_reviewlabel": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="As long as its decision.",
        exported="With the decision: what reviewers found, without their names.",
        erased="Stays with the decision, from which the pseudonym is removed.",
    ),
    "enforcement_restriction": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="As long as it can be appealed against, and while it is in force.",
        exported="With its statement of reasons.",
        erased="Kept while in force; then the unit is removed from it.",
    ),
    "enforcement_statementofreasons": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="As long as its restriction.",
        exported="In full, in both languages.",
        erased="With its restriction.",
    ),
}
