"""Two evaluations of the same rows: how far their figures differ, and which differences are no accident.

Both are measured on the same resamples. With m figures compared, some seem to differ by chance; so a
difference counts as beyond noise only where it is farther from nothing than chance would take any of the m
in one comparison of twenty (Bonferroni), and large enough to matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sekisho.detection.evaluation.deciding import kinds
from sekisho.detection.evaluation.lines import statistics
from sekisho.detection.evaluation.measures import Floats
from sekisho.detection.evaluation.resampling import SURE, Draw, Plan, draws, interval
from sekisho.detection.evaluation.results import FEWEST, Comparison, Difference
from sekisho.detection.evaluation.tasks import (
    QUESTIONS,
    STOPPED,
    Answer,
    Case,
    Task,
    languages,
    of_language,
    task,
)

LEAST: Final = 0.005
"""A difference under half a percentage point is no regression, however sure: machines differ by less."""

LOWER_IS_BETTER: Final = frozenset({"calibration_error"})
FEWER_ARE_BETTER: Final = frozenset({"harmless", "look_alikes"})
"""Texts of which fewer should be stopped."""


@dataclass(frozen=True, slots=True)
class _Found:
    question: str
    language: str
    measure: str
    before: float
    after: float
    changes: Floats
    """What the change is in each resample."""


def compare(
    cases: Sequence[Case],
    earlier: Mapping[str, Answer],
    versions: tuple[str, str],
    plan: Plan | None = None,
    look_alikes: frozenset[str] = frozenset(),
) -> Comparison:
    """Return how the answers to `cases` differ from the earlier ones, which are given by the rows' ids.

    `versions` are those of what answered before and after.
    """
    plan = plan or Plan()
    after = [case for case in cases if case.row.id in earlier]
    before = [replace(case, answer=earlier[case.row.id]) for case in after]
    found = [*_of_questions(before, after, plan), *_of_decisions(before, after, plan, look_alikes)]
    return Comparison(
        before=versions[0],
        after=versions[1],
        texts=len(after),
        unmatched=len(cases) + len(earlier) - 2 * len(after),
        differences=tuple(_judged(one, len(found)) for one in found),
    )


def _of_questions(before: Sequence[Case], after: Sequence[Case], plan: Plan) -> Iterator[_Found]:
    for language in languages(after):
        one, other = of_language(before, language), of_language(after, language)
        for question in QUESTIONS:
            yield from _of_task(task(question, one, language), task(question, other, language), plan)


def _of_task(before: Task, after: Task, plan: Plan) -> Iterator[_Found]:
    values = statistics(before, before.counted()), statistics(after, after.counted())
    parts: list[dict[str, Floats]] = []
    for draw in draws(after.yes.size, after.no.size, plan) if values[0] else ():
        one, other = (statistics(each, each.counted(draw)) for each in (before, after))
        parts.append({name: other[name] - one[name] for name in one})
    for name in values[0]:
        was, now = float(values[0][name][0]), float(values[1][name][0])
        changes = np.concatenate([part[name] for part in parts])
        if not np.isnan(now - was):
            yield _Found(after.question, after.language, name, was, now, changes)


def _of_decisions(
    before: Sequence[Case], after: Sequence[Case], plan: Plan, look_alikes: frozenset[str]
) -> Iterator[_Found]:
    earlier, later = kinds(before, look_alikes), kinds(after, look_alikes)
    for of in later:
        for language in languages(after):
            was, now = (_stopped(of_language(each[of], language)) for each in (earlier, later))
            if now.size >= FEWEST:
                parts = [_change(was, now, draw) for draw in draws(now.size, 0, plan)]
                yield _Found(
                    of, language, "stopped", float(was.mean()), float(now.mean()), np.concatenate(parts)
                )


def _stopped(cases: Sequence[Case]) -> NDArray[np.bool_]:
    return np.array([case.answer.decision in STOPPED for case in cases], np.bool_)


def _change(was: NDArray[np.bool_], now: NDArray[np.bool_], draw: Draw) -> Floats:
    return np.asarray(now[draw.yes].mean(axis=1) - was[draw.yes].mean(axis=1))


def _judged(found: _Found, compared: int) -> Difference:
    change = found.after - found.before
    spread = float(np.nanstd(found.changes))
    limit = NormalDist().inv_cdf(1 - (1 - SURE) / 2 / compared)
    told = interval(change, found.changes)
    assert told is not None  # both values are known
    return Difference(
        found.question,
        found.language,
        found.measure,
        round(found.before, 4),
        round(found.after, 4),
        told,
        is_beyond_noise=abs(change) >= LEAST and abs(change) > limit * spread,
        is_better=(change < 0) is _less_is_better(found),
    )


def _less_is_better(found: _Found) -> bool:
    return found.measure in LOWER_IS_BETTER or found.question in FEWER_ARE_BETTER
