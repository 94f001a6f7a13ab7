"""Cases in, an evaluation out. Pure: the same cases and plan give the same figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sekisho.detection.card import Interval
from sekisho.detection.evaluation import measures
from sekisho.detection.evaluation.measures import Floats
from sekisho.detection.evaluation.resampling import Plan, draws, interval, share_interval
from sekisho.detection.evaluation.results import (
    DECISIONS,
    FEWEST,
    NEEDS,
    Answers,
    Curves,
    Evaluation,
    Latency,
    Line,
    Outcomes,
)
from sekisho.detection.evaluation.rows import Row
from sekisho.detection.evaluation.tasks import (
    ALL,
    QUESTIONS,
    STOPPED,
    VIOLATION,
    Answer,
    Case,
    Counted,
    Task,
    languages,
    of_language,
    task,
    tasks,
)

POINTS: Final = 160
"""Points that a drawn curve keeps."""

_OF: Final[Mapping[str, Callable[[Counted, Floats], Floats]]] = {
    "precision": lambda all, _: measures.precision(all.hits, all.false),
    "recall": lambda all, _: all.hits / all.yes.sum(axis=-1),
    "f1": lambda all, _: measures.f1(all.hits, all.false, all.yes.sum(axis=-1)),
    "auprc": lambda all, _: measures.average_precision(all.yes, all.no),
    "auroc": lambda all, _: measures.auroc(all.yes, all.no),
    "recall_at_1_percent": lambda all, _: measures.recall_at(all.yes, all.no, 0.01),
    "recall_at_0_1_percent": lambda all, _: measures.recall_at(all.yes, all.no, 0.001),
    "calibration_error": lambda all, values: measures.calibration_error(all.yes, all.no, values),
}
_SHARES: Final = frozenset({"recall", "recall_at_1_percent", "recall_at_0_1_percent"})
"""Measures that are shares of the concerned texts."""

Told = Callable[[str], None]


def evaluate(
    cases: Sequence[Case],
    detector: str,
    version: str,
    pack: str,
    *,
    plan: Plan | None = None,
    look_alikes: frozenset[str] = frozenset(),
    by_source: bool = False,
    told: Told = lambda _: None,
) -> Evaluation:
    """Return what is measured of these cases.

    `look_alikes` names sources whose harmless rows all look alike; `told` hears the name of each question as
    it is done.
    """
    plan = plan or Plan()
    lines = list(_lines(cases, plan, told))
    outcomes = list(_outcomes(cases, plan, look_alikes))
    if by_source:
        lines += _source_lines(cases, plan)
        outcomes += _source_outcomes(cases, plan, look_alikes)
    return Evaluation(
        detector=detector,
        version=version,
        pack=pack,
        texts=len(cases),
        data=digest(case.row for case in cases),
        plan=plan,
        lines=tuple(lines),
        outcomes=tuple(outcomes),
        latency=latency([case.answer.ms for case in cases], plan),
        answers=answers(cases),
    )


def digest(rows: Iterable[Row]) -> str:
    """Return the SHA-256 over ids, texts and what is asked of them, in order."""
    total = hashlib.sha256()
    for row in rows:
        fields = (row.id, row.text, row.language, row.role, sorted(row.labels), row.harmful, row.advice)
        total.update(json.dumps(fields).encode())
    return total.hexdigest()


# ── questions ─────────────────────────────────────────────────────────────────────────────────
def _lines(cases: Sequence[Case], plan: Plan, told: Told) -> Iterator[Line]:
    for question in QUESTIONS:
        for each in tasks(cases, (question,)):
            if each.yes.size:
                yield line(each, plan)
        told(question)


def line(of: Task, plan: Plan) -> Line:
    """Return what is measured of one task."""
    return Line(
        of.question, of.language, of.source, of.yes.size, of.no.size, _measured(of, plan), _curves(of)
    )


def statistics(of: Task, all: Counted) -> dict[str, Floats]:
    """Return each measure for which there are texts enough, with a value for each resample."""
    enough = (
        name for name, needs in NEEDS.items() if of.yes.size >= needs.concerned and of.no.size >= needs.others
    )
    return {name: np.atleast_1d(_OF[name](all, of.values)) for name in enough}


def _measured(of: Task, plan: Plan) -> dict[str, Interval | None]:
    found: dict[str, Interval | None] = dict.fromkeys(NEEDS)
    values = statistics(of, of.counted())
    if not values:
        return found
    parts = [statistics(of, of.counted(draw)) for draw in draws(of.yes.size, of.no.size, plan)]
    for name, value in values.items():
        resampled = np.concatenate([part[name] for part in parts])
        given = float(value[0])
        found[name] = (
            share_interval(given, resampled, of.yes.size) if name in _SHARES else interval(given, resampled)
        )
    return found


def _curves(of: Task) -> Curves | None:
    """The drawings' points; only where both kinds are enough for a curve to mean something."""
    if min(of.yes.size, of.no.size) < FEWEST:
        return None
    all = of.counted()
    return Curves(
        roc=_thinned(*measures.roc(all.yes, all.no)),
        precision_recall=_thinned(*measures.precision_recall(all.yes, all.no)),
        reliability=measures.reliability(all.yes, all.no, of.values),
        concerned_histogram=measures.histogram(of.values, all.yes),
        others_histogram=measures.histogram(of.values, all.no),
    )


def _thinned(x: Floats, y: Floats) -> tuple[tuple[float, float], ...]:
    """The points of a curve, every so many of them along its own length; the ends always."""
    steps = np.abs(np.diff(x)) + np.abs(np.diff(y)) + 1e-12
    along = np.concatenate(([0.0], np.cumsum(steps)))
    wanted = np.searchsorted(along, np.linspace(0, along[-1], POINTS)).clip(0, len(x) - 1)
    low = np.flatnonzero(x <= 0.02)  # a logarithmic axis shows these apart
    kept = np.unique(np.concatenate((wanted, low[:: max(1, len(low) // POINTS)])))
    return tuple((round(float(x[at]), 5), round(float(y[at]), 4)) for at in kept)


# ── decisions ─────────────────────────────────────────────────────────────────────────────────
def groups(cases: Sequence[Case], look_alikes: frozenset[str] = frozenset()) -> dict[str, list[Case]]:
    """Return the kinds of texts whose decisions are told, by name; see `Outcomes.of`."""
    alike = [case for case in cases if case.row.looks_alike(look_alikes)]
    pairs = {case.row.pair for case in alike if case.row.pair}
    return {
        "harmful": [case for case in cases if case.row.harmful],
        "harmless": [case for case in cases if case.row.harmful is False],
        "look_alikes": alike,
        "twins": [case for case in cases if case.row.harmful and case.row.pair in pairs],
    }


def _outcomes(cases: Sequence[Case], plan: Plan, look_alikes: frozenset[str]) -> Iterator[Outcomes]:
    for of, inside in groups(cases, look_alikes).items():
        for language in languages(cases):
            if chosen := of_language(inside, language):
                yield outcomes(of, chosen, plan, language)


def outcomes(of: str, cases: Sequence[Case], plan: Plan, language: str, source: str = "") -> Outcomes:
    """Return what was decided about these cases."""
    decided = [case.answer.decision for case in cases]
    return Outcomes(
        of, language, source, len(cases),
        {decision: decided.count(decision) for decision in DECISIONS},
        _share(np.array([each in STOPPED for each in decided]), plan),
        _share(np.array([each == "unsure" for each in decided]), plan),
    )  # fmt: skip


def _share(hits: NDArray[np.bool_], plan: Plan) -> Interval | None:
    if hits.size < FEWEST:
        return None
    resampled = [hits[draw.yes].mean(axis=1) for draw in draws(hits.size, 0, plan)]
    return share_interval(float(hits.mean()), np.concatenate(resampled), hits.size)


# ── sources ───────────────────────────────────────────────────────────────────────────────────
def _source_lines(cases: Sequence[Case], plan: Plan) -> Iterator[Line]:
    """The violation question by source. Where a source has too few harmless texts of its own, it is held
    against the harmless texts of all sources in its languages."""
    for source, own in _by_source(cases).items():
        harmful = [case for case in own if case.row.harmful]
        harmless = [case for case in own if case.row.harmful is False]
        if len(harmless) < FEWEST:
            spoken = {case.row.language for case in harmful}
            harmless = [case for case in cases if case.row.harmful is False and case.row.language in spoken]
        if harmful:
            yield line(task(VIOLATION, [*harmful, *harmless], ALL, source), plan)


def _source_outcomes(cases: Sequence[Case], plan: Plan, look_alikes: frozenset[str]) -> Iterator[Outcomes]:
    for source, own in _by_source(cases).items():
        for of, inside in groups(own, look_alikes).items():
            if inside and of in ("harmful", "harmless"):
                yield outcomes(of, inside, plan, ALL, source)


def _by_source(cases: Iterable[Case]) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(case.row.source, []).append(case)
    return dict(sorted(found.items()))


# ── the rest ──────────────────────────────────────────────────────────────────────────────────
def latency(ms: Sequence[float], plan: Plan) -> Latency:
    """Return the quantiles of what single texts took."""
    taken = np.array(ms, np.float64)
    if taken.size < FEWEST:
        return Latency(None, None)
    parts = [np.quantile(taken[draw.yes], (0.5, 0.99), axis=1) for draw in draws(taken.size, 0, plan)]
    resampled, found = np.concatenate(parts, axis=1), np.quantile(taken, (0.5, 0.99))
    return Latency(interval(float(found[0]), resampled[0]), interval(float(found[1]), resampled[1]))


def answers(cases: Sequence[Case]) -> Answers:
    """Return what was answered, by question instead of by row."""
    return Answers(
        ids=tuple(case.row.id for case in cases),
        probabilities={
            question: tuple(case.answer.probabilities[question] for case in cases) for question in QUESTIONS
        },
        fired={
            question: tuple(at for at, case in enumerate(cases) if question in case.answer.fired)
            for question in QUESTIONS
        },
        decisions=tuple(case.answer.decision for case in cases),
    )


def answers_by_id(given: Answers) -> dict[str, Answer]:
    """Return the answers by row again. How long they took is not kept."""
    fired: list[set[str]] = [set() for _ in given.ids]
    for question, places in given.fired.items():
        for at in places:
            fired[at].add(question)
    return {
        id: Answer(
            {question: given.probabilities[question][at] for question in given.probabilities},
            frozenset(fired[at]),
            given.decisions[at],
            0.0,
        )
        for at, id in enumerate(given.ids)
    }
