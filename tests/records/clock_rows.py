"""Rows of the clock: turns as ingest stores them, and what happens to their account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sekisho.accounts.types import Plan
from sekisho.records.actions import append
from sekisho.records.actions.history import Circumstances
from sekisho.records.types import Event, Kind, Part, Scope, Stamp, StoredBlock, TurnRecord

AT = datetime(2026, 1, 1, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WHO = Circumstances("usr_aiko", "privacy_page")


def turn(number: int, organisation: str = "org_1", plan: Plan = Plan.PRO, **more: object) -> TurnRecord:
    received = AT + number * HOUR
    fields = {
        "key": "key_1",
        "stamp": Stamp(plan, "fake", False, received, member="usr_aiko"),
        "finished_at": received + timedelta(seconds=20),
        "gateway": "gate-1",
        "dialect": "anthropic",
        "endpoint": "messages",
        "outcome": "completed",
        "status": 200,
        "conversation": f"c{number % 3}",
        "content": {Part.PROMPT: (StoredBlock("user", "text", f"word {number}"),)},
    }
    return TurnRecord(id=f"req_{organisation}_{number:03}", organisation=organisation, **{**fields, **more})


def happens(
    kind: Kind, at: datetime, *, organisation: str = "org_1", days: int | None = None, **scope: str
) -> Event:
    return append(kind, Scope(organisation, **scope), WHO, at=at, days=days)
