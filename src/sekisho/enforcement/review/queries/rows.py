"""Rows to values, and who may see any."""

from __future__ import annotations

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.enforcement.review.models import Case, TwoPerson
from sekisho.enforcement.review.types import (
    About,
    AboutKind,
    CaseRow,
    Category,
    Gravity,
    Proposal,
    Source,
    State,
)
from sekisho.enforcement.types import Measure, Unit, UnitKind


def see(viewer: Viewer) -> None:
    """Raise `NotFoundError` for who reads no cases."""
    if not may(viewer, Permission.STAFF_CASE_READ):
        raise not_found("case_not_found")


def row_of(row: Case) -> CaseRow:
    return CaseRow(
        id=row.id,
        reference=row.reference,
        source=Source(row.source),
        category=Category(row.category),
        about=About(AboutKind(row.about_kind), row.about_id, _unit(row)),
        clause=row.clause,
        language=row.language,
        gravity=Gravity(row.gravity),
        state=State(row.state),
        received_at=row.received_at,
        due=row.due,
        count=row.count,
        claimed_by=row.claimed_by,
        claimed_until=row.claimed_until,
    )


def proposal_of(row: TwoPerson) -> Proposal:
    unit = Unit(UnitKind(row.unit_kind), row.unit_id, row.organisation)
    return Proposal(row.by, unit, Measure(row.measure), row.days, row.clause, row.at)


def _unit(row: Case) -> Unit | None:
    return Unit(UnitKind(row.unit_kind), row.unit_id, row.organisation) if row.unit_id else None
