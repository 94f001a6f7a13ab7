"""What the tables of the desk hold."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.inventory import (
    DELETE,
    FRESH,
    Category,
    Expiry,
    Reach,
    TableData,
    Whose,
    by_key,
    clear,
    where,
)

_TENDED = "sekisho.cases.desk.tasks.tend"
_OF_CASE = Reach(
    organisation=where(case__organisation="{organisation}"),
    member=where(case__organisation="{organisation}", case__requester="{person}"),
    person=where(case__requester="{person}"),
)

TABLES: Mapping[str, TableData] = {
    "desk_look": TableData(
        Category.METADATA,
        Whose.PERSON,
        retention="A day.",
        exported="Not exported: who of the staff had a page open.",
        erased="Deleted.",
        reach=Reach(person=where(person="{person}")),
        erase=DELETE,
        expires=Expiry("at", tended_by=_TENDED),
    ),
    "desk_unmasking": TableData(
        Category.CONTENT,
        Whose.PERSON,
        retention="As long as its case.",
        exported="With the case: that and when somebody looked.",
        erased="The reason becomes unreadable at once, with the case's key; the log keeps that somebody looked.",
        reach=_OF_CASE,
        erase=by_key("case__key", reason=b""),
    ),
    "desk_draft": TableData(
        Category.CONTENT,
        Whose.PERSON,
        retention="Until it is sent or thrown away, 30 days at most.",
        exported="Not exported: nobody has said it.",
        erased="Deleted.",
        reach=_OF_CASE,
        erase=DELETE,
        expires=Expiry("made_at", after="standard"),
    ),
    "desk_macro": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="For good: it says what was written to people.",
        exported="Not exported: about nobody.",
        erased="Not touched: about nobody.",
    ),
    "desk_macroversion": TableData(
        Category.OPERATION,
        Whose.PERSON,
        retention="For good: it says what was written to people.",
        exported="Not exported: about nobody but who wrote it.",
        erased="Who wrote it is taken out.",
        reach=Reach(person=where(made_by="{person}")),
        erase=clear(made_by=FRESH),
    ),
}
