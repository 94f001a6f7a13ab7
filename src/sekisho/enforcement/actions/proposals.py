"""Measures that take two people: one proposes, another confirms or turns it down (P-060)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts.queries import viewer
from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotAllowedError, NotFoundError, SekishoError
from sekisho.base.ids import new_id
from sekisho.base.text import Text
from sekisho.enforcement.actions.parts import NOT_ALLOWED, allowed
from sekisho.enforcement.actions.restrictions import REFUSALS, impose
from sekisho.enforcement.actions.statements import complete
from sekisho.enforcement.models import Proposal
from sekisho.enforcement.queries.calls import as_proposal
from sekisho.enforcement.types import Measure, Statement, Unit


@transaction.atomic
def propose(
    actor: Viewer,
    unit: Unit,
    measure: Measure,
    clause: str,
    until: datetime | None,
    facts: Text,
    clock: Clock = system_clock,
) -> str:
    """Propose a measure, which does nothing until a second person confirms it; return the proposal's id.

    Raises `NotAllowedError`, `statement_incomplete`, `needs_end_date`, `ends_before_it_begins`, and
    `proposed_already` where one waits for the same unit.
    """
    now, at = _person(actor), clock()
    complete(Statement(facts), clause, at)
    if measure is Measure.SUSPENDED and until is None:
        raise SekishoError("needs_end_date", REFUSALS["needs_end_date"])
    if until is not None and until <= at:
        raise SekishoError("ends_before_it_begins", REFUSALS["ends_before_it_begins"])
    place = {"organisation": unit.organisation, "unit_kind": unit.kind.value, "unit_id": unit.id}
    if Proposal.objects.filter(closed_at=None, measure=measure.value, **place).exists():
        raise SekishoError("proposed_already", _ALREADY)
    row = Proposal.objects.create(
        id=new_id("prp"),
        measure=measure.value,
        clause=clause,
        until=until,
        facts_en=facts.en,
        facts_ja=facts.ja,
        proposed_by=now.id,
        proposed_at=at,
        **place,
    )
    record(now.id, "measure.proposed", row.id, organisation=unit.organisation, unit=unit.id, measure=measure)
    return row.id


@transaction.atomic
def confirm(actor: Viewer, proposal_id: str, clock: Clock = system_clock) -> str:
    """Confirm a proposal as the second person, and return the id of the restriction that it becomes.

    Raises `second_person_needed` for who proposed it, and `NotFoundError` for one that waits no more.
    """
    now, at = _person(actor), clock()
    row = _waiting(proposal_id)
    if row.proposed_by == now.id:
        raise NotAllowedError("second_person_needed", _SECOND_PERSON)
    view = as_proposal(row)
    statement = Statement(view.facts, was_detected_automatically=False)
    first = viewer(row.proposed_by)
    _close(row, now, at)
    made = impose(
        first, view.unit, view.measure, view.clause, view.until, statement, seconded_by=now, clock=clock
    )
    Proposal.objects.filter(id=row.id).update(restriction_id=made)
    record(now.id, "measure.confirmed", row.id, organisation=row.organisation, restriction=made)
    return made


@transaction.atomic
def turn_down(actor: Viewer, proposal_id: str, clock: Clock = system_clock) -> None:
    """Turn a proposal down, or take one's own back. Raises `NotFoundError` for one that waits no more."""
    now, at = _person(actor), clock()
    row = _waiting(proposal_id)
    _close(row, now, at)
    record(now.id, "measure.turned_down", row.id, organisation=row.organisation)


def _waiting(proposal_id: str) -> Proposal:
    row = Proposal.objects.filter(id=proposal_id, closed_at=None).first()
    if row is None:
        raise NotFoundError("proposal_not_found", _NOT_FOUND)
    return row


def _close(row: Proposal, actor: Viewer, at: datetime) -> None:
    if not Proposal.objects.filter(id=row.id, closed_at=None).update(closed_at=at, closed_by=actor.id):
        raise NotFoundError("proposal_not_found", _NOT_FOUND)


def _person(actor: Viewer) -> Viewer:
    now = allowed(actor)
    if now.is_system:
        raise NotAllowedError("person_needed", NOT_ALLOWED)
    return now


_ALREADY = Text(
    "This measure has been proposed for the unit already. A second person can confirm it.",
    "この対象への同じ措置はすでに提案されています。もう 1 名が確定できます。",
)
_SECOND_PERSON = Text(
    "You proposed this measure. Ask a colleague to confirm it.",
    "この措置はあなたが提案したため、確定は別の担当者に依頼してください。",
)
_NOT_FOUND = Text(
    "This proposal waits no more. Somebody confirmed it or turned it down.",
    "この提案は対応待ちではありません。すでに確定または却下されています。",
)
