"""What the tables of enforcement hold."""

from __future__ import annotations

from sekisho.base.inventory import Category, TableData, Whose

TABLES = {
    "enforcement_decision": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="13 months (R-DATA-122).",
        exported="Every decision about the subject, with its grounds.",
        erased="The pseudonym is removed; the decision stays for the transparency report (P-072).",
    ),
    "enforcement_reviewlabel": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="As long as its decision.",
        exported="With the decision: what reviewers found, without their names.",
        erased="Stays with the decision, from which the pseudonym is removed.",
    ),
    "enforcement_restriction": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="As long as it can be appealed against, and while it is in force.",
        exported="With its statement of reasons.",
        erased="Kept while in force; then the unit is removed from it.",
    ),
    "enforcement_statementofreasons": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="As long as its restriction.",
        exported="In full, in both languages.",
        erased="With its restriction.",
    ),
    "enforcement_bearer": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="As long as its strikes.",
        exported="How the subject stands, and until when.",
        erased="The pseudonym is removed once nothing counts and no restriction is in force.",
    ),
    "enforcement_strike": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="13 months, as the decision that it rests on (R-DATA-122).",
        exported="Every strike with its clause, its weight and until when it counts; voided ones too.",
        erased="With its bearer; the count stays for the transparency report (P-072).",
    ),
    "enforcement_step": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="As long as its bearer.",
        exported="With the standing: which rungs were come to, and when.",
        erased="With its bearer.",
    ),
    "enforcement_call": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="As long as its bearer.",
        exported="With the standing, without the names of those who decided.",
        erased="With its bearer.",
    ),
    "enforcement_proposal": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="As long as the restriction that came of it; 13 months where none did.",
        exported="The restriction that came of it, with its statement.",
        erased="With the restriction; where none came of it, the unit is removed.",
    ),
    "enforcement_overturn": TableData(
        Category.SAFETY,
        Whose.ORGANISATION,
        retention="13 months, as the decisions that it names.",
        exported="With the appeals of the organisation.",
        erased="Holds ids of decisions only; stays for the transparency report (P-072).",
    ),
    "enforcement_credit": TableData(
        Category.ACCOUNT,
        Whose.ORGANISATION,
        retention="As accounts are kept: ten years.",
        exported="In full.",
        erased="Kept as long as accounts are.",
    ),
    "enforcement_ladderversion": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="For ever: standings were reckoned by them.",
        exported="Not exported: it is about nobody.",
        erased="Not erased: who proposed and approved it is noted by id only.",
    ),
}
