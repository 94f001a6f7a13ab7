"""What appeals add up to: outcomes for the transparency report, and how somebody uses the channel."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sekisho.accounts.types import Viewer
from sekisho.enforcement.appeals.models import Appeal, ChannelMeasure
from sekisho.enforcement.appeals.queries.rows import at_the_desk, row_of
from sekisho.enforcement.appeals.rules.misuse import Answered, MayPause, MayWarn, Unremarkable, misuse
from sekisho.enforcement.appeals.types import (
    About,
    Outcome,
    OutcomeCount,
    State,
)


def outcomes(since: datetime, until: datetime) -> tuple[OutcomeCount, ...]:
    """Return what was decided from `since` to `until` (excluded), by kind, clause, outcome and automation.

    In this order. For the transparency report (DSA art. 15(1)(d), P-072), so without a viewer.
    """
    rows = Appeal.objects.filter(state=State.DECIDED.value, decided_at__gte=since, decided_at__lt=until)
    groups: dict[tuple[About, str, Outcome, bool], list[tuple[str, float]]] = defaultdict(list)
    for row in rows.order_by("decided_at", "id"):
        assert row.decided_at is not None  # the filter says so
        took = (row.decided_at - row.made_at).total_seconds() / 86_400
        groups[About(row.about), row.clause, Outcome(row.outcome), row.was_automatic].append((row.id, took))
    return tuple(
        OutcomeCount(*kind, tuple(id for id, _ in found), tuple(took for _, took in found))
        for kind, found in sorted(groups.items())
    )


def channel_of(viewer: Viewer, appeal_id: str, at: datetime) -> Unremarkable | MayWarn | MayPause:
    """Return what may be done about how the person uses the channel (R-SUP-125)."""
    at_the_desk(viewer)
    return conduct_of(row_of(appeal_id).appellant, at)


def conduct_of(appellant: str, at: datetime) -> Unremarkable | MayWarn | MayPause:
    rows = Appeal.objects.filter(appellant=appellant, state=State.DECIDED.value)
    answered = [
        Answered(made_at, unfounded) for made_at, unfounded in rows.values_list("made_at", "unfounded")
    ]
    warned = ChannelMeasure.objects.filter(appellant=appellant, until=None).order_by("-at").first()
    return misuse(answered, warned.at if warned else None, at)
