"""What the tables of conversations hold."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.inventory import DELETE, Category, Expiry, Reach, TableData, Whose, by_key, clear, where

_OF = Reach(
    organisation=where(organisation="{organisation}"),
    member=where(organisation="{organisation}", person="{person}"),
    person=where(person="{person}"),
)
_BELOW = Reach(
    organisation=where(conversation__organisation="{organisation}"),
    member=where(conversation__organisation="{organisation}", conversation__person="{person}"),
    person=where(conversation__person="{person}"),
)

TABLES: Mapping[str, TableData] = {
    "messenger_conversation": TableData(
        Category.CONTENT,
        Whose.PERSON,
        retention="180 days of the calendar after the last word (R-DATA-233); a case that it led to has its own time.",
        exported="In full, with everything that was said.",
        erased="Unreadable at once: its key is destroyed. Outcome and times stay for counting, without the person.",
        reach=_OF,
        erase=by_key("key", draft=b"", person="", visitor="", organisation=""),
        expires=Expiry("last_at", "tickets"),
    ),
    "messenger_agreement": TableData(
        Category.ACCOUNT,
        Whose.PERSON,
        retention="As long as its conversation: what was agreed to is that conversation (R-DATA-233).",
        exported="In full: which version, when, where.",
        erased="The person is taken out of it; that somebody agreed stays as long as the conversation.",
        reach=_BELOW,
        erase=clear(person=""),
        expires=Expiry("conversation__last_at", "tickets"),
    ),
    "messenger_entry": TableData(
        Category.CONTENT,
        Whose.PERSON,
        retention="As long as its conversation.",
        exported="In full: what was said, by whom, when.",
        erased="Unreadable at once, with the conversation's key. Kinds and times stay for counting.",
        reach=_BELOW,
        erase=by_key("conversation__key", content=b""),
        expires=Expiry("conversation__last_at", "tickets"),
    ),
    "messenger_passcode": TableData(
        Category.CREDENTIAL,
        Whose.PERSON,
        retention="A minute; then it opens nothing, and is deleted.",
        exported="Not exported: a digest of what is no longer good for anything.",
        erased="Deleted.",
        reach=Reach(person=where(person="{person}")),
        erase=DELETE,
        expires=Expiry("expires_at"),
    ),
}
"""By the table's name."""

READERS: Mapping[str, str] = {
    "messenger_entry": "sekisho.support.messenger.exported:exported",
}
"""What a copy for the subject says of rows beyond their columns: table → `module:function` (`records.rights`)."""
