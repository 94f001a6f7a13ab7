"""An organisation's own appeals."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.enforcement.appeals.models import Appeal
from sekisho.enforcement.appeals.queries.rows import view_of
from sekisho.enforcement.appeals.types import (
    AppealView,
)
from sekisho.enforcement.types import UnitKind

PAGE = 50


def appeals(viewer: Viewer, organisation: str) -> tuple[AppealView, ...]:
    """Return the organisation's appeals, newest first; what its end users wrote by their own links is theirs.

    Raises `NotFoundError` for an organisation whose standing the viewer does not see.
    """
    return tuple(
        view_of(row) for row in _of_organisation(viewer, organisation).order_by("-made_at", "-id")[:PAGE]
    )


def appeal(viewer: Viewer, organisation: str, appeal_id: str) -> AppealView:
    """Return one of them. Raises `NotFoundError`."""
    row = _of_organisation(viewer, organisation).filter(id=appeal_id).first()
    if row is None:
        raise not_found("appeal_not_found")
    return view_of(row)


def _of_organisation(viewer: Viewer, organisation: str) -> QuerySet[Appeal]:
    if not may(viewer, Permission.ORG_STANDING_READ, organisation):
        raise not_found("organisation_not_found")
    by_link = Q(by_person="", unit_kind=UnitKind.END_USER.value)
    return Appeal.objects.filter(organisation=organisation).exclude(by_link)
