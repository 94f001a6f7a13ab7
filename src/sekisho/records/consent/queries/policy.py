"""What holds for a message that the viewer would send now."""

from __future__ import annotations

from datetime import datetime

from sekisho.accounts import queries as accounts
from sekisho.accounts.types import Viewer
from sekisho.records.consent.rules.effective import Line, effective
from sekisho.records.queries import calendar_at, events_of


def effective_for(viewer: Viewer, account: str, at: datetime) -> tuple[Line, ...]:
    """Return it line by line, for an account that the viewer belongs to. Raises `NotFoundError` for another's."""
    facts = next(iter(accounts.account_facts([account])), None)
    if facts is None or viewer.id not in facts.people:
        raise accounts.not_found("account_not_found")
    return effective(facts, viewer.id, events_of(account), calendar_at(at), at)
