"""Decisions that violate, as a gateway would record them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sekisho.base.clock import fixed_clock
from sekisho.enforcement.actions import record_decisions, take_strikes
from sekisho.enforcement.types import Arrived, DecisionRecord
from sekisho.policy.types import Action, Ground, Severity

T0 = datetime(2026, 1, 1, tzinfo=UTC)
PACK = "reference@2025-09-15"


def ground(
    clause: str = "fraud_predation",
    severity: Severity = Severity.HIGH,
    score: float = 1.0,
    outcome: str = "match",
    action: Action = Action.BLOCK,
) -> Ground:
    return Ground(clause, action, severity, "patterns", "1", "gift_card", score, 0.5, outcome)


def violation(
    number: int,
    organisation: str,
    at: datetime = T0,
    *,
    key: str = "key_1",
    end_user: str = "",
    stage: str = "prompt",
    action: str = "block",
    text: str = "",
    shadow: bool = False,
    grounds: tuple[Ground, ...] | None = None,
    **of_ground: object,
) -> DecisionRecord:
    """Return the decision `dec_<number>`; each is about a text of its own unless `text` says which."""
    found = (ground(**of_ground),) if grounds is None else grounds  # type: ignore[arg-type]
    return DecisionRecord(
        id=f"dec_{number}",
        turn=f"req_{number}",
        organisation=organisation,
        key=key,
        end_user=end_user,
        at=at,
        stage=stage,
        action=action,
        pack=PACK,
        clause=found[0].clause if found else "",
        input_digest=text or f"text_{number}",
        grounds=found,
        shadow=shadow,
    )


def arrive(decisions: Iterable[DecisionRecord], at: datetime | None = None) -> None:
    """Store decisions and take their strikes, as ingest does, at the moment of the latest."""
    found = list(decisions)
    record_decisions(found)
    moment = at or max((one.at for one in found), default=T0)
    take_strikes(Arrived((), tuple(found)), fixed_clock(moment))
