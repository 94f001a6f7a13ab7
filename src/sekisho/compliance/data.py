"""What the tables of compliance hold. Words of people are sealed in the case; here is what is counted."""

from __future__ import annotations

from datetime import datetime

from sekisho.base.inventory import (
    FRESH,
    MOMENT,
    Category,
    Expiry,
    Reach,
    Subject,
    TableData,
    Where,
    Whose,
    clear,
    where,
)
from sekisho.compliance.marks import of_sender


def _mark(subject: Subject, at: datetime) -> str | None:
    return of_sender("", subject.email) or None


_SENDER: Where = where(by_whom="{person}") | where(by_whom=_mark)
_COUNTED = "For as long as the reports that count it: six years (R-SUP-147)."
_TAKEN_OUT = "Who sent it is taken out; category, clocks and outcome stay for the report (R-SUP-138)."
_FACTS = TableData(
    Category.SAFETY,
    Whose.PERSON,
    retention=_COUNTED,
    exported="What was counted of one's own notices and complaints; their words with the case.",
    erased=_TAKEN_OUT,
    reach=Reach(person=_SENDER),
    erase=clear(by_whom="", same=""),
)
_OPERATION = TableData(
    Category.OPERATION,
    Whose.NOBODY,
    retention="For good: what was published stays readable (R-SUP-131).",
    exported="No: about nobody.",
    erased="No: about nobody.",
)

TABLES = {
    "compliance_statedprofile": _OPERATION,
    "compliance_contactpoint": _OPERATION,
    "compliance_flagger": _OPERATION,
    "compliance_authority": _OPERATION,
    "compliance_notice": _FACTS,
    "compliance_complaint": _FACTS,
    "compliance_order": TableData(
        Category.SAFETY,
        Whose.NOBODY,
        retention=_COUNTED,
        exported="No: an authority's order is sealed, and about whom it is stands in the case.",
        erased="No: it names nobody.",
    ),
    "compliance_dispute": TableData(
        Category.SAFETY,
        Whose.NOBODY,
        retention=_COUNTED,
        exported="No: it names nobody.",
        erased="No: it names nobody.",
    ),
    "compliance_sendermeasure": TableData(
        Category.SAFETY,
        Whose.PERSON,
        retention="13 months: a warning counts for a year (R-SUP-125).",
        exported="With its criteria.",
        erased="Kept until a pause has ended; then the person is removed from it.",
        reach=Reach(person=_SENDER),
        erase=clear(by_whom=FRESH).but(
            "The pause has not ended. Whom it is for is removed when it does.", until__gt=MOMENT
        ),
        expires=Expiry("at", "metadata_months"),
    ),
}
