"""Turns, choices and versions for tests of training."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sekisho.accounts.types import Plan, system
from sekisho.base.clock import fixed_clock
from sekisho.records.actions import append, conversation_id, store_turns
from sekisho.records.actions.history import Circumstances
from sekisho.records.training import actions
from sekisho.records.types import Kind, Part, Product, Scope, Stamp, StoredBlock, TurnRecord, Upstream

AT = datetime(2026, 6, 1, tzinfo=UTC)
"""When Aiko allowed."""
DAY = timedelta(days=1)
NOW = AT + 10 * DAY
SYSTEM = system("test")
BY_HAND = Circumstances("usr_aiko", "privacy_page")
AIKO = "usr_aiko"


def user(text, digest=""):
    return StoredBlock("user", "text", text, digest)


def assistant(text, digest=""):
    return StoredBlock("assistant", "text", text, digest)


def turn(id, *prompt, answer="", at=AT + DAY, organisation="org_aiko", plan=Plan.PRO, member=AIKO, **more):
    """A turn of a consumer unless said otherwise; its answer repeats its id."""
    stamp = {"upstream": Upstream.FIRST_PARTY, "product": Product.CODING, "member": member}
    for name in ("upstream", "product", "incognito", "zero_retention", "minors"):
        stamp |= {name: more.pop(name)} if name in more else {}
    zero = stamp.pop("zero_retention", False)
    fields = {
        "key": "key_1",
        "stamp": Stamp(plan, "route", zero, at, **stamp),
        "finished_at": at,
        "gateway": "gate-1",
        "dialect": "anthropic",
        "endpoint": "messages",
        "outcome": "completed",
        "status": 200,
        "conversation": "c1",
        "model": "model-1",
        "content": {
            Part.PROMPT: prompt or (user(f"question of {id}", f"d-{id}"),),
            Part.ANSWER: (StoredBlock("assistant", "text", answer or f"answer of {id}"),),
        },
    }
    return TurnRecord(id=id, organisation=organisation, **{**fields, **more})


def keep(*turns):
    store_turns(turns)


def event(kind, at=AT, organisation="org_aiko", **more):
    named = {name: more.pop(name) for name in ("member", "end_user", "conversation", "turn") if name in more}
    return append(kind, Scope(organisation, **named), BY_HAND, at=at, **more)


def allow(at=AT, organisation="org_aiko", member=AIKO):
    return event(Kind.ALLOWED, at, organisation, member=member)


def partner(organisation="org_atelier", at=AT, *members):
    event(Kind.PARTNER_JOINED, at, organisation)
    for member in members or (AIKO,):
        event(Kind.MEMBER_TOLD, at, organisation, member=member)


def build(folder: Path, at=NOW, **more):
    return actions.build(SYSTEM, folder, clock=fixed_clock(at), **more)


def manifest(folder: Path, version: str):
    return json.loads((folder / version / "manifest.json").read_bytes())["manifest"]


def lines(folder: Path, version: str):
    return [json.loads(line) for line in (folder / version / "records.jsonl").read_bytes().splitlines()]


def only(folder: Path, version: str):
    (record,) = lines(folder, version)
    return record


def whole(folder: Path, version: str) -> str:
    """Everything that anybody could read in the files of a version."""
    return "".join(path.read_text("utf-8") for path in (folder / version).iterdir())


def conversation(of):
    return conversation_id(of)
