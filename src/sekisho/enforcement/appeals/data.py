"""What the tables of appeals hold."""

from __future__ import annotations

from sekisho.base.inventory import (
    DELETE,
    FRESH,
    MOMENT,
    Category,
    Expiry,
    Holder,
    Reach,
    TableData,
    Whose,
    by_key,
    clear,
    where,
)

_OF_ORGANISATION = where(organisation="{organisation}")
_OF_UNIT = where(organisation="{organisation}", unit_kind="end_user", unit_id="{end_user}")
_OF_PERSON = where(appellant="{person}") | where(by_person="{person}")

TABLES = {
    "appeals_appeal": TableData(
        Category.CONTENT,
        Whose.END_USER,
        retention="As long as the statement that it is about.",
        exported="Decrypted, with its outcome and reasons, without names of staff.",
        erased="Its key is destroyed with the subject's: words become unreadable. Clause, outcome and dates stay for "
        "the transparency report (P-072), without the person.",
        reach=Reach(organisation=_OF_ORGANISATION, end_user=_OF_UNIT, person=_OF_PERSON),
        erase=by_key(text=b"", email="", appellant=FRESH, by_person="", unit_id=""),
        erase_for={
            Holder.ORGANISATION: by_key(
                text=b"", email="", appellant=FRESH, by_person="", unit_id="", organisation=""
            ),
            Holder.PERSON: by_key(text=b"", email="", appellant=FRESH, by_person=""),
        },
    ),
    "appeals_attachment": TableData(
        Category.CONTENT,
        Whose.END_USER,
        retention="As long as its appeal.",
        exported="The files, as they were sent.",
        erased="Unreadable at once, with the appeal's key.",
        reach=Reach(
            organisation=where(appeal__organisation="{organisation}"),
            end_user=where(
                appeal__organisation="{organisation}",
                appeal__unit_kind="end_user",
                appeal__unit_id="{end_user}",
            ),
            person=where(appeal__appellant="{person}") | where(appeal__by_person="{person}"),
        ),
        erase=by_key("appeal__key", name=b"", content=b""),
    ),
    "appeals_channelmeasure": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="13 months: a warning counts for a year (R-SUP-125).",
        exported="With its criteria.",
        erased="Kept until a pause has ended; then the person is removed from it.",
        reach=Reach(
            organisation=where(appeal__organisation="{organisation}"),
            end_user=where(
                appeal__organisation="{organisation}",
                appeal__unit_kind="end_user",
                appeal__unit_id="{end_user}",
            ),
            person=where(appellant="{person}"),
        ),
        erase=clear(appellant=FRESH).but(
            "The pause has not ended. Whom it is for is removed when it does.", until__gt=MOMENT
        ),
        expires=Expiry("at", "metadata_months"),
    ),
    "appeals_training": TableData(
        Category.ACCOUNT,
        Whose.PERSON,
        retention="As long as the person is staff.",
        exported="With the account.",
        erased="Deleted with the account.",
        reach=Reach(person=where(person="{person}")),
        erase=DELETE,
    ),
}

READERS = {
    "appeals_appeal": "sekisho.enforcement.appeals.queries.exported:exported",
    "appeals_attachment": "sekisho.enforcement.appeals.queries.exported:exported_files",
}
"""What a copy for the subject says of rows beyond their columns: table → `module:function` (`records.rights`)."""
