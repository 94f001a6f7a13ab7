"""Snapshots and entries for the tests of the link."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sekisho.link.journal import (
    FORMAT,
    Block,
    DecisionEntry,
    Entry,
    GroundEntry,
    TurnContent,
    Usage,
    encode_content,
)
from sekisho.link.sealing import Sealer
from sekisho.link.snapshot import Snapshot

AT = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)


def snapshot(revision: int = 1, issued_at: datetime = AT, **more: Any) -> Snapshot:
    fields: dict[str, Any] = {
        "format": 1,
        "stale_after": timedelta(seconds=60),
        "keys": {},
        "organisations": {},
        "packs": (),
        "routes": (),
        "sealing_key": bytes(32),
        "pseudonym_key": bytes(32),
    }
    return Snapshot(revision=revision, issued_at=issued_at, **{**fields, **more})


def decision(id: str = "dec_1", action: str = "block", **more: Any) -> DecisionEntry:
    ground = GroundEntry(
        "fraud_predation", action, 3, "patterns", "1", "gift_card", 1.0, 0.5, "match", (3, 9)
    )
    fields: dict[str, Any] = {"stage": "prompt", "pack": "reference@2025-09-15", "clause": "fraud_predation"}
    return DecisionEntry(id=id, at=AT, action=action, **{**fields, "grounds": (ground,), **more})


def entry(id: str = "req_1", organisation: str = "org_1", key: str = "key_1", **more: Any) -> Entry:
    fields: dict[str, Any] = {
        "format": FORMAT,
        "received_at": AT,
        "finished_at": AT + timedelta(seconds=1),
        "gateway": "gate-1",
        "dialect": "anthropic",
        "endpoint": "messages",
        "outcome": "completed",
        "status": 200,
        "model": "claude-sonnet-4-5",
        "plan": "api",
        "usage": Usage(input_tokens=12, output_tokens=34),
    }
    return Entry(id=id, organisation=organisation, key=key, **{**fields, **more})


def content(prompt: str, answer: str = "", digest: str = "") -> TurnContent:
    said = (Block("assistant", "text", answer),) if answer else ()
    return TurnContent(prompt=(Block("user", "text", prompt, digest),), answer=said)


def sealed_entry(sealer: Sealer, said: TurnContent, **fields: Any) -> Entry:
    plain = entry(**fields)
    data = sealer.seal(encode_content(said), entry=plain.id, organisation=plain.organisation, key=plain.key)
    return entry(**fields, content=data)
