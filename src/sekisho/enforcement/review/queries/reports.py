"""What those see who reported: how far their report has come, and how to appeal."""

from __future__ import annotations

from datetime import datetime

from sekisho.accounts.queries import not_found
from sekisho.accounts.types import KeyView
from sekisho.enforcement.review import marks
from sekisho.enforcement.review.models import Case
from sekisho.enforcement.review.types import Category, Note, ReportState, Source, State, Verdict
from sekisho.notices.links import Purpose, opened


def report_state(token: str, at: datetime) -> ReportState:
    """Return what the holder of a report's link sees. Raises `SekishoError` (`link_forged`, `link_expired`)."""
    return _state(_row(opened(Purpose.REPORT, token, at)))


def report_of_key(key: KeyView, case_id: str) -> ReportState:
    """Return a report that this key handed in. Raises `NotFoundError`, also for another's."""
    row = _row(case_id)
    if row.reporter != marks.of_key(key.id):
        raise not_found("report_not_found")
    return _state(row)


def _row(case_id: str) -> Case:
    row = Case.objects.filter(id=case_id).first()
    if row is None or not Source(row.source).is_report:
        raise not_found("report_not_found")
    return row


def _state(row: Case) -> ReportState:
    outcome = Verdict(row.outcome) if row.outcome else None
    refused = outcome is Verdict.NO_VIOLATION and row.closed_at is not None
    return ReportState(
        reference=row.reference,
        received_at=row.received_at,
        state=State(row.state),
        source=Source(row.source),
        category=Category(row.category),
        outcome=outcome,
        note=Note(row.note) if row.note else None,
        closed_at=row.closed_at,
        appeal=marks.appeal_of(row.id, row.closed_at) if refused and row.closed_at else "",
    )
