"""Reads of safety records: lists without any text, and the text to whom two people let read it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.errors import NotAllowedError
from sekisho.base.text import Text
from sekisho.records.queries import log_reading
from sekisho.records.safety import vault
from sekisho.records.safety.models import AccessRequest, Followed, SafetyRecord
from sekisho.records.safety.rules import access
from sekisho.records.safety.types import Access, Evidence, RecordView, RequestView, State
from sekisho.records.types import Destroyed
from sekisho.records.types.purposes import Purpose

PAGE = 50


def records(viewer: Viewer, *, before: str = "", limit: int = PAGE) -> tuple[RecordView, ...]:
    """Return the records, newest first, without text. `before` is the last id of the page before."""
    see(viewer)
    rows = SafetyRecord.objects.order_by("-id")
    rows = rows.filter(id__lt=before) if before else rows
    return tuple(map(view_of, rows[:limit]))


def requests(viewer: Viewer, at: datetime, limit: int = PAGE) -> tuple[RequestView, ...]:
    """Return the latest requests to read, those that wait among them, newest first."""
    see(viewer)
    rows = AccessRequest.objects.select_related("record").order_by("-asked_at", "-id")[:limit]
    return tuple(request_view(row, at) for row in rows)


def opened(viewer: Viewer, request_id: str, at: datetime) -> Evidence | Destroyed:
    """Return the text to whoever asked for it, while the approval of another holds. Every reading is logged.

    Raises `NotFoundError` for another's request, and `NotAllowedError` while nobody has approved it, and afterwards.
    """
    see(viewer)
    row = AccessRequest.objects.select_related("record").filter(id=request_id, asked_by=viewer.id).first()
    if row is None:
        raise not_found("request_not_found")
    if access(row.approved_by, row.open_until, at) is not Access.OPEN:
        raise NotAllowedError("not_approved", NOT_APPROVED, permission=Permission.STAFF_SAFETY_READ.value)
    return _read(viewer, row.record, row.reason, Purpose.REVIEW, at, approved_by=row.approved_by)


def evidence_for_appeal(
    viewer: Viewer, decision: str, reason: str, at: datetime
) -> Evidence | Destroyed | None:
    """Return what is kept of the text that a decision was about, for the desk that hears an appeal against it; None
    where nothing was copied.

    Two people stand behind this reading too: the person concerned, who asks for it by appealing, and the desk
    (R-DATA-243). Logged like every other. Raises `NotFoundError` for who hears no appeals.
    """
    if not may(viewer, Permission.STAFF_APPEAL_READ):
        raise not_found("page_not_found")
    row = SafetyRecord.objects.filter(decision=decision).first()
    return _read(viewer, row, reason, Purpose.APPEAL, at) if row else None


def evidence_of(turn: str) -> tuple[RecordView, ...]:
    """Return what is kept about a turn, without text, oldest first: for the access bundle and rooms above, whose own
    rules say who may ask."""
    return tuple(map(view_of, SafetyRecord.objects.filter(turn=turn).order_by("id")))


def followed_until() -> datetime | None:
    """Return up to when outcomes were followed; None before the first time."""
    row = Followed.objects.filter(id=1).first()
    return row.until if row else None


def see(viewer: Viewer) -> None:
    if not may(viewer, Permission.STAFF_SAFETY_READ):
        raise not_found("page_not_found")


def view_of(row: SafetyRecord) -> RecordView:
    return RecordView(
        id=row.id,
        turn=row.turn,
        decision=row.decision,
        organisation=row.organisation,
        clause=row.clause,
        stage=row.stage,
        state=State(row.state),
        received_at=row.received_at,
        expires_at=row.expires_at,
    )


def request_view(row: AccessRequest, at: datetime) -> RequestView:
    return RequestView(
        id=row.id,
        record=view_of(row.record),
        asked_by=row.asked_by,
        reason=row.reason,
        asked_at=row.asked_at,
        approved_by=row.approved_by,
        open_until=row.open_until,
        access=access(row.approved_by, row.open_until, at),
    )


def _read(
    viewer: Viewer, row: SafetyRecord, reason: str, purpose: Purpose, at: datetime, **facts: str
) -> Evidence | Destroyed:
    """Read, and note it twice: of the record, and of the turn, so that its subject is shown it (R-DATA-238)."""
    with transaction.atomic():
        log_reading(viewer, row.organisation, [row.turn], purpose, reason)
        record(viewer.id, "safety.read", row.id, organisation=row.organisation, reason=reason, **facts)
        text = vault.open_(row.key, row.id, bytes(row.content)) if at < row.expires_at else None
    return Evidence(view_of(row), text) if text is not None else Destroyed()


NOT_APPROVED = Text(
    "Nobody else has approved this reading, or the approval has ended. Ask again, and have a colleague approve it.",
    "この閲覧は他の担当者に承認されていないか、承認の期限が切れています。改めて申請し、別の担当者の承認を得てください。",
)
