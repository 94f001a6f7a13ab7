"""What the appeals desk reads: the queue, a case, its words and files, and what came before."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts.queries import not_found
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.text import Text
from sekisho.enforcement.appeals import matters
from sekisho.enforcement.appeals.models import Appeal
from sekisho.enforcement.appeals.models import Attachment as Row
from sekisho.enforcement.appeals.queries.rows import (
    at_the_desk,
    hearing,
    is_held,
    is_trained,
    row_of,
    view_of,
    waiting,
)
from sekisho.enforcement.appeals.rules.deciding import may_decide
from sekisho.enforcement.appeals.types import (
    About,
    AppealView,
    Attachment,
    AttachmentView,
    Matter,
    Outcome,
    Precedent,
    QueueItem,
    State,
)
from sekisho.enforcement.appeals.vault import key_of, open_
from sekisho.enforcement.types import Allowed, Measure, Refused
from sekisho.records.keystore.queries import OpenKey
from sekisho.records.types import Destroyed

PAGE = 50
PRECEDENTS = 5


def queue(
    viewer: Viewer, at: datetime, *, minors: bool | None = None, limit: int = PAGE
) -> tuple[QueueItem, ...]:
    """Return the appeals that wait, the next deadline first; those that rest are left out until they do no longer.

    `minors` narrows to those of minors, or to the others. For the desk; raises `NotFoundError` for everybody else.
    """
    at_the_desk(viewer)
    rows = waiting(at) if minors is None else waiting(at).filter(for_minors=minors)
    return tuple(
        QueueItem(view_of(row), row.held_by if is_held(row, at) else "", viewer.id in row.took_part)
        for row in rows[:limit]
    )


def case(viewer: Viewer, appeal_id: str) -> AppealView:
    """Return one appeal, for the desk."""
    at_the_desk(viewer)
    return view_of(row_of(appeal_id))


def case_matter(viewer: Viewer, appeal_id: str, at: datetime) -> Matter:
    """Return what it is against, for the desk: with its decisions and its restriction."""
    at_the_desk(viewer)
    row = row_of(appeal_id)
    return matters.matter(About(row.about), row.matter, at)


def may_hear(viewer: Viewer, appeal_id: str, at: datetime) -> Allowed | Refused:
    """Return whether the viewer may decide it: the codes of `rules.deciding.may_decide`."""
    row = row_of(appeal_id)
    return may_decide(hearing(row, at), viewer, is_trained(viewer.id, at))


def holder(viewer: Viewer, appeal_id: str, at: datetime) -> str:
    """Return who has the appeal on the desk now; empty when nobody has."""
    at_the_desk(viewer)
    row = row_of(appeal_id)
    return row.held_by if is_held(row, at) else ""


def words_of(viewer: Viewer, appeal_id: str) -> str | Destroyed:
    """Return what the person wrote, for the desk. Every reading is logged."""
    row, key = _opened_for(viewer, appeal_id, "text")
    return open_(key, row.id, "text", bytes(row.text)).decode() if key else Destroyed()


def attachments(viewer: Viewer, appeal_id: str) -> tuple[AttachmentView, ...]:
    """Return what came with it, without content; empty once its key was destroyed."""
    at_the_desk(viewer)
    row = row_of(appeal_id)
    key = key_of(row.key)
    return tuple(_attachment(each, key) for each in row.attachments.order_by("id")) if key else ()


def attachment(viewer: Viewer, appeal_id: str, attachment_id: str) -> Attachment | Destroyed:
    """Return one file whole, for the desk. Every reading is logged."""
    file = Row.objects.filter(id=attachment_id, appeal=appeal_id).first()
    if file is None:
        raise not_found("attachment_not_found")
    row, key = _opened_for(viewer, appeal_id, attachment_id)
    if key is None:
        return Destroyed()
    seen = _attachment(file, key)
    content = open_(key, row.id, f"content {file.id}", bytes(file.content))
    return Attachment(seen.name, seen.media_type, content)


def precedents(viewer: Viewer, appeal_id: str) -> tuple[Precedent, ...]:
    """Return how earlier appeals under the same clause came out, the latest first."""
    at_the_desk(viewer)
    row = row_of(appeal_id)
    rows = Appeal.objects.filter(state=State.DECIDED.value, clause=row.clause).exclude(id=row.id)
    found = rows.exclude(clause="").order_by("-decided_at", "-id")[:PRECEDENTS]
    return tuple(_precedent(each) for each in found)


def _opened_for(viewer: Viewer, appeal_id: str, what: str) -> tuple[Appeal, OpenKey | None]:
    at_the_desk(viewer)
    row = row_of(appeal_id)
    with transaction.atomic():
        record(viewer.id, "appeal.read", row.id, what=what, organisation=row.organisation)
    return row, key_of(row.key)


def _attachment(row: Row, key: OpenKey) -> AttachmentView:
    name = open_(key, row.appeal_id, f"name {row.id}", bytes(row.name)).decode()
    return AttachmentView(row.id, name, row.media_type, row.bytes)


def _precedent(row: Appeal) -> Precedent:
    assert row.decided_at is not None  # asked for decided ones
    measure = Measure(row.measure) if row.measure else None
    return Precedent(
        row.id, Outcome(row.outcome), measure, row.decided_at, Text(row.reasons_en, row.reasons_ja)
    )
