"""Writes of backtests: begun by a person, gone on with slice by slice, kept with the version (P-004)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts.types import Viewer
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.policy.actions.parts import allowed
from sekisho.policy.backtest import Report, plain
from sekisho.policy.models import PolicyBacktest
from sekisho.policy.queries import BacktestView, version


@transaction.atomic
def begin_backtest(
    actor: Viewer, label: str, most: int, since: datetime | None = None, clock: Clock = system_clock
) -> str:
    """Begin to judge up to `most` stored turns by the version, newest first, and return the run's id.

    Nothing is read yet: `enforcement.actions.go_on` judges a slice at a time.
    """
    allowed(actor)
    chosen = version(actor, label)
    made = PolicyBacktest(version_id=chosen.id, begun_by=actor.id, begun_at=clock(), since=since, most=most)
    made.save(force_insert=True)
    record(actor.id, "policy_backtest.begun", made.id, version=label, most=most)
    return made.id


def note_backtest(
    run: BacktestView, report: Report, after: str, *, is_done: bool, clock: Clock = system_clock
) -> bool:
    """Write down how far a run has got. Return False when another process was quicker: its slice counts."""
    rows = PolicyBacktest.objects.filter(id=run.id, after=run.after, finished_at=None)
    return bool(rows.update(report=plain(report), after=after, finished_at=clock() if is_done else None))
