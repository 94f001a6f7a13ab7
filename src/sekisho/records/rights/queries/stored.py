"""What is stored of somebody, conversation by conversation, and when each ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.records.consent.rules.discretion import discreet
from sekisho.records.models import Turn
from sekisho.records.queries.clocks import Stored, explain_turn, timeline
from sekisho.records.retention.queries import holds_in_force
from sekisho.records.types import Explanation

PAGE = 20


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation that can still be read, without what was said in it."""

    id: str
    first_at: datetime
    last_at: datetime
    turns: int
    ends_at: datetime
    """When its last turn ends, unless a hold keeps it."""
    because: Explanation
    """Of its last turn."""


@dataclass(frozen=True, slots=True)
class StoredPage:
    conversations: tuple[Conversation, ...]
    next: str
    """Hand it back as `before`; empty on the last page."""


def stored(
    viewer: Viewer, organisation: str, at: datetime, *, before: str = "", limit: int = PAGE
) -> StoredPage:
    """Return the viewer's conversations, the latest first: all of an account that is theirs to take along, for a member
    those in which they wrote. Raises `NotFoundError` for an outsider."""
    rows = Turn.objects.filter(organisation=organisation, has_content=True, deadline_at__gt=at)
    rows = rows.filter(conversation__isnull=False, **_own(viewer, organisation))
    found = rows.values("conversation").annotate(
        first=Min("received_at"), last=Max("received_at"), count=Count("id"), ends=Max("deadline_at")
    )
    found = found.annotate(newest=Max("id")).order_by("-last", "conversation")
    if before:
        found = found.filter(last__lt=datetime.fromisoformat(before))
    page = list(found[: limit + 1])
    is_member = "member" in _own(viewer, organisation)
    shown = tuple(_conversation(row, at, is_member) for row in page[:limit])
    return StoredPage(shown, shown[-1].last_at.isoformat() if len(page) > limit else "")


def ends(viewer: Viewer, organisation: str, at: datetime) -> tuple[Stored, ...]:
    """Return what is stored of the viewer, by the day it came and the rule by which it ends. Asked as `stored`."""
    own = _own(viewer, organisation)
    return timeline(organisation, member=own.get("member"), at=at, untold=untold(at))


def untold(at: datetime) -> frozenset[str]:
    """Return the legal holds of which their subject must not learn, as the law bars it (R-DATA-117)."""
    return frozenset(row.id for row in holds_in_force(at) if not row.tells_subject)


def _own(viewer: Viewer, organisation: str) -> dict[str, str]:
    if organisation not in viewer.roles:
        raise not_found("organisation_not_found")
    if may(viewer, Permission.ORG_DATA_EXPORT, organisation):
        return {}
    return {"member": viewer.id}


def _conversation(row: Mapping[str, object], at: datetime, is_member: bool) -> Conversation:
    because = explain_turn(str(row["newest"]), at, untold=untold(at))
    first, last, ends_at = row["first"], row["last"], row["ends"]
    assert because is not None  # the turn was just read
    assert isinstance(first, datetime)
    assert isinstance(last, datetime)
    assert isinstance(ends_at, datetime)
    told = because if is_member else discreet(because)
    return Conversation(str(row["conversation"]), first, last, int(str(row["count"])), ends_at, told)
