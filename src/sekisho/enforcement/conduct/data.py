"""What the tables of conduct hold."""

from __future__ import annotations

from sekisho.base.inventory import (
    DELETE,
    UNLISTED,
    Category,
    Expiry,
    Reach,
    TableData,
    Whose,
    clear,
    where,
)

_WITH_PSEUDONYM = "Deleted for the end user's pseudonym."

_OF_ORGANISATION = where(organisation="{organisation}")
_OF_UNIT = where(organisation="{organisation}", unit_kind="end_user", unit_id="{end_user}")
_OF_BOTH = Reach(organisation=_OF_ORGANISATION, end_user=_OF_UNIT)
_TENDED = Expiry(tended_by="sekisho.enforcement.conduct.tasks.watch_accounts")

TABLES = {
    "conduct_counter": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="92 days.",
        exported="Counts a day: requests, and those in which the gate acted, by clause.",
        erased=_WITH_PSEUDONYM,
        reach=_OF_BOTH,
        erase=DELETE,
        expires=_TENDED,
    ),
    "conduct_concern": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="42 days: as long as it can add up.",
        exported="With its decision.",
        erased=_WITH_PSEUDONYM,
        reach=_OF_BOTH,
        erase=DELETE,
        expires=_TENDED,
    ),
    "conduct_trace": TableData(
        Category.METADATA,
        Whose.END_USER,
        retention="30 days. Nothing is written under zero retention.",
        exported="Not exported: a keyed sketch, from which no text can be read, and times that the turn has too.",
        erased=_WITH_PSEUDONYM,
        reach=Reach(
            organisation=_OF_ORGANISATION,
            end_user=where(organisation="{organisation}", end_user="{end_user}"),
            turn=where(turn="{turn}"),
        ),
        erase=DELETE,
        expires=_TENDED,
        dies_with_turn=True,
    ),
    "conduct_campaign": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="92 days after it was last seen.",
        exported="That the subject was counted in, with its moments.",
        erased="The pseudonym is removed from the list of units.",
        reach=Reach(
            organisation=where(units__listed='"{organisation}"'), end_user=where(units__listed='"{end_user}"')
        ),
        erase=clear(units=UNLISTED),
        expires=_TENDED,
    ),
    "conduct_conductlabel": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="92 days after it ended.",
        exported="Name, reason in numbers, beginning and end.",
        erased=_WITH_PSEUDONYM,
        reach=_OF_BOTH,
        erase=DELETE,
        expires=_TENDED,
    ),
}
