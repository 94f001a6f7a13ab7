"""Write decisions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sekisho.enforcement.models import Decision
from sekisho.enforcement.types import DecisionRecord
from sekisho.policy.types import Ground
from sekisho.records.bulk import adapters, insert

ROWS_A_STATEMENT = 400


def record_decisions(decisions: Sequence[DecisionRecord]) -> None:
    """Store decision records. One that is stored already is passed over, so a batch may come twice."""
    moment, _ = adapters(Decision)
    rows = [_row(decision, moment(decision.at)) for decision in decisions]
    insert(Decision, _COLUMNS, rows, conflict="(id) DO NOTHING")


def _row(decision: DecisionRecord, at: object) -> tuple[Any, ...]:
    """The values of `_COLUMNS`."""
    return (
        decision.id,
        decision.turn,
        decision.organisation,
        decision.key,
        decision.end_user,
        at,
        decision.stage,
        decision.action,
        decision.pack,
        decision.clause,
        decision.language,
        decision.input_digest,
        json.dumps([_ground(ground) for ground in decision.grounds]) if decision.grounds else "[]",
        json.dumps(list(decision.unscreened)) if decision.unscreened else "[]",
        decision.screened_chars,
        decision.took_us,
        decision.shadow,
    )


def _ground(ground: Ground) -> dict[str, Any]:
    return {name: getattr(ground, name) for name in Ground.__struct_fields__}


_COLUMNS = (
    "id", "turn", "organisation", "key", "end_user", "at", "stage", "action", "pack", "clause", "language",
    "input_digest", "grounds", "unscreened", "screened_chars", "took_us", "shadow",
)  # fmt: skip
