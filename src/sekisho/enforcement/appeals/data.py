"""What the tables of appeals hold."""

from __future__ import annotations

from sekisho.base.inventory import Category, TableData, Whose

TABLES = {
    "appeals_appeal": TableData(
        Category.CONTENT,
        Whose.END_USER,
        retention="As long as the statement that it is about.",
        exported="Decrypted, with its outcome and reasons, without names of staff.",
        erased="Its key is destroyed with the subject's: words become unreadable. Clause, outcome and dates stay for "
        "the transparency report (P-072), without the person.",
    ),
    "appeals_attachment": TableData(
        Category.CONTENT,
        Whose.END_USER,
        retention="As long as its appeal.",
        exported="The files, as they were sent.",
        erased="Unreadable at once, with the appeal's key.",
    ),
    "appeals_channelmeasure": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="13 months: a warning counts for a year (R-SUP-125).",
        exported="With its criteria.",
        erased="Kept until a pause has ended; then the person is removed from it.",
    ),
    "appeals_training": TableData(
        Category.ACCOUNT,
        Whose.PERSON,
        retention="As long as the person is staff.",
        exported="With the account.",
        erased="Deleted with the account.",
    ),
}
