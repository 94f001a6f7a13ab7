"""What of arrived turns is counted, and what is remembered. Pure.

Sums of sets: the order within a batch, and how entries were cut into batches, make no difference.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from sekisho.detection.labels import DOMAINS, STANDARDS
from sekisho.detection.types import Role
from sekisho.enforcement.conduct.types import Concern, Kind, Slot, speaker_of
from sekisho.enforcement.types import DecisionRecord, UnitKind
from sekisho.policy.types import Action, Ground
from sekisho.records.types import Part, TurnRecord

JUDGING = frozenset({"scorer", "judge", "patterns", "injection"})
"""Detectors that speak of what a prompt asks for. A card number or a picture says nothing of intent, and the
gate's own behaviour rule would count twice what is counted here."""

ANY = ""
"""Stands for whichever clause: a request that concerned two is one request."""

MEANT = ("match", "unsure")
"""How the outcome of a ground begins that says something of the prompt: neither an exception, nor a judge's
clearance, nor a detector's failure does."""


_ASKED = ((Kind.TURNS.value, ANY),)
_ORGANISATION, _KEY, _END_USER = (
    one.value for one in (UnitKind.ORGANISATION, UnitKind.KEY, UnitKind.END_USER)
)


@dataclass(frozen=True, slots=True)
class Counted:
    """What follows from a batch."""

    slots: Mapping[Slot, int]
    concerns: tuple[Concern, ...]
    """At most one a decision and clause."""


def counted(turns: Iterable[TurnRecord], decisions: Iterable[DecisionRecord]) -> Counted:
    """Return what to add to which counter, and the concerns of prompts, for turns and their decisions."""
    of_turn: dict[str, list[DecisionRecord]] = defaultdict(list)
    for decision in decisions:
        of_turn[decision.turn].append(decision)
    slots: Counter[Slot] = Counter()
    concerns: list[Concern] = []
    for turn in turns:
        decided = of_turn[turn.id]
        slots.update(_slots(turn, decided))
        concerns += _concerns(turn, decided)
    return Counted(slots, tuple(concerns))


def asked(turn: TurnRecord) -> str:
    """Return what somebody newly wrote last; empty for none, and under zero retention.

    Only new text of the user: no system prompt, no resent history, no tool result. What agents put before it in
    blocks of their own is no part of it.
    """
    if turn.stamp.zero_retention:
        return ""
    said = turn.content.get(Part.PROMPT, ())
    return next((one.text for one in reversed(said) if one.role == "user" and one.kind == "text"), "")


def gravest(decisions: Sequence[Concern]) -> Concern | None:
    """Return the concern that stands for a turn: what was acted on first, then the highest score."""
    return max(decisions, key=lambda one: (one.acted, one.milli, one.clause, one.decision), default=None)


def _slots(turn: TurnRecord, decisions: Sequence[DecisionRecord]) -> Iterable[Slot]:
    """For everybody in whose name it came: organisation, key and, where one is named, end user."""
    day, organisation = turn.stamp.received_at.astimezone(UTC).date().isoformat(), turn.organisation
    units = [(_ORGANISATION, organisation), (_KEY, turn.key)]
    if turn.end_user:
        units.append((_END_USER, turn.end_user))
    what = [*_ASKED, *_acted_and_noted(decisions)] if decisions else _ASKED
    return [Slot(organisation, unit, id, kind, about, day) for unit, id in units for kind, about in what]


def _acted_and_noted(decisions: Iterable[DecisionRecord]) -> Iterable[tuple[str, str]]:
    grounds = [ground for one in decisions for ground in one.grounds if _is_meant(ground)]
    if not grounds:
        return
    acted = {one.clause for one in grounds if one.clause in STANDARDS and one.action > Action.ANNOTATE}
    noted = {one.clause for one in grounds if one.clause in STANDARDS} - acted
    for kind, clauses in ((Kind.ACTED, acted), (Kind.NOTED, noted)):
        yield from ((kind.value, clause) for clause in clauses)
    if acted or noted:
        yield (Kind.ACTED.value if acted else Kind.NOTED.value), ANY
    domains = {one.clause for one in grounds if one.clause in DOMAINS and one.outcome == "match"}
    yield from ((Kind.DOMAIN.value, domain) for domain in domains)


def _concerns(turn: TurnRecord, decisions: Iterable[DecisionRecord]) -> Iterable[Concern]:
    unit = speaker_of(turn.organisation, turn.key, turn.end_user)
    for decision in decisions:
        if decision.stage != Role.PROMPT:
            continue
        by_clause: dict[str, list[Ground]] = defaultdict(list)
        for ground in decision.grounds:
            if ground.clause in STANDARDS and ground.detector in JUDGING and _is_meant(ground):
                by_clause[ground.clause].append(ground)
        for clause, grounds in by_clause.items():
            score = max(min(1.0, max(0.0, ground.score)) for ground in grounds)
            acted = any(ground.action >= Action.HOLD for ground in grounds)
            yield Concern(
                decision.id, clause, unit, turn.conversation, decision.at, round(1000 * score), acted
            )


def _is_meant(ground: Ground) -> bool:
    return ground.outcome.startswith(MEANT)
