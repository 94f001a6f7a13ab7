"""What the tables of the bot hold."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.inventory import DELETE, Category, Expiry, Reach, TableData, Whose, where

_TENDED = "sekisho.support.bot.tasks.tend"
TABLES: Mapping[str, TableData] = {
    "bot_use": TableData(
        Category.OPERATION,
        Whose.PERSON,
        retention="Two days: the budget is counted by the day.",
        exported="On which day the model was asked how often for the person.",
        erased="Deleted with the person.",
        reach=Reach(person=where(holder="{person}")),
        erase=DELETE,
        expires=Expiry("day", tended_by=_TENDED),
    ),
    "bot_tally": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="400 days, so that a month can be compared with the same one of the year before.",
        exported="Not exported: about nobody.",
        erased="Deleted after 400 days.",
        erase=DELETE,
        expires=Expiry("day", tended_by=_TENDED),
    ),
}
"""By the table's name."""
