"""Write decisions."""

from __future__ import annotations

from collections.abc import Sequence

from sekisho.enforcement.models import Decision
from sekisho.enforcement.types import DecisionRecord
from sekisho.policy.types import Ground

ROWS_A_STATEMENT = 400


def record_decisions(decisions: Sequence[DecisionRecord]) -> None:
    """Store decision records. One that is stored already is passed over, so a batch may come twice."""
    rows = [_row(decision) for decision in decisions]
    Decision.objects.bulk_create(rows, batch_size=ROWS_A_STATEMENT, ignore_conflicts=True)


def _row(decision: DecisionRecord) -> Decision:
    return Decision(
        id=decision.id,
        turn=decision.turn,
        organisation=decision.organisation,
        key=decision.key,
        end_user=decision.end_user,
        at=decision.at,
        stage=decision.stage,
        action=decision.action,
        pack=decision.pack,
        clause=decision.clause,
        language=decision.language,
        input_digest=decision.input_digest,
        grounds=[
            {name: getattr(ground, name) for name in Ground.__struct_fields__} for ground in decision.grounds
        ],
        unscreened=list(decision.unscreened),
        screened_chars=decision.screened_chars,
        took_us=decision.took_us,
        shadow=decision.shadow,
    )
