"""What the tables of the keystore hold."""

from __future__ import annotations

from sekisho.base.inventory import (
    FRESH,
    Category,
    Expiry,
    Reach,
    TableData,
    Whose,
    by_key,
    clear,
    where,
)

_NEVER = "Never: whoever has it can read content."

TABLES = {
    "keystore_subjectkey": TableData(
        Category.CREDENTIAL,
        Whose.END_USER,
        retention="Until the subject is erased; a tombstone without key remains.",
        exported=_NEVER,
        erased="Destroyed: all content of the subject becomes unreadable.",
        reach=Reach(
            organisation=where(subject__startswith="{organisation}/"),
            end_user=where(subject="{organisation}/{end_user}"),
        ),
        erase=clear(subject=FRESH, wrapped=b""),
    ),
    "keystore_conversationkey": TableData(
        Category.CREDENTIAL,
        Whose.END_USER,
        retention="As long as the conversation's content may be read; a tombstone without key remains.",
        exported=_NEVER,
        erased="Destroyed: the conversation becomes unreadable, in backups of the content too.",
        reach=Reach(
            organisation=where(subject_key__subject__startswith="{organisation}/", destroyed_at=None),
            end_user=where(subject_key__subject="{organisation}/{end_user}", destroyed_at=None),
            conversation=where(conversation="{conversation}", destroyed_at=None),
        ),
        erase=by_key("id"),
    ),
    "keystore_purposekey": TableData(
        Category.CREDENTIAL,
        Whose.END_USER,
        retention="As long as what it opens, such as one report; a tombstone without key remains.",
        exported=_NEVER,
        erased="Destroyed: what it opens becomes unreadable, in backups of it too.",
        reach=Reach(
            organisation=where(subject_key__subject__startswith="{organisation}/"),
            end_user=where(subject_key__subject="{organisation}/{end_user}"),
        ),
        erase=by_key("id", owner=FRESH),
    ),
    "keystore_rootversion": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="As long as the installation: a root that was retired must be known as such.",
        exported="Not exported: it is about no person.",
        erased="Not erased: it is about no person.",
    ),
    "keystore_sealingkey": TableData(
        Category.CREDENTIAL,
        Whose.NOBODY,
        retention="Until nothing that was sealed to it is on its way any more.",
        exported=_NEVER,
        erased="Not erased: it is about no person.",
    ),
    "keystore_signingkey": TableData(
        Category.CREDENTIAL,
        Whose.NOBODY,
        retention="As long as anything that it signed may have to be checked.",
        exported=_NEVER,
        erased="Not erased: it is about no person.",
    ),
    "keystore_pseudonymkey": TableData(
        Category.CREDENTIAL,
        Whose.NOBODY,
        retention="As long as the installation.",
        exported=_NEVER,
        erased="Not erased: it is about no person.",
    ),
    "keystore_tombstone": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="13 months: longer than any backup that could bring something back.",
        exported="Not exported: ids and moments that lead to nobody any more.",
        erased="Not erased: it keeps what was erased from coming back with a backup.",
        expires=Expiry("at", "metadata_months"),
    ),
}
