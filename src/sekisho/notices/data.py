"""What the tables of notices hold."""

from __future__ import annotations

from sekisho.base.inventory import (
    DELETE,
    Category,
    Holder,
    Reach,
    TableData,
    Whose,
    clear,
    where,
)

TABLES = {
    "notices_notice": TableData(
        Category.SAFETY,
        Whose.ORGANISATION,
        retention="As long as what it tells of: it is the evidence that, and when, somebody was told.",
        exported="In full, in both languages, with the person's or the organisation's export.",
        erased="Deleted with the person, or with the organisation.",
        reach=Reach(
            organisation=where(organisation="{organisation}"),
            end_user=where(organisation="{organisation}", end_user="{end_user}"),
            person=where(person="{person}"),
        ),
        erase=DELETE,
    ),
    "notices_delivery": TableData(
        Category.ACCOUNT,
        Whose.PERSON,
        retention="As long as its notice.",
        exported="To which address, when, and whether the mail server took it; with the notice.",
        erased="The address is removed; that and when somebody was told stays with the notice.",
        reach=Reach(
            organisation=where(notice__organisation="{organisation}"),
            end_user=where(notice__organisation="{organisation}", notice__end_user="{end_user}"),
            person=where(notice__person="{person}") | where(address__iexact="{email}"),
        ),
        erase=DELETE,
        erase_for={Holder.PERSON: clear(address="")},
    ),
    "notices_reading": TableData(
        Category.METADATA,
        Whose.PERSON,
        retention="As long as its notice.",
        exported="When the person read each notice.",
        erased="Deleted with the person.",
        reach=Reach(
            organisation=where(notice__organisation="{organisation}"),
            end_user=where(notice__organisation="{organisation}", notice__end_user="{end_user}"),
            person=where(person="{person}") | where(notice__person="{person}"),
        ),
        erase=DELETE,
    ),
}
