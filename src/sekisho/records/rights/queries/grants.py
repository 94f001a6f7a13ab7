"""What somebody who answers a ticket may read: exactly what the subject showed them for it (R-DATA-238)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from sekisho.accounts.queries import as_of_now
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotAllowedError
from sekisho.base.text import Text
from sekisho.records.models import Turn
from sekisho.records.queries import calendar_at, log_reading
from sekisho.records.reading import contents
from sekisho.records.rights.models import Grant
from sekisho.records.rights.types import GrantView
from sekisho.records.rules.purposes import may_read
from sekisho.records.types import Destroyed, Readable
from sekisho.records.types.purposes import Purpose

MOST_TURNS = 100
"""Turns of one conversation that are shown at once."""
BOT = "bot"
"""To whom a grant goes that lets the support bot read. A process never reads by right of being the system's."""


def grants(viewer: Viewer) -> tuple[GrantView, ...]:
    """Return what the viewer has let others read, newest first, revoked and expired ones too."""
    rows = Grant.objects.filter(granted_by=viewer.id).exclude(granted_by="")
    return tuple(map(grant_view, rows.order_by("-made_at", "-id")))


def grants_of_ticket(viewer: Viewer, ticket: str, at: datetime) -> tuple[GrantView, ...]:
    """Return the grants by which the viewer may read for this ticket now; empty when there are none."""
    rows = Grant.objects.filter(ticket=ticket, to__in=_names(viewer)).order_by("-made_at", "-id")
    return tuple(one for one in map(grant_view, rows) if one.is_in_force(at))


def content_for_ticket(viewer: Viewer, ticket: str, turn: str, at: datetime) -> Readable | Destroyed:
    """Return what was said in a turn, to somebody who answers the ticket, human or bot. The only way for support.

    Needs the subject's grant for this ticket that names the turn's conversation, is in force, and is to one of the
    viewer's roles. The reading is logged, and shown to the subject. Raises `NotAllowedError` (`not_granted`) otherwise,
    also for a turn that does not exist: a ticket's number finds nothing out.
    """
    asks = as_of_now(viewer)
    row = Turn.objects.filter(id=turn).first()
    by = next(
        (
            one
            for one in grants_of_ticket(asks, ticket, at)
            if row is not None
            and row.organisation == one.organisation
            and row.conversation_id in one.conversations
        ),
        None,
    )
    if row is None or by is None:
        raise NotAllowedError("not_granted", _NOT_GRANTED, permission="grant")
    if not may_read(Purpose.SUPPORT, row.received_at, row.deadline_at, calendar_at(at).standard, at):
        raise NotAllowedError("kept_for_training_alone", _KEPT_FOR_TRAINING, permission="grant")
    with transaction.atomic():
        log_reading(
            asks, row.organisation, [turn], Purpose.SUPPORT, f"grant {by.id}", ticket=ticket, role=by.to
        )
        Grant.objects.filter(id=by.id).update(readings=F("readings") + 1)
        return contents([turn], at=at)[turn]


def turns_for_ticket(viewer: Viewer, ticket: str, conversation: str, at: datetime) -> tuple[str, ...]:
    """Return the ids of the turns of a conversation that was shown for this ticket, oldest first; none where nobody
    showed it. Each is read by `content_for_ticket`."""
    by = grants_of_ticket(as_of_now(viewer), ticket, at)
    shown = {one.organisation for one in by if conversation in one.conversations}
    turns = Turn.objects.filter(conversation=conversation, organisation__in=shown)
    return tuple(turns.order_by("received_at", "id").values_list("id", flat=True)[:MOST_TURNS])


def grant_view(row: Grant) -> GrantView:
    return GrantView(
        id=row.id,
        ticket=row.ticket,
        organisation=row.organisation,
        granted_by=row.granted_by,
        conversations=tuple(row.conversations),
        to=row.to,
        made_at=row.made_at,
        until=row.until,
        revoked_at=row.revoked_at,
        readings=row.readings,
    )


def _names(viewer: Viewer) -> Iterable[str]:
    """To whom a grant may be, so that it is to the viewer."""
    if viewer.is_system:
        return (BOT,)
    return tuple(role.value for role in viewer.staff)


_NOT_GRANTED = Text(
    "The person has not shown this to those who answer this ticket. Ask them in the ticket.",
    "この会話の閲覧は、このチケットについてご本人から許可されていません。チケットでご本人にお尋ねください。",
)
_KEPT_FOR_TRAINING = Text(
    "This conversation is kept for developing models and for security alone: support does not read it any more.",
    "この会話はモデルの開発と安全の向上のためだけに保管されています。サポートでは閲覧できません。",
)
