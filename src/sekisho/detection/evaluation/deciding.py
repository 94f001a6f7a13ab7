"""What was decided, counted by what the texts are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sekisho.detection.card import Interval
from sekisho.detection.evaluation.resampling import Plan, draws, share_interval
from sekisho.detection.evaluation.results import DECISIONS, FEWEST, Outcomes
from sekisho.detection.evaluation.tasks import STOPPED, Case, languages, of_language


def kinds(cases: Sequence[Case], look_alikes: frozenset[str] = frozenset()) -> dict[str, list[Case]]:
    """Return the kinds of texts whose decisions are told, by name; see `Outcomes.of`."""
    alike = [case for case in cases if case.row.looks_alike(look_alikes)]
    pairs = {case.row.pair for case in alike if case.row.pair}
    return {
        "harmful": [case for case in cases if case.row.harmful],
        "harmless": [case for case in cases if case.row.harmful is False],
        "look_alikes": alike,
        "twins": [case for case in cases if case.row.harmful and case.row.pair in pairs],
    }


def decided(cases: Sequence[Case], plan: Plan, look_alikes: frozenset[str]) -> Iterator[Outcomes]:
    """Yield what was decided about each kind of texts, in each language."""
    for of, inside in kinds(cases, look_alikes).items():
        for language in languages(cases):
            if chosen := of_language(inside, language):
                yield outcome(of, chosen, plan, language)


def outcome(of: str, cases: Sequence[Case], plan: Plan, language: str, group: str = "") -> Outcomes:
    """Return what was decided about these cases."""
    decided = [case.answer.decision for case in cases]
    return Outcomes(
        of, language, group, len(cases),
        {decision: decided.count(decision) for decision in DECISIONS},
        share(np.array([each in STOPPED for each in decided]), plan),
        share(np.array([each == "unsure" for each in decided]), plan),
    )  # fmt: skip


def share(hits: NDArray[np.bool_], plan: Plan) -> Interval | None:
    """Return the share of hits among some texts with its interval; None where texts are too few."""
    if hits.size < FEWEST:
        return None
    resampled = [hits[draw.yes].mean(axis=1) for draw in draws(hits.size, 0, plan)]
    return share_interval(float(hits.mean()), np.concatenate(resampled), hits.size)
