"""What the tables of records hold."""

from __future__ import annotations

from sekisho.base.inventory import Category, TableData, Whose

_WITH_TURN = "As long as its turn."

TABLES = {
    "records_conversation": TableData(
        Category.METADATA,
        Whose.END_USER,
        retention=_WITH_TURN,
        exported="Ids and times, with the turns.",
        erased="Deleted with its last turn.",
    ),
    "records_turn": TableData(
        Category.METADATA,
        Whose.END_USER,
        retention="13 months (R-DATA-122).",
        exported="One row a turn: times, model, counts of tokens, outcome.",
        erased="Deleted; sums without any id remain.",
    ),
    "records_content": TableData(
        Category.CONTENT,
        Whose.END_USER,
        retention="30 days, or 5 years where the person allowed it (R-DATA-100, R-DATA-101, R-DATA-103).",
        exported="Decrypted, in the order of the conversation.",
        erased="Unreadable at once: the conversation's key is destroyed. Rows go within a day (R-DATA-113).",
    ),
    "records_dataevent": TableData(
        Category.ACCOUNT,
        Whose.ORGANISATION,
        retention="As long as the account, and three years after: it proves what was chosen.",
        exported="In full: the history of consent and of data settings, as receipts.",
        erased="Person and end user are removed; that something was chosen and when stays.",
    ),
    "records_block": TableData(
        Category.METADATA,
        Whose.END_USER,
        retention=_WITH_TURN,
        exported="Not exported: a mark that repeats what the turn's content says.",
        erased="Means nothing once the conversation's key is destroyed; deleted with the turn.",
    ),
}
