"""What the tables of rights hold."""

from __future__ import annotations

from collections.abc import Mapping

from sekisho.base.inventory import (
    DELETE,
    Category,
    Expiry,
    Holder,
    Reach,
    TableData,
    Whose,
    clear,
    keep,
    where,
)

_TENDED = Expiry("expires_at", tended_by="sekisho.records.rights.tasks.tend")
_OF_REQUEST = Reach(
    organisation=where(request__organisation="{organisation}"),
    end_user=where(request__organisation="{organisation}", request__end_user="{end_user}"),
    member=where(request__organisation="{organisation}", request__person="{person}"),
    person=where(request__person="{person}"),
)
_OF_BUNDLE = Reach(
    organisation=where(bundle__request__organisation="{organisation}"),
    end_user=where(bundle__request__organisation="{organisation}", bundle__request__end_user="{end_user}"),
    member=where(bundle__request__organisation="{organisation}", bundle__request__person="{person}"),
    person=where(bundle__request__person="{person}"),
)
_GONE_WITH_KEY = "Not exported: it is a copy of the export itself, for 24 hours."

TABLES: Mapping[str, TableData] = {
    "rights_request": TableData(
        Category.AUDIT,
        Whose.PERSON,
        retention="13 months after it ended (R-DATA-122).",
        exported="Every request, its dates and what came of it.",
        erased="Kept: it shows that, and when, a request was answered. It holds ids only, which mean nothing once "
        "the account is gone; an end user's pseudonym is removed.",
        reach=Reach(
            organisation=where(organisation="{organisation}"),
            end_user=where(organisation="{organisation}", end_user="{end_user}"),
            member=where(organisation="{organisation}", person="{person}"),
            person=where(person="{person}"),
        ),
        erase=keep("It shows that the request was answered in time (GDPR, Articles 5(2) and 12(3))."),
        erase_for={Holder.END_USER: clear(end_user="")},
        expires=Expiry("finished_at", after="metadata_months"),
    ),
    "rights_bundle": TableData(
        Category.CONTENT,
        Whose.PERSON,
        retention="Until the link was used, or 24 hours (R-DATA-235).",
        exported=_GONE_WITH_KEY,
        erased="Deleted, and its key destroyed.",
        reach=_OF_REQUEST,
        erase=DELETE,
        expires=_TENDED,
    ),
    "rights_chunk": TableData(
        Category.CONTENT,
        Whose.PERSON,
        retention="As long as its bundle.",
        exported=_GONE_WITH_KEY,
        erased="Unreadable with its key, and deleted with its bundle.",
        reach=_OF_BUNDLE,
        erase=DELETE,
        expires=Expiry("bundle__expires_at", tended_by="sekisho.records.rights.tasks.tend"),
    ),
    "rights_grant": TableData(
        Category.METADATA,
        Whose.PERSON,
        retention="As long as its ticket.",
        exported="Every grant: for which ticket, to whom by role, until when, how often it was used.",
        erased="Deleted.",
        reach=Reach(
            organisation=where(organisation="{organisation}"),
            end_user=where(organisation="{organisation}", end_user="{end_user}"),
            member=where(organisation="{organisation}", granted_by="{person}"),
            person=where(granted_by="{person}"),
        ),
        erase=DELETE,
    ),
    "rights_callback": TableData(
        Category.METADATA,
        Whose.ORGANISATION,
        retention="As long as its request.",
        exported="To which address of the organisation a change of state was sent, and whether it arrived.",
        erased="Deleted.",
        reach=_OF_REQUEST,
        erase=DELETE,
    ),
    "rights_memberchoice": TableData(
        Category.ACCOUNT,
        Whose.ORGANISATION,
        retention="As long as the organisation exists.",
        exported="In the organisation's export.",
        erased="Deleted with the organisation.",
        reach=Reach(organisation=where(organisation="{organisation}")),
        erase=DELETE,
    ),
}
"""By the table's name."""
