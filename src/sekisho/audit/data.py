"""What the tables of the audit log hold."""

from __future__ import annotations

from sekisho.base.inventory import Category, TableData, Whose

TABLES = {
    "audit_auditentry": TableData(
        Category.AUDIT,
        Whose.PERSON,
        retention="As long as the installation: the chain must stay whole.",
        exported="Entries whose actor or subject is the person.",
        erased="Not erased: ids and pseudonyms only, which mean nothing once the account is gone.",
    ),
    "audit_audithead": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="One row, as long as the installation.",
        exported="Not exported: it is about no person.",
        erased="Not erased: it is about no person.",
    ),
}
