"""Reads of records, viewer first. Metadata for an organisation's own people; content only through
`content_of`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Sum

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.errors import NotAllowedError
from sekisho.base.text import Text
from sekisho.records.keystore.queries import OpenKey, conversation_keys
from sekisho.records.models import Content, Turn
from sekisho.records.types import Destroyed, GatewaySeen, Part, Readable, StoredBlock, TurnView
from sekisho.records.vault import open_, place_of

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


def content_of(viewer: Viewer, turn_id: str, reason: str) -> Readable | Destroyed:
    """Return what was said in the turn, for reviewers and the appeals desk. Every reading is logged with its
    reason.

    Raises `NotFoundError` for a turn the viewer may not see, `NotAllowedError` without the permission or a
    reason. An organisation's own people see no content: not even the owner reads along with end users.
    """
    row = _row(viewer, turn_id)
    if not reason.strip() or not _reads_content(viewer):
        raise NotAllowedError(
            "content_not_allowed", _NOT_ALLOWED, permission=Permission.STAFF_CASE_READ.value
        )
    with transaction.atomic():
        record(viewer.id, "content.read", row.id, organisation=row.organisation, reason=reason[:200])
        return _content(row)


_NOT_ALLOWED = Text(
    "Content is shown only to reviewers, with a reason that is logged. Ask one, and say why it is needed.",
    "会話の内容は、理由を記録したうえで審査担当者だけが確認できます。必要な理由を添えて審査担当者にご依頼ください。",
)


def _content(row: Turn) -> Readable | Destroyed:
    contents = list(Content.objects.filter(turn=row))
    keys = conversation_keys(content.key for content in contents)
    if contents and not all(content.key in keys for content in contents):
        return Destroyed()
    parts = {Part(content.part): _opened(row, content, keys) for content in contents}
    return Readable({part: _whole(blocks) for part, blocks in parts.items()})


def _opened(row: Turn, content: Content, keys: dict[str, OpenKey]) -> tuple[StoredBlock, ...]:
    conversation = row.conversation
    assert conversation is not None  # a turn with content has one
    place = place_of(conversation.subject, conversation.id, row.id)
    return open_(keys[content.key], place, Part(content.part), bytes(content.ciphertext))


def _whole(blocks: Iterable[StoredBlock]) -> tuple[StoredBlock, ...]:
    """Return the blocks with the texts that earlier turns hold; without a text where that turn is gone."""
    earlier: dict[str, dict[str, StoredBlock]] = {}
    for turn_id in {block.first_turn for block in blocks if block.first_turn}:
        earlier[turn_id] = _texts_of(turn_id)
    return tuple(earlier.get(block.first_turn, {}).get(block.digest, block) for block in blocks)


def _texts_of(turn_id: str) -> dict[str, StoredBlock]:
    contents = list(Content.objects.filter(turn=turn_id).select_related("turn__conversation"))
    keys = conversation_keys(content.key for content in contents)
    opened = [_opened(each.turn, each, keys) for each in contents if each.key in keys]
    return {block.digest: block for blocks in opened for block in blocks if not block.first_turn}


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
    rows = Turn.objects.filter(received_at__gte=since).values("gateway").order_by("gateway")
    heard = rows.annotate(last=Max("received_at"), requests=Count("id")).order_by("-last")
    return tuple(GatewaySeen(row["gateway"], row["last"], row["requests"]) for row in heard)
