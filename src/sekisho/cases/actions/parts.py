"""What the actions of cases share: finding the row, the line of history with its audit entry, and its place."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Min, Q

from sekisho.accounts.queries import as_of_now, not_found
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.lengths import whole
from sekisho.cases.events import case_changed
from sekisho.cases.models import Case, Change, Clock
from sekisho.cases.queries.rows import plan_of, seen
from sekisho.cases.rules.priority import Lane, lane, place
from sekisho.cases.rules.reading import Reader
from sekisho.cases.types import Impact, Kind, Queue, State
from sekisho.cases.vault import key_of, shut_text
from sekisho.cases.words import refusal

MAX_REASON_CHARS = 500


def locked(case_id: str) -> Case:
    """Return the row, and keep it until the transaction ends: whoever comes second reads what the first has done.

    PostgreSQL locks the row; of SQLite's writers only one is in a transaction at a time (`base.databases`).
    """
    row = Case.objects.select_for_update().filter(id=case_id).first()
    if row is None:
        raise not_found("case_not_found")
    return row


def for_staff(actor: Viewer, case_id: str) -> tuple[Viewer, Case]:
    """Return the actor as of now, and the row, kept. Raises `NotFoundError` for who is not staff of its queue, or the
    system itself."""
    now = as_of_now(actor)
    row = locked(case_id)
    _, reader = seen(now, case_id)
    if not reader.is_staff:
        raise not_found("case_not_found")
    return now, row


def for_reader(actor: Viewer, case_id: str) -> tuple[Viewer, Case, Reader]:
    """Return the same for whoever may see the case."""
    now = as_of_now(actor)
    row = locked(case_id)
    _, reader = seen(now, case_id)
    return now, row, reader


def reasoned(reason: str) -> str:
    """Return the reason as it is kept. Raises `SekishoError` (`reason_missing`) for none."""
    said = whole(" ".join(reason.split()), MAX_REASON_CHARS)
    if not said:
        raise refusal("reason_missing")
    return said


def noted(row: Case, by: str, what: str, old: str, new: str, reason: str, at: datetime) -> None:
    """Write a line of history and its audit entry. The reason is for the case's staff alone: it is encrypted, and the
    log does not have it."""
    key = key_of(row.key)
    kept = shut_text(key, row.id, f"reason {what} {at.isoformat()}", reason) if key else b""
    Change.objects.create(case=row, at=at, by=by, what=what, old=old, new=new, reason=kept)
    record(by or "public", f"case.{what}_changed", row.id, organisation=row.organisation, old=old, new=new)
    transaction.on_commit(lambda: case_changed.send(sender=None, case_id=row.id))


def put_in_place(row: Case, at: datetime) -> None:
    """Reckon the case's clocks and its place in the queue, and save it. The last thing that each action does."""
    running = Clock.objects.filter(case=row, met_at=None)
    terms = running.aggregate(legal=Min("due", filter=~Q(regime="")), target=Min("due", filter=Q(regime="")))
    row.legal_due, row.target_due, row.changed_at = terms["legal"], terms["target"], at
    row.place = _place(row)
    row.save()


def _place(row: Case) -> str:
    which = lane(Kind(row.kind), Queue(row.queue), State(row.state), row.legal_due)
    due = {Lane.LEGAL: row.legal_due, Lane.SETTLED: row.settled_at}.get(which, row.target_due)
    return place(which, due or row.changed_at, plan_of(row), Impact(row.impact), row.id)
