"""What conduct does by the clock. Each may run at any time and in several workers: it finds the same again."""

from __future__ import annotations

from sekisho.base.clock import Clock, system_clock
from sekisho.enforcement.conduct.actions import forget, look_at_accounts, look_at_traffic

TRAFFIC_EVERY_S = 300.0
ACCOUNTS_EVERY_S = 3600.0


def watch_traffic(clock: Clock = system_clock) -> None:
    """Look for campaigns, slow burns and shared access."""
    look_at_traffic(clock())


def watch_accounts(clock: Clock = system_clock) -> None:
    """Look for evasion, undeclared use and rising shares, and let go of what is old."""
    at = clock()
    look_at_accounts(at)
    forget(at)
