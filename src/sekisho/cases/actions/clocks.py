"""Clocks: begun by who knows the duty, met by who does it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from sekisho.audit.actions import record
from sekisho.cases.actions.parts import locked, put_in_place
from sekisho.cases.models import Case, Clock
from sekisho.cases.queries.rows import clock_view
from sekisho.cases.rules.retention import Keeping, keeping
from sekisho.cases.types import ClockView, Kind
from sekisho.cases.words import refusal


@transaction.atomic
def start_clock(
    case_id: str, duty: str, starts: datetime, due: datetime, *, regime: str = "", by: str = "system:clocks"
) -> ClockView:
    """Let the term of a duty run on a case, and return its clock. A `regime` makes it a clock of law: it goes first in
    the queue, and the case is not settled while it runs.

    The same duty with the same term twice is one clock. Raises `SekishoError` (`clock_runs_already`) for another term.
    """
    row = locked(case_id)
    running = Clock.objects.filter(case=row, duty=duty, met_at=None).first()
    if running is not None:
        if (running.starts, running.due, running.regime) != (starts, due, regime):
            raise refusal("clock_runs_already")
        return clock_view(running)
    made = started(row, duty, starts, due, regime)
    row.keeping = keeping(Kind(row.kind), had_legal_clock=bool(regime) or row.keeping == Keeping.LEGAL).value
    record(by, "case.clock_started", row.id, duty=duty, regime=regime, due=due, organisation=row.organisation)
    put_in_place(row, row.changed_at)
    return clock_view(made)


@transaction.atomic
def meet_clock(case_id: str, duty: str, at: datetime, *, by: str = "system:clocks") -> bool:
    """Stop the running clock of the duty, and return whether there was one. Whether it was in time, its view says."""
    row = locked(case_id)
    if not met(row, {duty}, at):
        return False
    record(by, "case.clock_met", row.id, duty=duty, at=at, organisation=row.organisation)
    put_in_place(row, row.changed_at)
    return True


def started(row: Case, duty: str, starts: datetime, due: datetime, regime: str = "") -> Clock:
    return Clock.objects.create(case=row, duty=duty, regime=regime, starts=starts, due=due)


def met(row: Case, duties: Collection[str], at: datetime) -> int:
    return Clock.objects.filter(case=row, duty__in=list(duties), met_at=None).update(met_at=at)
