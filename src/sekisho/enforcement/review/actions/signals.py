"""What shows only over many messages becomes a case: one a signal, about one of its examples."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sekisho.accounts.types import system
from sekisho.audit.actions import record
from sekisho.base.clock import Clock, system_clock
from sekisho.base.errors import NotFoundError
from sekisho.enforcement import queries as enforcement
from sekisho.enforcement.conduct import queries as conduct
from sekisho.enforcement.conduct.types import Signal
from sekisho.enforcement.review.actions.intake import INTAKE, about_decision, fresh
from sekisho.enforcement.review.models import Case
from sekisho.enforcement.review.types import Gravity, Source
from sekisho.enforcement.types import DecisionRecord

REVIEW = system("review")
BECOME_CASES = frozenset({"campaign", "slow_burn", "evasion"})
"""Kinds of signals that somebody must decide on. Shared access is looked at on its page, in its own time."""


@transaction.atomic
def take_signals(clock: Clock = system_clock) -> int:
    """Open a case for each signal of conduct that has an example and had no case before; return how many.

    A signal lasts for days and is decided on once: also a closed case is one. May be called at any time and by
    several workers; for every few minutes.
    """
    at = clock()
    wanted = {_same(one): one for one in conduct.signals(REVIEW, at) if one.kind in BECOME_CASES}
    known = set(Case.objects.filter(same__in=list(wanted)).values_list("same", flat=True))
    rows = [_case(wanted[same], at) for same in sorted(wanted.keys() - known)]
    opened = [row for row in rows if row is not None]
    Case.objects.bulk_create(opened, ignore_conflicts=True)
    if opened:
        record(INTAKE, "cases.opened", "review", signals=len(opened))
    return len(opened)


def _case(signal: Signal, at: datetime) -> Case | None:
    """Return a case about the signal's first example that is still there, None where none is."""
    for example in signal.decisions:
        decision = _decision(example)
        if decision is not None:
            row = about_decision(fresh(Gravity.SERIOUS, at, decision.at), decision)
            row.source, row.same = Source.NEAR.value, _same(signal)
            row.clause = row.clause or signal.about
            return row
    return None


def _decision(id: str) -> DecisionRecord | None:
    try:
        return enforcement.decision(REVIEW, id)
    except NotFoundError:
        return None


def _same(signal: Signal) -> str:
    return f"signal {signal.id}"
