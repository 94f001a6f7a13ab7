"""What the tables of enforcement hold."""

from __future__ import annotations

from sekisho.base.inventory import (
    FRESH,
    MOMENT,
    Category,
    Erase,
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
_OF_UNIT = where(organisation="{organisation}", unit_kind="end_user", unit_id="{end_user}")
_OF_BEARER = Reach(
    organisation=where(bearer__organisation="{organisation}"),
    end_user=where(
        bearer__organisation="{organisation}", bearer__unit_kind="end_user", bearer__unit_id="{end_user}"
    ),
)
_NOBODYS = "It leads to nobody once the pseudonym is removed from its bearer (P-072)."


def _while_in_force(erase: Erase) -> Erase:
    """A restriction is not escaped by asking for erasure; its bearer is forgotten when it ends."""
    why = "The restriction is in force. Whom it is for is removed when it ends."
    return erase.but(why, lifted_at=None, until=None).but(why, lifted_at=None, until__gt=MOMENT)


def _while_it_counts(erase: Erase, of: str = "") -> Erase:
    why = "Strikes still count. Whose they are is removed when they do no longer."
    return erase.but(why, **{f"{of}recovers_at__gt": MOMENT}).but(why, **{f"{of}warned_until__gt": MOMENT})


TABLES = {
    "enforcement_decision": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="13 months (R-DATA-122).",
        exported="Every decision about the subject, with its grounds.",
        erased="The pseudonym is removed; the decision stays for the transparency report (P-072).",
        reach=Reach(
            organisation=_OF_ORGANISATION,
            end_user=where(organisation="{organisation}", end_user="{end_user}"),
        ),
        erase=clear(end_user=""),
        erase_for={Holder.ORGANISATION: clear(organisation="", key="", end_user="")},
        expires=Expiry("at", "metadata_months"),
    ),
    "enforcement_reviewlabel": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="As long as its decision.",
        exported="With the decision: what reviewers found, without their names.",
        erased="Stays with the decision, from which the pseudonym is removed.",
        reach=Reach(
            organisation=where(decision__organisation="{organisation}"),
            end_user=where(decision__organisation="{organisation}", decision__end_user="{end_user}"),
        ),
        erase=keep("It says what reviewers found in a decision that leads to nobody any more (P-072)."),
        expires=Expiry("decision__at", "metadata_months"),
    ),
    "enforcement_restriction": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="As long as it can be appealed against, and while it is in force.",
        exported="With its statement of reasons.",
        erased="Kept while in force; then the unit is removed from it.",
        reach=Reach(organisation=_OF_ORGANISATION, end_user=_OF_UNIT),
        erase=_while_in_force(clear(unit_id="")),
        erase_for={Holder.ORGANISATION: _while_in_force(clear(organisation="", unit_id=""))},
    ),
    "enforcement_statementofreasons": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="As long as its restriction.",
        exported="In full, in both languages.",
        erased="With its restriction.",
        reach=Reach(
            organisation=where(restriction__organisation="{organisation}"),
            end_user=where(
                restriction__organisation="{organisation}",
                restriction__unit_kind="end_user",
                restriction__unit_id="{end_user}",
            ),
        ),
        erase=keep(
            "It names nobody: whom it was for is said by its restriction alone, and removed there (P-072)."
        ),
    ),
    "enforcement_bearer": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="As long as its strikes.",
        exported="How the subject stands, and until when.",
        erased="The pseudonym is removed once nothing counts and no restriction is in force.",
        reach=Reach(organisation=_OF_ORGANISATION, end_user=_OF_UNIT),
        erase=_while_it_counts(clear(unit_id=FRESH)),
        erase_for={Holder.ORGANISATION: clear(organisation="", unit_id=FRESH)},
    ),
    "enforcement_strike": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="13 months, as the decision that it rests on (R-DATA-122).",
        exported="Every strike with its clause, its weight and until when it counts; voided ones too.",
        erased="With its bearer; the count stays for the transparency report (P-072).",
        reach=_OF_BEARER,
        erase=_while_it_counts(clear(key=""), "bearer__"),
        erase_for={Holder.ORGANISATION: clear(key="")},
        expires=Expiry("at", "metadata_months"),
    ),
    "enforcement_step": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="As long as its bearer.",
        exported="With the standing: which rungs were come to, and when.",
        erased="With its bearer.",
        reach=_OF_BEARER,
        erase=keep(_NOBODYS),
    ),
    "enforcement_call": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="As long as its bearer.",
        exported="With the standing, without the names of those who decided.",
        erased="With its bearer.",
        reach=_OF_BEARER,
        erase=keep(_NOBODYS),
    ),
    "enforcement_proposal": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="As long as the restriction that came of it; 13 months where none did.",
        exported="The restriction that came of it, with its statement.",
        erased="With the restriction; where none came of it, the unit is removed.",
        reach=Reach(organisation=_OF_ORGANISATION, end_user=_OF_UNIT),
        erase=clear(unit_id=""),
        erase_for={Holder.ORGANISATION: clear(organisation="", unit_id="")},
    ),
    "enforcement_overturn": TableData(
        Category.SAFETY,
        Whose.ORGANISATION,
        retention="13 months, as the decisions that it names.",
        exported="With the appeals of the organisation.",
        erased="Holds ids of decisions only; stays for the transparency report (P-072).",
        reach=Reach(organisation=_OF_ORGANISATION),
        erase=clear(organisation=""),
        expires=Expiry("at", "metadata_months"),
    ),
    "enforcement_credit": TableData(
        Category.ACCOUNT,
        Whose.ORGANISATION,
        retention="As accounts are kept: ten years.",
        exported="In full.",
        erased="Kept as long as accounts are.",
        reach=Reach(organisation=_OF_ORGANISATION),
        erase=keep("Days that were credited belong to the accounts, which the law has kept for ten years."),
    ),
    "enforcement_ladderversion": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="For ever: standings were reckoned by them.",
        exported="Not exported: it is about nobody.",
        erased="Not erased: who proposed and approved it is noted by id only.",
    ),
}
