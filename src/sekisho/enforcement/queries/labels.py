"""What people found about decisions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.enforcement.models import ReviewLabel
from sekisho.enforcement.queries.decisions import as_decision
from sekisho.enforcement.types import Desk, Found, Label

ROWS_AT_ONCE = 200


def labels(viewer: Viewer, since: datetime | None = None) -> Iterator[Label]:
    """Yield what was last found about each decision, oldest finding first; `since` leaves earlier ones out.

    For reviewers and the appeals desk. Raises `NotFoundError` for others.
    """
    _see_labels(viewer)
    later = _standing().filter(decision=OuterRef("decision")).order_by("-at", "-id")
    last = ReviewLabel.objects.filter(id=Subquery(later.values("id")[:1])).select_related("decision")
    rows = last.filter(at__gte=since) if since else last
    return map(_label, rows.order_by("at", "id").iterator(ROWS_AT_ONCE))


def label_of(viewer: Viewer, decision_id: str) -> Label | None:
    """Return what was last found about a decision, None where nobody has. For whom `labels` is."""
    _see_labels(viewer)
    rows = _standing().filter(decision=decision_id).select_related("decision")
    row = rows.order_by("-at", "-id").first()
    return _label(row) if row else None


def _standing() -> QuerySet[ReviewLabel]:
    """Findings that were not withdrawn with an overturned decision."""
    return ReviewLabel.objects.filter(withdrawn_at=None)


def _see_labels(viewer: Viewer) -> None:
    if not (may(viewer, Permission.STAFF_CASE_READ) or may(viewer, Permission.STAFF_APPEAL_READ)):
        raise not_found("labels_not_found")


def _label(row: ReviewLabel) -> Label:
    found = Found(row.harmful, tuple(row.labels), row.advice)
    return Label(row.id, as_decision(row.decision), found, Desk(row.desk), row.by, row.at)
