"""Turns and sweeps for tests of retention. Time is told, never asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sekisho.accounts.types import Plan
from sekisho.base.clock import fixed_clock
from sekisho.records.actions import append, conversation_id, store_turns
from sekisho.records.actions.history import Circumstances
from sekisho.records.keystore.models import ConversationKey
from sekisho.records.models import Content
from sekisho.records.opening import opened
from sekisho.records.retention import actions
from sekisho.records.retention.models import Guard
from sekisho.records.retention.types import SweepView
from sekisho.records.types import Event, Kind, Part, Scope, Stamp, StoredBlock, TurnRecord

AT = datetime(2026, 1, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
DUE = AT + 30 * DAY
"""When a turn dies that was received at `AT` under commercial terms (R-DATA-103)."""


def turn(id: str = "req_1", organisation: str = "org_1", at: datetime = AT, **more: object) -> TurnRecord:
    fields: dict[str, object] = {
        "key": "key_1",
        "stamp": Stamp(Plan.API, "fake", False, at, member=str(more.pop("member", ""))),
        "finished_at": at,
        "gateway": "gate-1",
        "dialect": "anthropic",
        "endpoint": "messages",
        "outcome": "completed",
        "status": 200,
        "end_user": "pseudonym",
        "conversation": "c1",
        "content": {Part.PROMPT: (StoredBlock("user", "text", "hello", f"digest of {id}"),)},
    }
    return TurnRecord(id=id, organisation=organisation, **{**fields, **more})  # type: ignore[arg-type]


def store(*turns: TurnRecord) -> str:
    """Store the turns and return the conversation of the first."""
    store_turns(turns)
    return conversation_id(turns[0])


def sweep(at: datetime, **options: object) -> SweepView:
    """Sweep at this moment, as if the last good sweep had been just before: what the clock guard says is tested apart."""
    Guard.objects.update_or_create(id=1, defaults={"good_at": at - timedelta(minutes=5)})
    return actions.sweep(fixed_clock(at), **options)  # type: ignore[arg-type]


def opens(*turns: str) -> tuple[bool, ...]:
    """Return of each turn whether a key still opens what is kept of it, whatever its deadline says."""
    found = opened(turns)
    return tuple(bool(found.get(id)) for id in turns)


def backup() -> list[Content]:
    """Return all ciphertext, as a backup of the main database would hold it."""
    return list(Content.objects.all())


def restore(rows: list[Content]) -> None:
    """Put ciphertext back that has gone."""
    Content.objects.bulk_create(rows, ignore_conflicts=True)


def living_keys(conversation: str) -> int:
    return ConversationKey.objects.filter(conversation=conversation, destroyed_at=None).count()


def happened(kind: Kind, at: datetime, scope: Scope = Scope("org_1"), **more: object) -> Event:  # noqa: B008
    return append(kind, scope, Circumstances("usr_aiko", "api"), at=at, **more)  # type: ignore[arg-type]
