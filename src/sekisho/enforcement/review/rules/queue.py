"""Who takes which case, how many look at it, and what stands in the end. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sekisho.enforcement.review.rules.intake import drawn
from sekisho.enforcement.review.types import Answer, Opinion, Source, State, Verdict
from sekisho.enforcement.types import Allowed, Refused

LEASE = timedelta(minutes=20)
"""How long a claim holds without renewal. Long enough for a hard case, short enough that a closed laptop blocks
nobody until tomorrow. Our decision."""
BLIND_RATE = 0.05
"""Share of cases that a second person looks at without seeing the first answer. Our decision, as `GOLDEN_RATE`."""
GOLDEN_RATE = 0.05
"""Share of a reviewer's cases whose answer is known already, and which look like any other."""
MOST = 3
"""Nobody asks a fourth person."""


@dataclass(frozen=True, slots=True)
class Seat:
    """What keeps somebody from a case, as facts."""

    reporters: frozenset[str]
    """Marks under which this person would have reported."""
    organisations: frozenset[str]
    """Organisations that this person belongs to."""
    holds: str = ""
    """Id of the case that this person holds now."""


def may_take(
    case: str, reporter: str, organisation: str, looked: Collection[str], who: str, seat: Seat
) -> Allowed | Refused:
    """Return whether `who` may take a case that `looked` have answered: never one's own report, one about one's own
    organisation, one answered before, or a second at a time."""
    if reporter and reporter in seat.reporters:
        return Refused("own_report")
    if organisation and organisation in seat.organisations:
        return Refused("own_organisation")
    if who in looked:
        return Refused("answered_before")
    if seat.holds and seat.holds != case:
        return Refused("holds_another")
    return Allowed()


def is_blind_drawn(case: str, source: Source) -> bool:
    """Return whether a second person looks at the case unseen. Always the same for a case; the ladder's are not
    drawn, as their measures have a second person of their own."""
    return source is not Source.LADDER and drawn(case, "blind") < BLIND_RATE


def is_golden_turn(who: str, number: int) -> bool:
    """Return whether the case that `who` takes as their `number`-th is to be a golden one. Nobody can foresee it who
    does not compute it, and no reviewer computes it by hand."""
    return drawn(f"{who} {number}", "golden") < GOLDEN_RATE


def may_answer(answer: Answer, state: State) -> Allowed | Refused:
    """Return whether an answer makes sense."""
    if answer.verdict is Verdict.VIOLATION and not answer.clause:
        return Refused("clause_needed")
    if answer.verdict is not Verdict.VIOLATION and answer.measure is not None:
        return Refused("measure_without_violation")
    if answer.verdict is Verdict.DUPLICATE and not answer.duplicate_of:
        return Refused("original_needed")
    if answer.verdict is Verdict.SECOND and state is not State.WAITING:
        return Refused("second_already")
    return Allowed()


@dataclass(frozen=True, slots=True)
class Settled:
    """What stands, and who stands behind it, first to answer first."""

    answer: Answer
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Another:
    """One more person has to look."""

    state: State


def outcome(opinions: Sequence[Opinion], blind: bool) -> Settled | Another:
    """Return what follows from the answers so far, first to last. `blind`: whether the case was drawn for a second.

    Two who answer alike settle it. Two who do not call a third; if all three differ, the mildest answer stands:
    nobody is struck by a vote that was split three ways.
    """
    given = [each for each in opinions if each.answer.verdict is not Verdict.SECOND]
    asked = blind or len(given) < len(opinions)
    if not given or (asked and len(opinions) < 2):
        return Another(State.SECOND)
    votes = Counter(_said(each.answer) for each in given)
    most, count = votes.most_common(1)[0]
    if len(given) > 1 and count == 1 and len(opinions) < MOST:
        return Another(State.THIRD)
    chosen = most if count > 1 or len(given) == 1 else min(votes, key=_harshness)
    behind = [each for each in given if _said(each.answer) == chosen]
    return Settled(behind[-1].answer, tuple(each.by for each in behind))


def _said(answer: Answer) -> tuple[Verdict, str]:
    return answer.verdict, answer.clause if answer.verdict is Verdict.VIOLATION else ""


def _harshness(said: tuple[Verdict, str]) -> tuple[int, str]:
    order = (Verdict.NO_VIOLATION, Verdict.DUPLICATE, Verdict.SPAM, Verdict.VIOLATION)
    return order.index(said[0]), said[1]
