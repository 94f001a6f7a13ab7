"""Who speaks for an organisation hangs on what the operator chose, and that is kept by `support`, a floor above.

So `support` says here, when it starts, how it is found out; until then the strict reading holds. Asked each time, for
whoever reads and whoever is written to: so nobody reads as a speaker whom the policy in force does not count.
"""

from __future__ import annotations

from collections.abc import Callable


def _strict() -> bool:
    return False


_admins_are_owners: Callable[[], bool] = _strict


def told_by(ask: Callable[[], bool]) -> None:
    """Take `ask` as what knows whether administrators count as owners under the policy in force."""
    global _admins_are_owners
    _admins_are_owners = ask


def admins_are_owners() -> bool:
    """Return whether administrators of organisations count as owners now (R-SUP-050, fourth note)."""
    return _admins_are_owners()
