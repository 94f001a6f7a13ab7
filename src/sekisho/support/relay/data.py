"""What the table of questions to owners holds."""

from __future__ import annotations

from sekisho.base.inventory import Category, Expiry, Holder, Reach, TableData, Whose, by_key, where

TABLES = {
    "relay_question": TableData(
        Category.CONTENT,
        Whose.PERSON,
        retention="13 months from the asking; a case that came of it lives by its own clock.",
        exported="Decrypted, to the member and in the organisation's export.",
        erased="With the member or the organisation its key is destroyed: the words become unreadable.",
        reach=Reach(
            organisation=where(organisation="{organisation}"),
            member=where(organisation="{organisation}", asker="{person}"),
            person=where(asker="{person}"),
        ),
        erase=by_key(text=b"", transcript=b"", answer=b"", asker=""),
        erase_for={
            Holder.ORGANISATION: by_key(text=b"", transcript=b"", answer=b"", asker="", organisation="")
        },
        expires=Expiry("asked_at", "metadata_months"),
    ),
}
"""By the table's name."""
