"""How a restriction is written, whoever decided on it: with its statement, its notice and what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.ids import new_id
from sekisho.enforcement.actions.parts import tell_standing
from sekisho.enforcement.actions.statements import tell_restricted, write
from sekisho.enforcement.models import Restriction
from sekisho.enforcement.queries import as_restriction, automatic_a_day
from sekisho.enforcement.queries.ladders import ladder_in_force
from sekisho.enforcement.queries.standing import standing_of
from sekisho.enforcement.queries.strikes import bearers_of
from sekisho.enforcement.rules.automation import DAYS, Anomalous, CapReached, may_automate
from sekisho.enforcement.types import Allowed, Measure, RestrictionView, Statement, Throttle, Unit


@transaction.atomic
def imposed(
    people: Sequence[Viewer],
    unit: Unit,
    measure: Measure,
    clause: str,
    until: datetime | None,
    statement: Statement,
    throttle: Throttle,
    at: datetime,
) -> RestrictionView:
    """Write a restriction on which `people` have decided, who may; its statement is complete. Gateways are told."""
    made = Restriction.objects.create(
        id=new_id("rst"),
        unit_kind=unit.kind.value,
        unit_id=unit.id,
        organisation=unit.organisation,
        measure=measure.value,
        clause=clause,
        since=at,
        until=until,
        requests_per_minute=throttle.requests_per_minute,
        models_left=list(throttle.models),
        tools_off=throttle.tools_off,
        strikes=list(_resting_on(unit, at)),
        statement=write(statement, clause, is_automatic=all(one.is_system for one in people), at=at),
        imposed_by=[one.id for one in people],
    )
    facts = {"measure": measure, "clause": clause, "until": until, "statement": made.statement_id}
    record(
        people[0].id, "restriction.imposed", made.id, unit=unit.id, organisation=unit.organisation, **facts
    )
    view = as_restriction(made)
    tell_restricted(view, at)
    tell_standing(unit.organisation)
    return view


def brake(at: datetime) -> Allowed | CapReached | Anomalous:
    """Return whether automation may impose one more today (P-004).

    Two processes at the same instant may both be let through: it is a brake, and one more does not break it.
    """
    *before, today = automatic_a_day(at, DAYS + 1)
    return may_automate(today, before)


def _resting_on(unit: Unit, at: datetime) -> tuple[str, ...]:
    """What counts against the unit at this moment: should it turn out to have been wrong, so was the measure."""
    bearer = bearers_of(unit).first()
    if bearer is None:
        return ()
    return tuple(each.strike.id for each in standing_of(bearer, at, ladder_in_force().ladder).because)
