"""Reads of records, viewer first. Metadata for an organisation's own people; content only through
`content_of`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Sum

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.errors import NotAllowedError
from sekisho.base.text import Text
from sekisho.records import reading  # which asks `queries.clocks` itself
from sekisho.records.models import Turn
from sekisho.records.queries.readings import log_reading
from sekisho.records.types import Destroyed, GatewaySeen, Readable, TurnView
from sekisho.records.types.purposes import Purpose

PAGE = 50


def turns(viewer: Viewer, organisation: str, *, before: str = "", limit: int = PAGE) -> tuple[TurnView, ...]:
    """Return the organisation's turns, newest first, without content. `before` is the last id of the page
    before."""
    _see(viewer, organisation)
    rows = Turn.objects.filter(organisation=organisation).order_by("-id")
    if before:
        rows = rows.filter(id__lt=before)
    return tuple(_view(row) for row in rows[:limit])


def turn(viewer: Viewer, turn_id: str) -> TurnView:
    """Return one turn without its content."""
    return _view(_row(viewer, turn_id))


def usage(viewer: Viewer, organisation: str, since: datetime, until: datetime) -> dict[str, int]:
    """Return the sums of requests and tokens from `since` to `until` (excluded)."""
    _see(viewer, organisation)
    rows = Turn.objects.filter(organisation=organisation, received_at__gte=since, received_at__lt=until)
    sums = rows.aggregate(requests=Count("id"), input=Sum("input_tokens"), output=Sum("output_tokens"))
    return {
        "requests": sums["requests"],
        "input_tokens": sums["input"] or 0,
        "output_tokens": sums["output"] or 0,
    }


def content_of(viewer: Viewer, turn_id: str, reason: str, *, purpose: Purpose) -> Readable | Destroyed:
    """Return what was said in the turn, for reviewers and the appeals desk. Every reading is logged with its
    purpose and reason, and shown to its subject (R-DATA-102, R-DATA-238).

    Raises `NotFoundError` for a turn the viewer may not see, `NotAllowedError` without the permission or a
    reason. An organisation's own people see no content: not even the owner reads along with end users.
    """
    row = _row(viewer, turn_id)
    if not reason.strip() or not _reads_content(viewer):
        raise NotAllowedError(
            "content_not_allowed", _NOT_ALLOWED, permission=Permission.STAFF_CASE_READ.value
        )
    with transaction.atomic():
        log_reading(viewer, row.organisation, [row.id], purpose, reason)
        return _content(row)


_NOT_ALLOWED = Text(
    "Content is shown only to reviewers, with a reason that is logged. Ask one, and say why it is needed.",
    "会話の内容は、理由を記録したうえで審査担当者だけが確認できます。必要な理由を添えて審査担当者にご依頼ください。",
)


def contents_of(
    viewer: Viewer, turns: Sequence[str], reason: str, *, purpose: Purpose
) -> dict[str, Readable | Destroyed]:
    """Return what was said in many turns, by id, as `content_of` does for one; one entry in the log for each
    organisation names them all.

    For work over stored traffic. Raises `NotAllowedError` without the permission or a reason.
    """
    if not reason.strip() or not _reads_content(viewer):
        raise NotAllowedError(
            "content_not_allowed", _NOT_ALLOWED, permission=Permission.STAFF_CASE_READ.value
        )
    if not turns:
        return {}
    with transaction.atomic():
        for owner, read in _by_owner(turns).items():
            log_reading(viewer, owner, read, purpose, reason)
        return reading.contents(turns)


def _by_owner(turns: Sequence[str]) -> dict[str, list[str]]:
    """Return the turns by organisation, in their order: each is shown who read what is theirs."""
    owner = dict(Turn.objects.filter(id__in=turns).values_list("id", "organisation"))
    found: dict[str, list[str]] = {}
    for turn_id in turns:
        found.setdefault(owner.get(turn_id, ""), []).append(turn_id)
    return found


def said_in(turn_id: str) -> Readable | Destroyed:
    """Return what was said in the turn, for rooms above whose own rules say who may read it.

    They ask for the viewer and write the audit entry themselves; pages and commands never call this. Raises
    `NotFoundError` for an unknown turn.
    """
    row = Turn.objects.filter(id=turn_id).select_related("conversation").first()
    if row is None:
        raise not_found("turn_not_found")
    return _content(row)


def said_before(turn_id: str, limit: int) -> tuple[Readable | Destroyed, ...]:
    """Return the last `limit` turns of the same conversation before this one, oldest first. Asked as `said_in`."""
    row = Turn.objects.filter(id=turn_id).first()
    if row is None or row.conversation_id is None:
        return ()
    earlier = Turn.objects.filter(conversation=row.conversation_id, id__lt=turn_id).order_by("-id")[:limit]
    return tuple(_content(one) for one in reversed(earlier.select_related("conversation")))


def _content(row: Turn) -> Readable | Destroyed:
    return reading.contents([row.id])[row.id]


def _row(viewer: Viewer, turn_id: str) -> Turn:
    row = Turn.objects.filter(id=turn_id).select_related("conversation").first()
    if row is None or not (
        may(viewer, Permission.ORG_USAGE_READ, row.organisation) or _reads_content(viewer)
    ):
        raise not_found("turn_not_found")
    return row


def _reads_content(viewer: Viewer) -> bool:
    return may(viewer, Permission.STAFF_CASE_READ) or may(viewer, Permission.STAFF_APPEAL_READ)


def _see(viewer: Viewer, organisation: str) -> None:
    if not may(viewer, Permission.ORG_USAGE_READ, organisation):
        raise not_found("organisation_not_found")


def _view(row: Turn) -> TurnView:
    names = [name for name in TurnView.__slots__ if name != "conversation"]
    return TurnView(conversation=row.conversation_id or "", **{name: getattr(row, name) for name in names})


def gateways_seen(viewer: Viewer, since: datetime) -> tuple[GatewaySeen, ...]:
    """Return the gateways whose turns have arrived since the moment `since`, last heard first."""
    if not may(viewer, Permission.STAFF_HEALTH_READ):
        raise not_found("page_not_found")
    rows = (
        Turn.objects.filter(received_at__gte=since).exclude(gateway="").values("gateway").order_by("gateway")
    )
    heard = rows.annotate(last=Max("received_at"), requests=Count("id")).order_by("-last")
    return tuple(GatewaySeen(row["gateway"], row["last"], row["requests"]) for row in heard)
