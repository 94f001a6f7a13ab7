"""Traces, concerns and turns for the tests of conduct, and the tables of its page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sekisho.accounts.types import Plan
from sekisho.enforcement.conduct.sketches import Sketcher
from sekisho.enforcement.conduct.types import Concern, Trace, speaker_of
from sekisho.enforcement.types import Arrived, DecisionRecord
from sekisho.policy.types import Action, Ground, Severity
from sekisho.records.types import Part, Stamp, StoredBlock, TurnRecord
from tests import pages

table = partial(pages.table, "docs/rules/conduct.md")
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SKETCHER = Sketcher(b"a key for tests")
CLAUSE = "fraud_predation"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def trace(number: int, text: str = "", *, key: str = "key_1", at: datetime = AT, **more: Any) -> Trace:
    organisation, end_user = more.pop("organisation", "org_1"), more.pop("end_user", "")
    clause = more.pop("clause", "")
    fields = {
        "conversation": f"c{number}",
        "pattern": "anthropic messages m",
        "decision": f"dec_{number:04}" if clause else "",
        "sketch": SKETCHER.sketches([text])[0] if text else b"",
        **more,
    }
    unit = speaker_of(organisation, key, end_user)
    return Trace(
        f"req_{number:05}", unit, key, at=at, until=at + timedelta(seconds=1), clause=clause, **fields
    )


def concern(number: int, milli: int = 1000, at: datetime = AT, **more: Any) -> Concern:
    fields: dict[str, Any] = {"conversation": f"c{number}", "acted": False, **more}
    return Concern(f"dec_{number}", CLAUSE, speaker_of("org_1", "key_1", ""), at=at, milli=milli, **fields)


def ground(action: Action = Action.ANNOTATE, **more: Any) -> Ground:
    fields: dict[str, Any] = {
        "clause": CLAUSE, "severity": Severity.HIGH, "detector": "scorer", "detector_version": "1", "code": "",
        "score": 0.8, "threshold": 0.9, "outcome": "unsure:skip",
    }  # fmt: skip
    return Ground(action=action, **{**fields, **more})


def turn(number: int, text: str = "", *, at: datetime = AT, **more: Any) -> TurnRecord:
    zero = more.pop("zero_retention", False)
    block = StoredBlock("user", "text", text)
    fields: dict[str, Any] = {
        "organisation": "org_1", "key": "key_1", "gateway": "gate-1", "dialect": "anthropic",
        "endpoint": "messages", "outcome": "completed", "status": 200, "conversation": f"c{number}", "model": "m",
        "content": {Part.PROMPT: (block,)} if text else {},
    }  # fmt: skip
    return TurnRecord(
        id=f"req_{number:05}",
        stamp=Stamp(Plan.API, "fake", zero, at),
        finished_at=at + timedelta(seconds=1),
        **{**fields, **more},
    )


def decision(of: TurnRecord, *grounds: Ground, stage: str = "prompt") -> DecisionRecord:
    gravest = max(grounds, key=lambda one: one.action, default=None)
    return DecisionRecord(
        id=f"dec_{of.id}_{stage}",
        turn=of.id,
        organisation=of.organisation,
        key=of.key,
        end_user=of.end_user,
        at=of.stamp.received_at,
        stage=stage,
        action=gravest.action.word if gravest else "allow",
        pack="reference@2025-09-15",
        clause=gravest.clause if gravest else "",
        grounds=grounds,
    )


def arrived(*turns: TurnRecord, grounds: tuple[Ground, ...] = ()) -> Arrived:
    return Arrived(turns, tuple(decision(one, *grounds) for one in turns))
