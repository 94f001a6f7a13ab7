"""Near-duplicate campaigns: prompts that nearly equal, and what of them is a campaign (P-011, P-045). Pure.

Most of what nearly equals is honest: a class asks the same homework question, an agent begins every conversation with
the same words, a script summarises a thousand documents. So:

- of one unit, the same text counts once, however often it is sent: repetition is no variety;
- of many units, only texts count that concerned a standard, and most of the group must have;
- of one unit, variants count when they concerned a standard, or when they are so many that answers are being
  harvested; the latter is told to reviewers and labels nobody.

The table in `docs/rules/conduct.md` is the one that the test of this file runs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sekisho.enforcement.conduct.sketches import groups
from sekisho.enforcement.conduct.types import CampaignKind, Found, Trace
from sekisho.enforcement.types import Unit


@dataclass(frozen=True, slots=True)
class CampaignNumbers:
    """Our decision: P-011 says "many near-identical prompts" and names no number."""

    window: timedelta = timedelta(hours=24)
    units: int = 5
    """Different units with texts that concerned a standard."""
    variants: int = 20
    """Different texts of one unit that concerned a standard."""
    harvest: int = 200
    """Different texts of one unit, whatever the verdict."""
    concerned_percent: int = 50
    """Of the group's texts: a question that is noted by mistake now and then is none."""


CAMPAIGNS = CampaignNumbers()
EXAMPLES = 10
"""Decisions that a person is shown."""


def campaigns(traces: Iterable[Trace], numbers: CampaignNumbers = CAMPAIGNS) -> tuple[Found, ...]:
    """Return the campaigns among the traces of one window, the earliest first. Their order makes no difference."""
    ordered = sorted((one for one in traces if one.sketch), key=lambda one: (one.at, one.turn))
    times: Counter[tuple[Unit, bytes]] = Counter((one.unit, one.sketch) for one in ordered)
    once = {(one.unit, one.sketch): one for one in reversed(ordered)}
    texts = sorted(once.values(), key=lambda one: (one.at, one.turn))
    found = []
    for places in groups([one.sketch for one in texts]):
        members = [texts[at] for at in places]
        turns = sum(times[one.unit, one.sketch] for one in members)
        found += _campaigns_of(members, turns, numbers)
    return tuple(found)


def _campaigns_of(members: Sequence[Trace], turns: int, numbers: CampaignNumbers) -> list[Found]:
    """Return what a group of texts that nearly equal amounts to; nothing for most."""
    concerned = [one for one in members if one.clause]
    is_mostly = 100 * len(concerned) >= numbers.concerned_percent * len(members)
    if is_mostly and len({one.unit for one in concerned}) >= numbers.units:
        return [_found(CampaignKind.MANY, concerned, turns)]
    found = []
    for unit in sorted({one.unit for one in members}, key=_place):
        own = [one for one in members if one.unit == unit]
        bad = [one for one in own if one.clause]
        if len(bad) >= numbers.variants and 100 * len(bad) >= numbers.concerned_percent * len(own):
            found.append(_found(CampaignKind.TEMPLATED, bad, len(bad)))
        elif len(own) >= numbers.harvest:
            found.append(_found(CampaignKind.HARVEST, own, len(own)))
    return found


def _found(kind: CampaignKind, members: Sequence[Trace], turns: int) -> Found:
    clauses = Counter(one.clause for one in members if one.clause)
    clause = min(clauses, key=lambda name: (-clauses[name], name), default="")
    return Found(
        kind=kind,
        clause="" if kind is CampaignKind.HARVEST else clause,
        sketch=members[0].sketch,
        first_at=members[0].at,
        last_at=members[-1].at,
        turns=turns,
        units=tuple(sorted({one.unit for one in members}, key=_place)),
        decisions=tuple(one.decision for one in members if one.decision)[:EXAMPLES],
    )


def _place(unit: Unit) -> tuple[str, str, str]:
    return unit.organisation, unit.kind.value, unit.id
