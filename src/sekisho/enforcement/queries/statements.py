"""Statements of reasons over a time, for whoever hands them in or counts them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.enforcement.models import Restriction
from sekisho.enforcement.queries.restrictions import as_restriction
from sekisho.enforcement.types import RestrictionView

ROWS_AT_ONCE = 200


def imposed(
    viewer: Viewer, since: datetime | None = None, until: datetime | None = None
) -> Iterator[RestrictionView]:
    """Return every restriction imposed from `since` on and before `until`, lifted ones too, oldest first.

    For staff who see standing. Raises `NotFoundError` for others.
    """
    if not may(viewer, Permission.STAFF_STANDING_READ):
        raise not_found("statements_not_found")
    rows = Restriction.objects.select_related("statement").order_by("since", "id")
    rows = rows.filter(since__gte=since) if since else rows
    rows = rows.filter(since__lt=until) if until else rows
    return map(as_restriction, rows.iterator(ROWS_AT_ONCE))
