"""Reads for who holds many tickets: a list of them, and whether anything has changed since one last looked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum

from sekisho.accounts.types import KeyView
from sekisho.enforcement.holds.models import Hold
from sekisho.enforcement.holds.queries import view_of
from sekisho.enforcement.holds.types import HoldState, QueuePage


class TicketState(StrEnum):
    """How far a held answer has come, as its client is told: not who has it, nor whether it was edited."""

    WAITING = "waiting"
    FACTS_ASKED = "facts_asked"
    RELEASED = "released"
    REJECTED = "rejected"
    EXPIRED = "expired"

    @property
    def is_open(self) -> bool:
        return self in (TicketState.WAITING, TicketState.FACTS_ASKED)


TOLD: Mapping[HoldState, TicketState] = {
    HoldState.WAITING: TicketState.WAITING,
    HoldState.CLAIMED: TicketState.WAITING,
    HoldState.FACTS_ASKED: TicketState.FACTS_ASKED,
    HoldState.RELEASED: TicketState.RELEASED,
    HoldState.RELEASED_EDITED: TicketState.RELEASED,
    HoldState.REJECTED: TicketState.REJECTED,
    HoldState.EXPIRED: TicketState.EXPIRED,
}


def tickets_of(
    key: KeyView, at: datetime, *, state: TicketState | None = None, before: str = "", limit: int = 20
) -> QueuePage:
    """Return the tickets of the key's organisation, newest first. `before` is the `next` of the page before."""
    rows = Hold.objects.filter(organisation=key.organisation_id).order_by("-id")
    if state is not None:
        rows = rows.filter(state__in=[held for held, told in TOLD.items() if told is state])
    if before:
        rows = rows.filter(id__lt=before)
    found = [view_of(row, at) for row in rows[: limit + 1]]
    return QueuePage(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else "")


def versions(review_ids: Collection[str]) -> dict[str, int]:
    """Return how often each hold has changed, in one query. Who watches compares: only content is dear to read."""
    return dict(Hold.objects.filter(id__in=list(review_ids)).values_list("id", "version"))
