"""What the tables of who may ask whom hold."""

from __future__ import annotations

from sekisho.base.inventory import DELETE, Category, Reach, TableData, Whose, clear, where

TABLES = {
    "support_policyversion": TableData(
        Category.OPERATION,
        Whose.PERSON,
        retention="For ever: cases name the version under which they were opened.",
        exported="Which versions the person set, and when.",
        erased="Who set it is removed; the version stays.",
        reach=Reach(person=where(set_by="{person}")),
        erase=clear(set_by=""),
    ),
    "support_supportcontact": TableData(
        Category.ACCOUNT,
        Whose.PERSON,
        retention="Until the organisation takes the name back.",
        exported="That the person was named, in their export.",
        erased="Deleted with the person or the organisation.",
        reach=Reach(
            person=where(person="{person}"),
            organisation=where(organisation="{organisation}"),
            member=where(organisation="{organisation}", person="{person}"),
        ),
        erase=DELETE,
    ),
}
"""By the table's name."""
