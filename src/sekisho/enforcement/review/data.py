"""What the tables of the review queue hold."""

from __future__ import annotations

from datetime import datetime

from sekisho.base.inventory import (
    DELETE,
    FRESH,
    Category,
    Expiry,
    Holder,
    Reach,
    Subject,
    TableData,
    Whose,
    by_key,
    clear,
    where,
)

_WITH_CASE = "As long as its case."

_OF_ORGANISATION = where(organisation="{organisation}")
_OF_UNIT = where(organisation="{organisation}", unit_kind="end_user", unit_id="{end_user}")


def _mark(subject: Subject, _: datetime) -> str | None:
    """Reporters are known by a mark of their address alone."""
    from sekisho.enforcement.review.marks import of_address

    return of_address(subject.email) if subject.email else None


TABLES = {
    "review_case": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention="13 months after it was decided (R-DATA-122).",
        exported="What was reported about the subject and what became of it, without who reported.",
        erased="The unit is removed; the case stays for the transparency report (P-072).",
        reach=Reach(organisation=_OF_ORGANISATION, end_user=_OF_UNIT, person=where(reporter=_mark)),
        erase=clear(unit_id=""),
        erase_for={
            Holder.ORGANISATION: clear(organisation="", unit_id=""),
            Holder.PERSON: clear(reporter=""),
        },
        expires=Expiry("closed_at", "metadata_months"),
    ),
    "review_deposit": TableData(
        Category.CONTENT,
        Whose.PERSON,
        retention="5 years after its case was decided (R-SUP-113); then its key is destroyed.",
        exported="Decrypted, to who wrote it.",
        erased="Unreadable at once: the case's key is destroyed.",
        reach=Reach(person=where(case__reporter=_mark)),
        erase=by_key(ciphertext=b""),
        expires=Expiry(tended_by="sekisho.enforcement.review.tasks.keep_house"),
    ),
    "review_sitting": TableData(
        Category.METADATA,
        Whose.PERSON,
        retention=_WITH_CASE,
        exported="To the reviewer: when they looked at which case.",
        erased="Deleted with the reviewer's account; sums remain.",
        reach=Reach(person=where(reviewer="{person}")),
        erase=DELETE,
        expires=Expiry("case__closed_at", "metadata_months"),
    ),
    "review_reviewopinion": TableData(
        Category.SAFETY,
        Whose.PERSON,
        retention=_WITH_CASE,
        exported="To the reviewer: what they answered.",
        erased="The reviewer's id is removed; the answer stays.",
        reach=Reach(person=where(reviewer="{person}")),
        erase=clear(reviewer=FRESH),
        expires=Expiry("case__closed_at", "metadata_months"),
    ),
    "review_twoperson": TableData(
        Category.SAFETY,
        Whose.END_USER,
        retention=_WITH_CASE,
        exported="With the restriction that came of it.",
        erased="The unit is removed.",
        reach=Reach(organisation=_OF_ORGANISATION, end_user=_OF_UNIT),
        erase=clear(unit_id=""),
        erase_for={Holder.ORGANISATION: clear(organisation="", unit_id="")},
        expires=Expiry("case__closed_at", "metadata_months"),
    ),
    "review_goldenitem": TableData(
        Category.SAFETY,
        Whose.NOBODY,
        retention="As long as its decision.",
        exported="Not exported: it says what the decision's label says.",
        erased="Deleted with the decision.",
    ),
    "review_reporter": TableData(
        Category.METADATA,
        Whose.PERSON,
        retention="90 days after the last warning (the window of the rule).",
        exported="When they were warned, and until when their reports were paused.",
        erased="Deleted with the subject's reports.",
        reach=Reach(person=where(id=_mark)),
        erase=DELETE,
    ),
    "review_receipt": TableData(
        Category.METADATA,
        Whose.PERSON,
        retention="A day: only today's receipts are counted.",
        exported="Not exported: a mark and a moment that are gone by tomorrow.",
        erased="Deleted after a day.",
        reach=Reach(person=where(reporter=_mark)),
        erase=DELETE,
        expires=Expiry(tended_by="sekisho.enforcement.review.tasks.keep_house"),
    ),
}
