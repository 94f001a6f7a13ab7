"""What the tables of safety records hold."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.inventory import DELETE, Category, Expiry, Reach, TableData, Whose, by_key, where

TABLES: Mapping[str, TableData] = {
    "safety_safetyrecord": TableData(
        Category.CONTENT,
        Whose.END_USER,
        retention="90 days unconfirmed, 2 years confirmed, destroyed at once when it was wrong (R-DATA-241).",
        exported="Clause, state and times; the text through the appeal, in which it is the evidence.",
        erased="Unreadable at once: the record's own key is destroyed. It outlives the deletion of a conversation, "
        "by its own clock.",
        reach=Reach(
            organisation=where(organisation="{organisation}"),
            end_user=where(organisation="{organisation}", end_user="{end_user}"),
            member=where(organisation="{organisation}", member="{person}"),
        ),
        erase=by_key("key", content=b"", end_user="", member=""),
        expires=Expiry("expires_at"),
    ),
    "safety_accessrequest": TableData(
        Category.AUDIT,
        Whose.END_USER,
        retention="As long as its record; the audit log keeps who read what.",
        exported="In the log of who read: by role, with the reason.",
        erased="Deleted.",
        reach=Reach(
            organisation=where(record__organisation="{organisation}"),
            end_user=where(record__organisation="{organisation}", record__end_user="{end_user}"),
            member=where(record__organisation="{organisation}", record__member="{person}"),
        ),
        erase=DELETE,
        expires=Expiry("record__expires_at"),
    ),
    "safety_followed": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="As long as the installation: one moment.",
        exported="Not exported: it is about no person.",
        erased="Not erased: it is about no person.",
    ),
}
"""By the table's name."""
