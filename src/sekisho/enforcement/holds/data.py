"""What the tables of held answers hold."""

from __future__ import annotations

from sekisho.base.inventory import (
    DELETE,
    Category,
    Expiry,
    Holder,
    Reach,
    TableData,
    Whose,
    clear,
    keep,
    where,
)

_OF_ORGANISATION = where(organisation="{organisation}")

TABLES = {
    "holds_hold": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="13 months, as the decision that held it (R-DATA-122).",
        exported="Times, domain and outcome; what was said comes with the turn.",
        erased="The pseudonym is removed; the row stays for the transparency report (P-072).",
        reach=Reach(
            organisation=_OF_ORGANISATION,
            end_user=where(organisation="{organisation}", end_user="{end_user}"),
        ),
        erase=clear(end_user=""),
        erase_for={Holder.ORGANISATION: clear(organisation="", key="", end_user="")},
        expires=Expiry("since", "metadata_months"),
    ),
    "holds_attestation": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="As long as its hold.",
        exported="As it was signed.",
        erased="Stays: its digests are salted, and the salt is destroyed with the conversation's key.",
        reach=Reach(
            organisation=where(hold__organisation="{organisation}"),
            end_user=where(hold__organisation="{organisation}", hold__end_user="{end_user}"),
        ),
        erase=keep(
            "A professional signed it. It holds digests alone, and their salt is destroyed with the content."
        ),
        expires=Expiry("hold__since", "metadata_months"),
    ),
    "holds_professional": TableData(
        Category.ACCOUNT,
        Whose.PERSON,
        retention="As long as an attestation names it.",
        exported="In full, to the professional.",
        erased="Evidence and licence number are removed; the id stays with what was attested.",
        reach=Reach(organisation=_OF_ORGANISATION, person=where(person="{person}")),
        erase=clear(organisation=""),
        erase_for={Holder.PERSON: clear(person="", name="", licence="", evidence="")},
    ),
    "holds_demand": TableData(
        Category.ACCOUNT,
        Whose.ORGANISATION,
        retention="As long as the organisation.",
        exported="As set.",
        erased="With the organisation.",
        reach=Reach(organisation=_OF_ORGANISATION),
        erase=DELETE,
    ),
}
