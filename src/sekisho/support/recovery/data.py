"""What the tables of recovery hold."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.inventory import (
    DELETE,
    Category,
    Expiry,
    Reach,
    TableData,
    Whose,
    by_key,
    clear,
    keep,
    where,
)

_TEND = "sekisho.support.recovery.tasks.tend"
_OF_CLAIM = Reach(
    organisation=where(claim__organisation="{organisation}"), person=where(claim__person="{person}")
)

TABLES: Mapping[str, TableData] = {
    "recovery_claim": TableData(
        Category.SAFETY,
        Whose.PERSON,
        retention="13 months after it was made: it shows who was let near an account, and why.",
        exported="Every claim about the account, its dates, what was shown, and what came of it.",
        erased="The person and the account are removed; that something was asked and decided stays.",
        reach=Reach(organisation=where(organisation="{organisation}"), person=where(person="{person}")),
        erase=clear(
            person="",
            organisation="",
            named_digest="",
            network_digest="",
            sealed="",
            contact_sealed="",
            code_digest="",
        ),
        expires=Expiry("made_at", after="metadata_months"),
    ),
    "recovery_failure": TableData(
        Category.SAFETY,
        Whose.NOBODY,
        retention="14 days: it only counts (R-SUP-096).",
        exported="Not exported: a keyed digest that names nobody.",
        erased="Not erased: a keyed digest that names nobody.",
        expires=Expiry("at", tended_by=_TEND),
    ),
    "recovery_lock": TableData(
        Category.SAFETY,
        Whose.NOBODY,
        retention="14 days.",
        exported="Not exported: a keyed digest that names nobody. The account was told in a notice.",
        erased="Not erased: a keyed digest that names nobody.",
        expires=Expiry("at", tended_by=_TEND),
    ),
    "recovery_voice": TableData(
        Category.SAFETY,
        Whose.PERSON,
        retention="As long as its claim: the decision stays (R-SUP-103).",
        exported="Not exported: it names staff. What was decided stands in the claim.",
        erased="Kept with the decision; it names staff by id and nobody else.",
        reach=_OF_CLAIM,
        erase=keep("Who decided stays with the decision, without whom it was about (R-SUP-103)."),
    ),
    "recovery_evidence": TableData(
        Category.CONTENT,
        Whose.PERSON,
        retention="Until 30 days after the decision (R-SUP-103).",
        exported="Not exported: whoever gave it has it, and the copy must not make it travel once more.",
        erased="Its key is destroyed at once.",
        reach=_OF_CLAIM,
        erase=by_key(ciphertext=b"", media_type=""),
        expires=Expiry("erase_at", tended_by=_TEND),
    ),
    "recovery_payment": TableData(
        Category.ACCOUNT,
        Whose.ORGANISATION,
        retention="13 months after the payment: as long as a refund or its proof can hang on it.",
        exported="Every payment: plan, where it was made, when, whether it was refunded. No digest.",
        erased="Deleted with the account.",
        reach=Reach(organisation=where(organisation="{organisation}")),
        erase=DELETE,
        expires=Expiry("paid_at", after="metadata_months"),
    ),
    "recovery_cancellation": TableData(
        Category.ACCOUNT,
        Whose.ORGANISATION,
        retention="13 months: the operator's billing reads it.",
        exported="Every end of a subscription that was asked for from outside, with its moment.",
        erased="Deleted with the account.",
        reach=Reach(organisation=where(organisation="{organisation}")),
        erase=DELETE,
        expires=Expiry("at", after="metadata_months"),
    ),
    "recovery_withdrawal": TableData(
        Category.CONTENT,
        Whose.NOBODY,
        retention="13 months: it proves that, and when, somebody withdrew. Sealed; nobody can be found in it.",
        exported="Not exported: nobody can be found in it. Whoever withdrew has the acknowledgement.",
        erased="Deleted after 13 months, with its key.",
        expires=Expiry("at", after="metadata_months"),
    ),
}
"""By the table's name."""
