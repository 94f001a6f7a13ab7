"""Held answers and professionals for tests, made the way the product makes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sekisho.accounts.actions import create_key
from sekisho.accounts.types import KeyDeclaration, KeyView, Plan, UseCase, system
from sekisho.base.clock import fixed_clock
from sekisho.enforcement.holds import actions
from sekisho.enforcement.types import Arrived, DecisionRecord
from sekisho.records.actions import store_turns
from sekisho.records.types import Part, Stamp, StoredBlock, TurnRecord

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
PROMPT, DRAFT = "How much of it should I take?", "Take two pills a day."
POLICY = "reference@2025-09-15"


def turn(number: int = 1, organisation: str = "org_1", **more: object) -> TurnRecord:
    fields: dict[str, object] = {
        "key": "key_1",
        "stamp": Stamp(Plan.API, "fake", False, AT),
        "finished_at": AT,
        "gateway": "gate-1",
        "dialect": "anthropic",
        "endpoint": "messages",
        "outcome": "held",
        "status": 200,
        "end_user": "pseudonym",
        "conversation": "c1",
        "review": f"rev_{number}",
        "content": {
            Part.PROMPT: (StoredBlock("user", "text", PROMPT),),
            Part.ANSWER: (
                StoredBlock("assistant", "thinking", "What do I know of it?"),
                StoredBlock("assistant", "text", DRAFT),
            ),
        },
    }
    return TurnRecord(id=f"req_{number}", organisation=organisation, **{**fields, **more})  # type: ignore[arg-type]


def decision(of: TurnRecord, clause: str = "hr_healthcare", **more: object) -> DecisionRecord:
    fields: dict[str, object] = {"stage": "output", "action": "hold", "language": "en"}
    return DecisionRecord(
        id=f"dec_{of.id}{more.get('stage', '')}",
        turn=of.id,
        organisation=of.organisation,
        key=of.key,
        end_user=of.end_user,
        at=of.finished_at,
        pack=POLICY,
        clause=clause,
        **{**fields, **more},  # type: ignore[arg-type]
    )


def hold(number: int = 1, organisation: str = "org_1", clause: str = "hr_healthcare", **more: object) -> str:
    """Let a held answer arrive, and return its ticket."""
    arriving = turn(number, organisation, **more)
    store_turns([arriving])
    actions.take_holds(Arrived((arriving,), (decision(arriving, clause),)))
    return arriving.review


def professional(person: str, registrar: str = "", **more: object) -> str:
    """Register the person, a doctor in Japan unless said otherwise, and return the registration's id."""
    fields: dict[str, object] = {
        "name": "Emi",
        "domains": ["hr_healthcare"],
        "jurisdictions": ["JP"],
        "licence": "M-482913",
        "valid_until": date(2026, 12, 31),
        "evidence": "Seen in the public register.",
    }
    clock = fixed_clock(AT)
    return actions.register(system("test"), person, **{**fields, **more}, clock=clock)  # type: ignore[arg-type]


def key(organisation: str) -> KeyView:
    declared = KeyDeclaration(UseCase.HIGH_RISK, domain="hr_healthcare", product="Health Desk")
    return create_key(system("test"), organisation, "desk", declaration=declared).view
