"""Let those who answer one ticket read some of one's conversations, and take that back (R-DATA-238)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from sekisho.accounts.queries import as_of_now, not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import StaffRole, Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import SekishoError
from sekisho.base.lengths import whole
from sekisho.base.text import Text
from sekisho.records.models import Turn
from sekisho.records.queries import calendar_at
from sekisho.records.rights.models import Grant
from sekisho.records.rights.queries.grants import BOT, grant_view
from sekisho.records.rights.types import GrantView

READERS = frozenset({StaffRole.SUPPORT.value, BOT})
"""To whom a grant may be."""
MOST_CONVERSATIONS = 50


@transaction.atomic
def grant(
    actor: Viewer,
    ticket: str,
    organisation: str,
    conversations: Collection[str],
    *,
    to: str = StaffRole.SUPPORT.value,
    until: datetime | None = None,
    clock: Clock = system_clock,
) -> GrantView:
    """Let those who answer the ticket read these conversations, each named, of one's own. It ends by itself at `until`,
    and at the latest after the standard time.

    Raises `NotFoundError` for conversations that are not the actor's, `SekishoError` for none, too many, or a reader
    who does not answer tickets.
    """
    now, at = as_of_now(actor), clock()
    wanted = sorted(set(conversations))
    if to not in READERS or not ticket or not 1 <= len(wanted) <= MOST_CONVERSATIONS:
        raise SekishoError("grant_unclear", _UNCLEAR.format(most=MOST_CONVERSATIONS))
    _are_own(now, organisation, wanted)
    longest = at + calendar_at(at).standard
    row = Grant.objects.create(
        ticket=whole(ticket, 40),
        organisation=organisation,
        granted_by=now.id,
        to=to,
        conversations=wanted,
        made_at=at,
        until=min(until or longest, longest),
    )
    record(
        now.id, "grant.made", row.id, organisation=organisation, ticket=row.ticket, to=to, count=len(wanted)
    )
    return grant_view(row)


@transaction.atomic
def revoke(actor: Viewer, grant_id: str, *, clock: Clock = system_clock) -> None:
    """Take a grant back: from now on nobody reads by it. Again it changes nothing. Raises `NotFoundError` for
    another's."""
    row = Grant.objects.filter(id=grant_id, granted_by=as_of_now(actor).id).exclude(granted_by="").first()
    if row is None:
        raise not_found("grant_not_found")
    if Grant.objects.filter(id=row.id, revoked_at=None).update(revoked_at=clock()):
        record(actor.id, "grant.revoked", row.id, organisation=row.organisation, ticket=row.ticket)


def _are_own(viewer: Viewer, organisation: str, conversations: list[str]) -> None:
    """A member shows what they wrote; who may take the account's data along shows any of it."""
    if organisation not in viewer.roles:
        raise not_found("conversation_not_found")
    turns = Turn.objects.filter(organisation=organisation, conversation__in=conversations)
    if not may(viewer, Permission.ORG_DATA_EXPORT, organisation):
        others = turns.exclude(member=viewer.id)
        if others.exists():
            raise not_found("conversation_not_found")
    if turns.values("conversation").distinct().count() != len(conversations):
        raise not_found("conversation_not_found")


_UNCLEAR = Text(
    "Name the ticket, who may read, and between one and {most} conversations.",
    "チケット、閲覧できる担当、会話（1～{most} 件）を指定してください。",
)
