"""Timed work of search. Each may be called at any time and by several workers."""

from __future__ import annotations

from datetime import timedelta

from sekisho.base.clock import Clock, system_clock
from sekisho.support.search import actions
from sekisho.support.search.models import SearchMiss

EVERY_S = 3600.0
MISSES_LIVE = timedelta(days=180)


def tend(clock: Clock = system_clock) -> None:
    """Repair the shadow, fetch vectors that are missing, tell editors of the week that ended, and forget old misses."""
    actions.reindex()
    actions.embed()
    actions.tell_editors(clock=clock)
    SearchMiss.objects.filter(last__lt=clock().date() - MISSES_LIVE).delete()
