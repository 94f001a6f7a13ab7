"""What the tables of consent hold."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.inventory import DELETE, Category, Holder, Reach, TableData, Where, Whose, clear, where


def _of_person(retention: str, exported: str, account: str, person: str) -> TableData:
    """`account` and `person` name the columns by which rows are found."""
    mine: Where = where(**{person: "{person}"})
    in_account: Where = where(**{account: "{organisation}"})
    both: Where = where(**{account: "{organisation}", person: "{person}"})
    return TableData(
        Category.ACCOUNT,
        Whose.PERSON,
        retention,
        exported,
        erased="Deleted with the person; that something was chosen and when stays in the events, without them.",
        reach=Reach(organisation=in_account, member=both, person=mine),
        erase=DELETE,
    )


TABLES: Mapping[str, TableData] = {
    "consent_choicerow": _of_person(
        "As long as the account.", "What the person chose last, with the receipts.", "account", "person"
    ),
    "consent_receiptrow": _of_person(
        "As long as the account: it leads to the receipt that the audit log holds.",
        "In full: every receipt, as the person can download it themselves.",
        "account",
        "person",
    ),
    "consent_participation": TableData(
        Category.ACCOUNT,
        Whose.ORGANISATION,
        retention="As long as the organisation.",
        exported="In the organisation's export.",
        erased="Deleted with the organisation; who decided, and in which words, is cleared with that person.",
        reach=Reach(
            organisation=where(organisation="{organisation}"),
            member=where(organisation="{organisation}", joined_by="{person}"),
            person=where(joined_by="{person}"),
        ),
        erase=DELETE,
        erase_for={
            Holder.MEMBER: clear(joined_by="", attested=""),
            Holder.PERSON: clear(joined_by="", attested=""),
        },
    ),
    "consent_telling": _of_person(
        "As long as the organisation.",
        "Not exported: the events and the person's notices tell the same.",
        "participation__organisation",
        "member",
    ),
    "consent_objection": _of_person(
        "As long as the organisation.",
        "Not exported: the events tell the person the same, and their organisation must not learn who objects.",
        "organisation",
        "member",
    ),
}
"""By the table's name."""
