"""What the requester is told when staff settles their case (R-SUP-071)."""

from __future__ import annotations

from datetime import datetime

from sekisho.accounts.types import Viewer
from sekisho.cases.actions.writing import post, requester_contact
from sekisho.cases.models import Case
from sekisho.cases.queries.rows import requester_footing
from sekisho.cases.rules.reading import Reader, may_read
from sekisho.cases.types import DeliveryKind, Kind, Reach


def tell_end(row: Case, actor: Viewer, at: datetime) -> None:
    """Put the closing mail of a case that was just settled into the outbox: once, as a case is settled once until it is
    open again. What the system settles is told of by who decided it, and of an order of an authority nothing is
    mailed by itself."""
    is_told = not actor.is_system and row.kind != Kind.AUTHORITY.value
    if is_told and row.is_proven and row.reaches_requester and _reads(row):
        post(row, DeliveryKind.CLOSING, [(row.requester, requester_contact(row))], at)


def _reads(row: Case) -> bool:
    """Return whether the requester may read what is said to them now: who has left the organisation does not."""
    asked = Reader(row.requester, is_requester=True)
    return may_read(asked, by="", reach=Reach.EVERYBODY, requester_was=requester_footing(row))
