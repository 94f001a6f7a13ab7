"""Going on with a backtest that somebody began on a page: a slice at a time, so that they see it grow (P-004)."""

from __future__ import annotations

from dataclasses import replace

from sekisho.accounts.types import Viewer, system
from sekisho.base.clock import Clock, system_clock
from sekisho.enforcement.backtest import FindAll, backtest, turns_since
from sekisho.policy.actions import note_backtest
from sekisho.policy.queries import BacktestView, backtest_run, version

READER = system("backtest")
"""Reads the turns. Those who keep the policy get counts and ids of turns, and never a word of them."""
AT_ONCE = 1_000
"""Turns a slice: less than half a second (`benchmarks/backtest.py`)."""


def go_on(
    actor: Viewer, run_id: str, find: FindAll, turns: int = AT_ONCE, clock: Clock = system_clock
) -> BacktestView:
    """Judge the next `turns` of a run and return how far it has got. One that is finished stays as it is.

    Two at once judge the same slice, which counts once. Raises `NotFoundError` for who may not see the run.
    """
    run = backtest_run(actor, run_id)
    if run.finished_at is not None:
        return run
    wanted = min(turns, run.most - run.report.done)
    slice_ = list(turns_since(READER, run.since, wanted, run.after))
    candidate = version(actor, run.label).pack
    report = backtest(READER, candidate, slice_, find, report=run.report)
    is_done = len(slice_) < wanted or report.done >= run.most
    after = slice_[-1].id if slice_ else run.after
    if not note_backtest(run, report, after, is_done=is_done, clock=clock):
        return backtest_run(actor, run_id)
    return replace(run, report=report, after=after, finished_at=clock() if is_done else None)
