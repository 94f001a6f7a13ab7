"""Do what was asked: write bundles, carry out erasures. Called by a duty, again and again."""

from __future__ import annotations

import time
from datetime import datetime

from sekisho.base.clock import Clock, system_clock
from sekisho.records.rights.actions.building import build
from sekisho.records.rights.models import Request
from sekisho.records.rights.queries.requests import awaited, view_of
from sekisho.records.rights.types import RequestKind, RequestView

BUDGET_S = 1.0
"""How long one round may take: what arrives from gateways is taken in by the same worker."""


def work(clock: Clock = system_clock, budget_s: float = BUDGET_S) -> int:
    """Do some of what is due, first what is due first, and return how many steps that were."""
    ends, steps = time.monotonic() + budget_s, 0
    for request_id in awaited(clock()):
        while advance(request_id, clock):
            steps += 1
            if time.monotonic() > ends:
                return steps
    return steps


def finish(request_id: str, clock: Clock = system_clock) -> RequestView:
    """Do all of one request that can be done now, and return it."""
    while advance(request_id, clock):
        pass
    return view_of(Request.objects.get(id=request_id))


def advance(request_id: str, clock: Clock = system_clock) -> bool:
    """Do one step of a request; return whether there is more that can be done at once."""
    kind = Request.objects.filter(id=request_id).values_list("kind", flat=True).first()
    if kind == RequestKind.ERASURE:
        return _erase(request_id, clock())
    return kind is not None and build(request_id, clock)


def _erase(request_id: str, at: datetime) -> bool:
    return False
