"""What the tables of mail hold."""

from __future__ import annotations

from sekisho.base.inventory import (
    DELETE,
    Category,
    Expiry,
    Reach,
    TableData,
    Whose,
    by_key,
    where,
)

TABLES = {
    "mail_inbound": TableData(
        Category.CONTENT,
        Whose.PERSON,
        retention="With the case that it was added to; in quarantine until somebody has looked, 30 days at most; what "
        "was dismissed, and what machines sent, 7 days.",
        exported="As it came, with when it came and what became of it.",
        erased="Its key is destroyed: the mail is unreadable at once. When something came and what became of it stays.",
        reach=Reach(
            organisation=where(case__organisation="{organisation}"),
            person=where(case__requester="{person}") | where(case=None, sender__iexact="{email}"),
        ),
        erase=by_key(raw=b"", sender="", mark=""),
        expires=Expiry("ends_at", tended_by="sekisho.cases.mail.tasks.forget_mail"),
    ),
    "mail_undeliverable": TableData(
        Category.ACCOUNT,
        Whose.PERSON,
        retention="Until the address is proven anew, or its person is erased.",
        exported="Since when mail to the person's address has come back.",
        erased="Deleted with the person.",
        reach=Reach(person=where(email__iexact="{email}")),
        erase=DELETE,
    ),
    "mail_pause": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="As long as the installation.",
        exported="Not exported: it is about no person.",
        erased="Nothing to erase: it is about no person.",
    ),
}

READERS = {"mail_inbound": "sekisho.cases.mail.queries:exported"}
"""What a copy for the subject says of rows beyond their columns: table → `module:function` (`records.rights`)."""
