"""Timed work of the directory: asking listed servers again what they say of themselves."""

from __future__ import annotations

from collections.abc import Callable

from sekisho.base.clock import Clock, system_clock
from sekisho.connectors.actions import WATCHER, Fetch, look
from sekisho.connectors.orders import gives_orders
from sekisho.connectors.queries import due
from sekisho.connectors.rules.scan import GivesOrders

AT_ONCE = 10


def watch(
    clock: Clock = system_clock,
    ask: Fetch | None = None,
    orders: Callable[[], GivesOrders] = lambda: gives_orders,
) -> int:
    """Look at the connectors that are due, a few at a time; return how many that were.

    May run in several workers: looking twice does no harm.
    """
    waiting = due(clock(), AT_ONCE)
    for connector in waiting:
        look(WATCHER, connector, orders(), ask, clock)
    return len(waiting)
