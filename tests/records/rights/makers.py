"""Turns of somebody, and a copy of them, for the tests of rights."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zipfile import ZipFile

from sekisho.accounts.types import Plan, Viewer
from sekisho.base.clock import fixed_clock
from sekisho.base.inventory import Holder, Subject
from sekisho.records.actions import store_turns
from sekisho.records.rights import actions
from sekisho.records.rights.actions.working import finish
from sekisho.records.rights.types import Asked, RequestKind, RequestView
from sekisho.records.types import Part, Stamp, StoredBlock, TurnRecord

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
NOW = AT + timedelta(hours=1)
LATER = fixed_clock(NOW)


def turn(number: int, organisation: str, said: str = "", answer: str = "", **more: Any) -> TurnRecord:
    """One turn of the conversation `c1`, `number` seconds after the first."""
    member, plan = more.pop("member", ""), more.pop("plan", Plan.API)
    at = AT + timedelta(seconds=number)
    content = {
        Part.PROMPT: (StoredBlock("user", "text", said or f"question {number}", f"d{number}"),),
        Part.ANSWER: (StoredBlock("assistant", "text", answer or f"answer {number}", f"a{number}"),),
    }
    fields: dict[str, Any] = {
        "key": "key_1",
        "stamp": replace(Stamp(plan, "fake", False, at), member=member),
        "finished_at": at,
        "gateway": "gate-1",
        "dialect": "anthropic",
        "endpoint": "messages",
        "outcome": "completed",
        "status": 200,
        "conversation": "c1",
        "content": content,
    }
    return TurnRecord(id=f"req_{number:05}", organisation=organisation, **{**fields, **more})


def store(*turns: TurnRecord) -> None:
    store_turns(turns)


def account(organisation: str, person: str = "") -> Subject:
    return Subject(Holder.ORGANISATION, organisation)


def member(organisation: str, person: str) -> Subject:
    return Subject(Holder.MEMBER, organisation, person=person)


def asked(
    viewer: Viewer, subject: Subject, kind: RequestKind = RequestKind.ACCESS, **more: Any
) -> RequestView:
    return actions.ask(viewer, Asked(kind, subject), clock=LATER, **more)


def ready(viewer: Viewer, subject: Subject, **more: Any) -> RequestView:
    """A request whose copy is made."""
    return finish(asked(viewer, subject, **more).id, LATER)


def taken(viewer: Viewer, subject: Subject, **more: Any) -> dict[str, bytes]:
    """The files of somebody's copy, by name, as they come out of the zip."""
    made = ready(viewer, subject, **more)
    link = actions.make_link(viewer, made.id, clock=LATER)
    return files(b"".join(actions.take(viewer, made.id, link.secret, clock=LATER).parts))


def files(data: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.decode().splitlines()]
