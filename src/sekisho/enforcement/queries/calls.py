"""What waits for people: units about which automation may not decide, and measures that need a second person."""

from __future__ import annotations

from datetime import datetime

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.base.text import Text
from sekisho.enforcement.models import Call, Proposal
from sekisho.enforcement.queries.strikes import as_unit
from sekisho.enforcement.types import Measure, ProposalView, Rung, Unit, UnitKind, Waiting, Why


def waiting_for_people(viewer: Viewer, at: datetime) -> tuple[Waiting, ...]:
    """Return what a person has to decide about units, the soonest due first, those without a deadline last.

    One entry a unit and reason: of several rungs called for, the highest. For reviewers; raises `NotFoundError`.
    """
    if not may(viewer, Permission.STAFF_CASE_READ):
        raise not_found("case_not_found")
    rows = Call.objects.filter(decided_at=None, ended_at=None, at__lte=at)
    highest: dict[tuple[int, str], Call] = {}
    for row in rows.select_related("bearer", "strike").order_by("rung", "at"):
        highest[row.bearer_id, row.why] = row
    far = datetime.max.replace(tzinfo=at.tzinfo)
    ordered = sorted(highest.values(), key=lambda row: (row.due_at or far, row.at, row.id))
    return tuple(map(as_waiting, ordered))


def waiting(viewer: Viewer, call_id: str) -> Waiting:
    """Return one of them. Raises `NotFoundError`, also where it was settled."""
    row = (
        Call.objects.filter(id=call_id, decided_at=None, ended_at=None)
        .select_related("bearer", "strike")
        .first()
    )
    if row is None or not may(viewer, Permission.STAFF_CASE_READ):
        raise not_found("case_not_found")
    return as_waiting(row)


def proposals(viewer: Viewer, unit: Unit | None = None) -> tuple[ProposalView, ...]:
    """Return measures that wait for a second person, oldest first; for staff who see standings."""
    if not may(viewer, Permission.STAFF_STANDING_READ):
        raise not_found("unit_not_found")
    rows = Proposal.objects.filter(closed_at=None).order_by("proposed_at", "id")
    if unit is not None:
        rows = rows.filter(organisation=unit.organisation, unit_kind=unit.kind.value, unit_id=unit.id)
    return tuple(map(as_proposal, rows))


def as_waiting(row: Call) -> Waiting:
    return Waiting(
        id=row.id,
        unit=as_unit(row.bearer),
        rung=Rung(row.rung),
        why=Why(row.why),
        clause=row.clause,
        decision=row.strike.decision if row.strike else "",
        points=row.bearer.points,
        at=row.at,
        due_at=row.due_at,
    )


def as_proposal(row: Proposal) -> ProposalView:
    return ProposalView(
        id=row.id,
        unit=Unit(UnitKind(row.unit_kind), row.unit_id, row.organisation),
        measure=Measure(row.measure),
        clause=row.clause,
        until=row.until,
        facts=Text(row.facts_en, row.facts_ja),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
    )
