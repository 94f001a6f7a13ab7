"""What the tables of records hold."""

from __future__ import annotations

from datetime import datetime, timedelta

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
    clear,
    keep,
    where,
)

_WITH_TURN = "As long as its turn."

_OF_ORGANISATION = where(organisation="{organisation}")
_OF_END_USER = where(organisation="{organisation}", end_user="{end_user}")
_OF_MEMBER = where(organisation="{organisation}", member="{person}")
_UNDER_WAY = "An answer that was under way when all was erased may still arrive, and is destroyed by it."


def _of_turn(turn: str) -> Reach:
    """How what hangs on a turn is found; `turn` leads from it to its turn."""
    return Reach(
        organisation=where(**{f"{turn}organisation": "{organisation}"}),
        end_user=where(**{f"{turn}organisation": "{organisation}", f"{turn}end_user": "{end_user}"}),
        member=where(**{f"{turn}organisation": "{organisation}", f"{turn}member": "{person}"}),
        conversation=where(**{f"{turn}conversation": "{conversation}"}),
        turn=where(**{f"{turn}id": "{turn}"}),
    )


def _lately(_: Subject, at: datetime) -> datetime:
    """A journal that was cut off is taken in within two days, or lies in quarantine."""
    return at - timedelta(days=2)


TABLES = {
    "records_conversation": TableData(
        Category.METADATA,
        Whose.END_USER,
        retention=_WITH_TURN,
        exported="Ids and times, with the turns.",
        erased="Deleted with its last turn.",
        reach=Reach(organisation=_OF_ORGANISATION, end_user=where(subject="{organisation}/{end_user}")),
        erase=DELETE,
    ),
    "records_turn": TableData(
        Category.METADATA,
        Whose.END_USER,
        retention="13 months (R-DATA-122).",
        exported="One row a turn: times, model, counts of tokens, outcome.",
        erased="Deleted.",
        reach=Reach(
            organisation=_OF_ORGANISATION, end_user=_OF_END_USER, member=_OF_MEMBER, turn=where(id="{turn}")
        ),
        erase=DELETE,
        expires=Expiry("received_at", "metadata_months"),
    ),
    "records_content": TableData(
        Category.CONTENT,
        Whose.END_USER,
        retention="30 days, or 5 years where the person allowed it (R-DATA-100, R-DATA-101, R-DATA-103).",
        exported="Decrypted, in the order of the conversation.",
        erased="Unreadable at once: the conversation's key is destroyed. Rows go within a day (R-DATA-113).",
        reach=_of_turn("turn__"),
        erase=DELETE,
    ),
    "records_dataevent": TableData(
        Category.ACCOUNT,
        Whose.ORGANISATION,
        retention="As long as the account, and three years after: it proves what was chosen.",
        exported="In full: the history of consent and of data settings, as receipts.",
        erased="Person and end user are removed; that something was chosen and when stays.",
        reach=Reach(organisation=_OF_ORGANISATION, end_user=_OF_END_USER, member=_OF_MEMBER),
        erase=clear(end_user=FRESH).but(_UNDER_WAY, kind="deleted", at__gt=_lately),
        erase_for={
            Holder.MEMBER: clear(member=FRESH).but(_UNDER_WAY, kind="deleted", at__gt=_lately),
            Holder.ORGANISATION: keep(
                "It proves what was chosen, and when; its ids lead to nobody any more."
            ),
        },
    ),
    "records_block": TableData(
        Category.METADATA,
        Whose.END_USER,
        retention="As long as its conversation: what has died must not begin anew when it is sent again (R-DATA-108).",
        exported="Not exported: a mark that repeats what the turn's content says.",
        erased="Means nothing once the conversation's key is destroyed; deleted with the turn or the conversation.",
        reach=_of_turn("turn__"),
        erase=DELETE,
    ),
    "records_calendarversion": TableData(
        Category.OPERATION,
        Whose.PERSON,
        retention="For good: it says which promise was in force when.",
        exported="Not exported: about the installation. Who put it in force is named in the audit log.",
        erased="Kept: it is signed with the ids of those who put it in force.",
        reach=Reach(person=where(proposed_by="{person}") | where(approved_by="{person}")),
        erase=keep("A version of the calendar is signed together with who put it in force."),
    ),
    "records_mark": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="For good; one row a mark.",
        exported="Not exported: about no person.",
        erased="Not touched: about no person.",
    ),
    "records_restamping": TableData(
        Category.OPERATION,
        Whose.END_USER,
        retention="Minutes: until the deadlines that it names were reckoned again.",
        exported="Not exported: work that is under way.",
        erased="Deleted.",
        reach=Reach(organisation=_OF_ORGANISATION, end_user=_OF_END_USER, member=_OF_MEMBER),
        erase=DELETE,
    ),
    "records_driftcheck": TableData(
        Category.OPERATION,
        Whose.NOBODY,
        retention="For good: a row a night, counts only.",
        exported="Not exported: about no person.",
        erased="Not touched: about no person.",
    ),
}
