"""How much somebody has looked at, and whether they may go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sekisho.accounts.types import Viewer
from sekisho.enforcement.review.models import ReviewOpinion, Sitting
from sekisho.enforcement.review.queries.rows import see
from sekisho.enforcement.review.rules.exposure import (
    DAY,
    DEFAULT_LIMITS,
    Limits,
    Look,
    OnBreak,
    Ready,
    Spent,
    may_look,
)


@dataclass(frozen=True, slots=True)
class ExposureView:
    used: int
    """Weight looked at in the last 24 hours."""
    limits: Limits
    answer: Ready | OnBreak | Spent
    cases: int
    hard: int
    """Of these cases, the hard ones."""
    answered: int
    skipped: int
    by_hour: tuple[int, ...]
    """Weight in each of the last 24 hours, oldest first."""


def exposure(viewer: Viewer, at: datetime) -> ExposureView:
    """Return the viewer's own exposure in the 24 hours up to `at`. Nobody else's can be asked for."""
    see(viewer)
    rows = list(Sitting.objects.filter(reviewer=viewer.id, began_at__gt=at - DAY, began_at__lte=at))
    looks = [Look(row.began_at, row.weight) for row in rows]
    hours = [0] * 24
    for look in looks:
        hours[23 - min(23, int((at - look.at) / timedelta(hours=1)))] += look.weight
    return ExposureView(
        used=sum(look.weight for look in looks),
        limits=DEFAULT_LIMITS,
        answer=may_look(looks, at),
        cases=len(rows),
        hard=sum(row.weight >= DEFAULT_LIMITS.hard for row in rows),
        answered=ReviewOpinion.objects.filter(reviewer=viewer.id, at__gt=at - DAY, at__lte=at).count(),
        skipped=sum(row.skipped for row in rows),
        by_hour=tuple(hours),
    )
