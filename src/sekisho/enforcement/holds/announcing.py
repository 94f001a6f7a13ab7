"""What an organisation's programs are told of its held answers, in the transaction of what happened. No content."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sekisho.enforcement.holds.models import Hold
from sekisho.enforcement.holds.types import HoldState
from sekisho.webhooks.actions import announce
from sekisho.webhooks.types import Kind

KINDS: Mapping[HoldState, Kind] = {
    HoldState.FACTS_ASKED: Kind.REVIEW_FACTS_ASKED,
    HoldState.RELEASED: Kind.REVIEW_RELEASED,
    HoldState.RELEASED_EDITED: Kind.REVIEW_RELEASED,
    HoldState.REJECTED: Kind.REVIEW_REJECTED,
    HoldState.EXPIRED: Kind.REVIEW_EXPIRED,
}
"""States of which the client is told. Who has claimed an answer is the reviewers' own business."""


def announce_hold(row: Hold, state: HoldState, rounds: int, at: datetime) -> None:
    """Announce the state that a hold has come to, if its client is told of it. `rounds` tells one question from the
    next."""
    kind = KINDS.get(state)
    if kind is None:
        return
    data = {
        "id": row.id,
        "state": kind.value.partition(".")[2],
        "request_id": row.turn,
        "domain": row.domain,
        "end_user": row.end_user,
        "url": f"/v1/reviews/{row.id}",
    }
    announce(row.organisation, kind, data, key=f"{row.id} {kind} {rounds}", at=at)
