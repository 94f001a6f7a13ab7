"""What the tables of the audit log hold."""

from __future__ import annotations

from sekisho.base.inventory import (
    Category,
    Reach,
    TableData,
    Whose,
    keep,
    where,
)

_NOT_ABOUT_ANYBODY = "Not exported: it is about no person."
_NOT_ERASED = "Not erased: it is about no person."

TABLES = {
    "audit_auditentry": TableData(
        Category.AUDIT,
        Whose.PERSON,
        retention="As long as the installation: the chain must stay whole.",
        exported="Entries whose actor or subject is the person.",
        erased="Not erased: ids and pseudonyms only, which mean nothing once the account is gone.",
        reach=Reach(
            organisation=where(subject="{organisation}"),
            person=where(actor="{person}") | where(subject="{person}"),
        ),
        erase=keep(
            "The chain has to stay whole. Entries hold ids and pseudonyms that lead to nobody any more."
        ),
    ),
    "audit_audithead": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="One row, as long as the installation.",
        exported=_NOT_ABOUT_ANYBODY,
        erased=_NOT_ERASED,
    ),
    "audit_audittree": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="One row, as long as the installation.",
        exported=_NOT_ABOUT_ANYBODY,
        erased=_NOT_ERASED,
    ),
    "audit_audittile": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="As long as the installation: proofs are made of it.",
        exported=_NOT_ABOUT_ANYBODY,
        erased=_NOT_ERASED,
    ),
    "audit_auditcheckpoint": TableData(
        Category.AUDIT,
        Whose.NOBODY,
        retention="As long as the installation: later checkpoints are compared with earlier ones.",
        exported=_NOT_ABOUT_ANYBODY,
        erased=_NOT_ERASED,
    ),
    "audit_auditreceipt": TableData(
        Category.AUDIT,
        Whose.NOBODY,
        retention="As long as the installation: it proves what was deleted.",
        exported="Offered to the person as a document when it is made (R-DATA-252).",
        erased="Not erased: it names its subject by an id or pseudonym that means nothing once the account is gone.",
    ),
}
