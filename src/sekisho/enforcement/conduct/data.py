"""What the tables of conduct hold."""

from __future__ import annotations

from sekisho.base.inventory import Category, TableData, Whose

_WITH_PSEUDONYM = "Deleted for the end user's pseudonym."

TABLES = {
    "conduct_counter": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="92 days.",
        exported="Counts a day: requests, and those in which the gate acted, by clause.",
        erased=_WITH_PSEUDONYM,
    ),
    "conduct_concern": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="42 days: as long as it can add up.",
        exported="With its decision.",
        erased=_WITH_PSEUDONYM,
    ),
    "conduct_trace": TableData(
        Category.METADATA,
        Whose.END_USER,
        retention="30 days. Nothing is written under zero retention.",
        exported="Not exported: a keyed sketch, from which no text can be read, and times that the turn has too.",
        erased=_WITH_PSEUDONYM,
    ),
    "conduct_campaign": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="92 days after it was last seen.",
        exported="That the subject was counted in, with its moments.",
        erased="The pseudonym is removed from the list of units.",
    ),
    "conduct_conductlabel": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="92 days after it ended.",
        exported="Name, reason in numbers, beginning and end.",
        erased=_WITH_PSEUDONYM,
    ),
}
