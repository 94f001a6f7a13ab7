"""Who decides an appeal, what may come of it, and how many people that takes. Pure (P-062, R-SUP-123)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sekisho.accounts.rules import Permission, may
from sekisho.accounts.types import Viewer
from sekisho.enforcement.appeals.types import About, Finding, Outcome
from sekisho.enforcement.types import Allowed, Measure, Refused

OUTCOMES: Mapping[About, tuple[Outcome, ...]] = {
    About.RESTRICTION: (Outcome.UPHELD, Outcome.REVERSED, Outcome.CHANGED),
    About.DECISION: (Outcome.UPHELD, Outcome.REVERSED),
    About.HOLD: (Outcome.UPHELD, Outcome.REVERSED),
    About.REPORT: (Outcome.UPHELD, Outcome.REVERSED),
}
"""What can come of an appeal. Only a measure has something milder beside it."""
MIN_REASON_CHARS = 10


@dataclass(frozen=True, slots=True)
class Hearing:
    """What is asked of an appeal to say who may decide it."""

    people: frozenset[str] = frozenset()
    """Who took part in the first decision, or decided an earlier appeal against it."""
    made_by: str = ""
    organisation: str = ""
    proposed_by: str = ""
    """Who would uphold a termination, and waits for a second person."""
    for_minors: bool = False


def may_decide(hearing: Hearing, person: Viewer, is_trained: bool = False) -> Allowed | Refused:
    """Return whether this person may decide this appeal; `is_trained` says whether for those of minors.

    Codes: `not_a_person`, `not_the_desk`, `took_part`, `own_matter`, `proposed_it`, `needs_training`.
    """
    if person.is_system:
        return Refused("not_a_person")
    if not may(person, Permission.STAFF_APPEAL_DECIDE):
        return Refused("not_the_desk")
    if person.id in hearing.people:
        return Refused("took_part")
    if person.id == hearing.made_by or hearing.organisation in person.roles:
        return Refused("own_matter")
    if person.id == hearing.proposed_by:
        return Refused("proposed_it")
    if hearing.for_minors and not is_trained:
        return Refused("needs_training")
    return Allowed()


def people_needed(measure: Measure | None, outcome: Outcome) -> int:
    """Return how many people an outcome takes: two to leave a termination standing, as it took two to impose it.

    What is better for the person takes one: doubt goes their way.
    """
    return 2 if measure is Measure.TERMINATED and outcome is Outcome.UPHELD else 1


def may_find(
    about: About, finding: Finding, was: Measure | None, ends: datetime | None, at: datetime
) -> Allowed | Refused:
    """Return whether a finding makes sense; `was` and `ends` are the measure appealed against and its end.

    Codes: `reasons_missing`, `outcome_impossible`, `not_milder`.
    """
    if any(len(words.strip()) < MIN_REASON_CHARS for words in (finding.reasons.en, finding.reasons.ja)):
        return Refused("reasons_missing")
    if finding.outcome not in OUTCOMES[about]:
        return Refused("outcome_impossible")
    if finding.outcome is Outcome.CHANGED and not _is_milder(finding, was, ends, at):
        return Refused("not_milder")
    return Allowed()


def _is_milder(finding: Finding, was: Measure | None, ends: datetime | None, at: datetime) -> bool:
    """A lower measure, or the same one with an earlier end; never a new termination, and never without an end."""
    order = list(Measure)
    if was is None or finding.measure is None or finding.until is None or finding.until <= at:
        return False
    if ends is not None and ends <= at:
        return False  # nothing is in force any more that could be made milder
    if finding.measure is was:
        return ends is None or finding.until < ends
    return order.index(finding.measure) < order.index(was)
