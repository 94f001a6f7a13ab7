"""What the tables of cases hold. How long, `rules.retention` says; `tasks.tend` does it."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.inventory import (
    DELETE,
    Category,
    Erase,
    Expiry,
    Reach,
    TableData,
    Whose,
    by_key,
    keep,
    where,
)

_TENDED = "sekisho.cases.tasks.tend"
_WORDS = (
    "180 days after the case was settled (R-DATA-233: the calendar's `tickets`), or six years where law may ask "
    "(R-SUP-147)."
)
_LEGAL = "Law may ask about it for six years after it was settled (GDPR, Article 17(3)(b) and (e))."
_WITH_CASE = "As long as its case."


def _of(case: str) -> Reach:
    """How what hangs on a case is found; `case` leads from it to its case."""
    return Reach(
        organisation=where(**{f"{case}organisation": "{organisation}"}),
        member=where(**{f"{case}organisation": "{organisation}", f"{case}requester": "{person}"}),
        person=where(**{f"{case}requester": "{person}"})
        | where(**{f"{case}requester": "", f"{case}email": "{email}"}),
    )


def _by_key(case: str, **values: object) -> Erase:
    return by_key(f"{case}key", **values).but(_LEGAL, **{f"{case}keeping": "legal"})


TABLES: Mapping[str, TableData] = {
    "cases_case": TableData(
        Category.CONTENT,
        Whose.PERSON,
        retention=f"Its words: {_WORDS} Then kind, times and ids, by which we count, until 24 months after it was "
        "settled.",
        exported="Decrypted, with its messages, except notes among staff.",
        erased="Its key is destroyed: words become unreadable at once. Kind and times stay for counting, without the "
        "person. The id of an owner who passed it on leads to nobody once they are gone.",
        reach=_of(""),
        erase=_by_key("", subject=b"", details=b"", transcript=b"", email="", requester=""),
        expires=Expiry("settled_at", tended_by=_TENDED),
    ),
    "cases_message": TableData(
        Category.CONTENT,
        Whose.PERSON,
        retention=_WORDS,
        exported="With its case, except notes among staff.",
        erased="Unreadable at once, with the case's key.",
        reach=_of("case__"),
        erase=_by_key("case__", text=b""),
    ),
    "cases_enclosure": TableData(
        Category.CONTENT,
        Whose.PERSON,
        retention=_WORDS,
        exported="The files, as they were sent.",
        erased="Unreadable at once, with the case's key.",
        reach=_of("case__"),
        erase=_by_key("case__", name=b"", content=b""),
    ),
    "cases_clock": TableData(
        Category.METADATA,
        Whose.PERSON,
        retention=_WITH_CASE,
        exported="With the case: duty, term, and when it was met.",
        erased="Kept with the case: it holds a duty and times.",
        reach=_of("case__"),
        erase=keep("It shows that a duty was met in time, and names nobody."),
    ),
    "cases_change": TableData(
        Category.CONTENT,
        Whose.PERSON,
        retention=_WITH_CASE,
        exported="With the case: what changed and when.",
        erased="Reasons become unreadable at once, with the case's key; lines are never taken out.",
        reach=_of("case__"),
        erase=_by_key("case__", reason=b""),
    ),
    "cases_link": TableData(
        Category.METADATA,
        Whose.PERSON,
        retention=_WITH_CASE,
        exported="With the case: the other's id.",
        erased="Kept with the case: it holds ids.",
        reach=_of("one__"),
        erase=keep("It says which cases belong together, and names nobody."),
    ),
    "cases_delivery": TableData(
        Category.METADATA,
        Whose.PERSON,
        retention="13 months (R-DATA-122).",
        exported="When which mail went to which of one's addresses, and how far it came.",
        erased="Deleted; what was not sent yet is not sent any more.",
        reach=Reach(
            organisation=where(case__organisation="{organisation}"),
            member=where(case__organisation="{organisation}", person="{person}"),
            person=where(person="{person}") | where(email="{email}"),
        ),
        erase=DELETE,
        expires=Expiry("created_at", "metadata_months"),
    ),
}

READERS: Mapping[str, str] = {
    "cases_case": "sekisho.cases.queries.exported:exported",
    "cases_message": "sekisho.cases.queries.exported:exported_messages",
    "cases_enclosure": "sekisho.cases.queries.exported:exported_files",
}
"""What a copy for the subject says of rows beyond their columns: table → `module:function` (`records.rights`)."""
