"""What the tables of retention hold."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.inventory import (
    DELETE,
    Category,
    Expiry,
    Reach,
    TableData,
    Whose,
    keep,
    where,
)

_OF_ORGANISATION = where(organisation="{organisation}")
_NOBODY = "Not exported: it is about no person."
_PROVES = "It proves that, when and by whom something was erased; it names the subject by a pseudonym alone."

TABLES: Mapping[str, TableData] = {
    "retention_guard": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="One row, as long as the installation.",
        exported=_NOBODY,
        erased="Not erased: it is about no person.",
    ),
    "retention_sweep": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="13 months: counts only.",
        exported=_NOBODY,
        erased="Not erased: it is about no person.",
        expires=Expiry("began_at", "metadata_months"),
    ),
    "retention_fallen": TableData(
        Category.OPERATION,
        Whose.END_USER,
        retention="A day at most: until the rows of what was destroyed have gone (R-DATA-113).",
        exported="Not exported: it says of destroyed content that its rows are going.",
        erased="Deleted with those rows.",
        reach=Reach(organisation=_OF_ORGANISATION),
        erase=DELETE,
    ),
    "retention_legalhold": TableData(
        Category.AUDIT,
        Whose.ORGANISATION,
        retention="As long as the installation: it says why something was not destroyed in time.",
        exported="Scope, reason and dates, unless a law forbids telling.",
        erased="Kept: while it is in force nothing it touches is erased; afterwards it proves why.",
        reach=Reach(
            organisation=_OF_ORGANISATION,
            end_user=where(organisation="{organisation}", end_user="{end_user}"),
            member=where(organisation="{organisation}", member="{person}"),
        ),
        erase=keep("It proves why something was kept beyond its time."),
    ),
    "retention_erasure": TableData(
        Category.AUDIT,
        Whose.PERSON,
        retention="As long as the installation: it proves that something was erased.",
        exported="That it was asked for, when, and how far it has come; with its receipt.",
        erased="Kept: it names an end user by a pseudonym alone once it is done.",
        reach=Reach(
            organisation=_OF_ORGANISATION,
            end_user=where(organisation="{organisation}", end_user="{end_user}"),
            member=where(organisation="{organisation}", person="{person}"),
            person=where(person="{person}"),
            conversation=where(conversation="{conversation}"),
        ),
        erase=keep(_PROVES),
    ),
    "retention_erasurestep": TableData(
        Category.AUDIT,
        Whose.PERSON,
        retention="As long as its erasure.",
        exported="With the erasure: table by table, what was erased and what stays, and why.",
        erased="Kept with the erasure: names of tables and counts.",
        reach=Reach(
            organisation=where(erasure__organisation="{organisation}"),
            person=where(erasure__person="{person}"),
        ),
        erase=keep(_PROVES),
    ),
    "retention_announcement": TableData(
        Category.ACCOUNT,
        Whose.ORGANISATION,
        retention="As long as the organisation.",
        exported="When the first automatic deletion was announced.",
        erased="Deleted with the organisation.",
        reach=Reach(organisation=_OF_ORGANISATION),
        erase=DELETE,
    ),
    "retention_replayed": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="13 months: longer than any backup that could bring something back.",
        exported=_NOBODY,
        erased="Not erased: ids and moments, about no person.",
        expires=Expiry("at", "metadata_months"),
    ),
}
"""By the table's name."""
