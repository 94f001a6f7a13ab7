"""A verdict's grounds as the journal keeps them."""

from __future__ import annotations

from sekisho.link.journal import GroundEntry
from sekisho.policy.types import Ground


def ground_entry(ground: Ground) -> GroundEntry:
    return GroundEntry(
        clause=ground.clause,
        action=ground.action.word,
        severity=int(ground.severity),
        detector=ground.detector,
        detector_version=ground.detector_version,
        code=ground.code,
        score=ground.score,
        threshold=ground.threshold,
        outcome=ground.outcome,
        span=ground.span,
    )
