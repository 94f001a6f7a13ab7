"""What follows from an outcome, for each kind of matter. Inside the transaction that decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sekisho.accounts.types import Viewer
from sekisho.base.clock import fixed_clock
from sekisho.enforcement import actions as enforcement
from sekisho.enforcement import queries
from sekisho.enforcement.appeals.types import About, Finding, Matter, Outcome
from sekisho.enforcement.review import actions as review
from sekisho.enforcement.rules.ladder import DEFAULT_LADDER
from sekisho.enforcement.types import Measure, Statement


def applied(actor: Viewer, matter: Matter, finding: Finding, because: str, at: datetime) -> Mapping[str, int]:
    """Do what follows from the outcome, and return how much of what was done. `because` is the appeal's id."""
    match finding.outcome:
        case Outcome.UPHELD:
            return {}
        case Outcome.CHANGED:
            return _changed(actor, matter, finding, at)
        case Outcome.REVERSED:
            return _reversed(actor, matter, because, at)


def _reversed(actor: Viewer, matter: Matter, because: str, at: datetime) -> Mapping[str, int]:
    """Undo the decisions on which it rests, and with them whatever else rested on those; of a report on which nothing
    was done, hand the case to somebody who has not seen it."""
    if matter.about is About.REPORT:
        review.look_again(actor, matter.id, because, fixed_clock(at))
        return {"reopened": 1}
    undone = enforcement.unwind(
        actor, decisions=matter.decisions, restriction=matter.restriction, because=because, at=at
    )
    return {
        "strikes": len(undone.strikes),
        "restrictions": len(undone.restrictions),
        "labels": undone.labels,
        "credited_days": undone.credited_days,
    }


def _changed(actor: Viewer, matter: Matter, finding: Finding, at: datetime) -> Mapping[str, int]:
    """Put the milder measure in the place of the one before: the facts stand, what follows from them is less."""
    assert finding.measure is not None  # the rule has asked
    assert matter.unit is not None
    clock = fixed_clock(at)
    before = queries.statement(actor, matter.id).statement
    enforcement.lift(actor, matter.restriction, clock)
    told = Statement(
        facts=before.facts,
        is_own_initiative=before.is_own_initiative,
        was_detected_automatically=before.was_detected_automatically,
        explanation=before.explanation,
        law=before.law,
        territory=before.territory,
    )
    enforcement.impose(
        actor,
        matter.unit,
        finding.measure,
        matter.clause,
        finding.until,
        told,
        requests_per_minute=_rate(finding),
        clock=clock,
    )
    return {"replaced": 1}


def _rate(finding: Finding) -> int | None:
    """Return the rate that is left under a throttle, the ladder's own unless the finding says another."""
    if finding.measure is not Measure.THROTTLED:
        return None
    return finding.requests_per_minute or DEFAULT_LADDER.throttled_requests_per_minute
