"""What the tables of the review queue hold."""

from __future__ import annotations

from sekisho.base.inventory import Category, TableData, Whose

_WITH_CASE = "As long as its case."

TABLES = {
    "review_case": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="13 months after it was decided (R-DATA-122).",
        exported="What was reported about the subject and what became of it, without who reported.",
        erased="The unit is removed; the case stays for the transparency report (P-072).",
    ),
    "review_deposit": TableData(
        Category.CONTENT,
        Whose.PERSON,
        retention="5 years after its case was decided (R-SUP-113); then its key is destroyed.",
        exported="Decrypted, to who wrote it.",
        erased="Unreadable at once: the case's key is destroyed.",
    ),
    "review_sitting": TableData(
        Category.METADATA,
        Whose.PERSON,
        retention=_WITH_CASE,
        exported="To the reviewer: when they looked at which case.",
        erased="Deleted with the reviewer's account; sums remain.",
    ),
    "review_reviewopinion": TableData(
        Category.SAFETY,
        Whose.PERSON,
        retention=_WITH_CASE,
        exported="To the reviewer: what they answered.",
        erased="The reviewer's id is removed; the answer stays.",
    ),
    "review_twoperson": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention=_WITH_CASE,
        exported="With the restriction that came of it.",
        erased="The unit is removed.",
    ),
    "review_goldenitem": TableData(
        Category.SAFETY,
        Whose.NOBODY,
        retention="As long as its decision.",
        exported="Not exported: it says what the decision's label says.",
        erased="Deleted with the decision.",
    ),
    "review_reporter": TableData(
        Category.METADATA,
        Whose.PERSON,
        retention="90 days after the last warning (the window of the rule).",
        exported="When they were warned, and until when their reports were paused.",
        erased="Deleted with the subject's reports.",
    ),
    "review_receipt": TableData(
        Category.METADATA,
        Whose.PERSON,
        retention="A day: only today's receipts are counted.",
        exported="Not exported: a mark and a moment that are gone by tomorrow.",
        erased="Deleted after a day.",
    ),
}
