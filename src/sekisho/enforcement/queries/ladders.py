"""The numbers of the ladder, now and before."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.enforcement.models import LadderVersion
from sekisho.enforcement.rules.ladder import DEFAULT_LADDER
from sekisho.enforcement.types import Ladder, LadderView

SHIPPED = LadderView("", "shipped", DEFAULT_LADDER, "", None, None, is_in_force=True)
"""The first one, which is in force until another is approved."""


def ladder_in_force() -> LadderView:
    """Return the numbers by which every unit is reckoned now; no viewer asks."""
    row = LadderVersion.objects.exclude(in_force_at=None).order_by("-in_force_at", "-id").first()
    return as_ladder(row, row.id) if row else SHIPPED


def ladders(viewer: Viewer) -> tuple[LadderView, ...]:
    """Return every version, the latest proposed first, the shipped one last. Raises `NotFoundError`."""
    see_ladders(viewer)
    now = ladder_in_force()
    rows = LadderVersion.objects.order_by("-proposed_at", "-id")
    return (*(as_ladder(row, now.id) for row in rows), replace(SHIPPED, is_in_force=not now.id))


def ladder(viewer: Viewer, ladder_id: str) -> LadderView:
    """Return one version. Raises `NotFoundError`."""
    see_ladders(viewer)
    row = LadderVersion.objects.filter(id=ladder_id).first()
    if row is None:
        raise not_found("ladder_not_found")
    return as_ladder(row, ladder_in_force().id)


def see_ladders(viewer: Viewer) -> None:
    """Raise `NotFoundError` unless the viewer is staff that reads standings."""
    if not may(viewer, Permission.STAFF_STANDING_READ):
        raise not_found("ladder_not_found")


def as_ladder(row: LadderVersion, in_force: str) -> LadderView:
    return LadderView(
        id=row.id,
        version=row.version,
        ladder=msgspec.convert(row.numbers, Ladder),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        simulated_at=row.simulated_at,
        simulation=row.simulation or {},
        approved_by=row.approved_by,
        in_force_at=row.in_force_at,
        applied_at=row.applied_at,
        is_in_force=row.id == in_force,
    )
