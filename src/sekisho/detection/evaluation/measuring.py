"""Cases in, an evaluation out. Pure: the same cases and plan give the same figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    Macro,
    Outcomes,
)
from sekisho.detection.evaluation.rows import Row
from sekisho.detection.evaluation.tasks import (
    ALL,
    INJECTION,
    QUESTIONS,
    STOPPED,
    VIOLATION,
    Answer,
    Case,
    Counted,
    Task,
    languages,
    of_language,
    target,
    task,
    tasks,
)
from sekisho.detection.labels import DOMAINS, STANDARDS

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
    by: str = "",
    told: Told = lambda _: None,
) -> Evaluation:
    """Return what is measured of these cases.

    `look_alikes` names sources whose harmless rows all look alike; `by` is one of `GROUPINGS`; `told` hears the
    name of each question as it is done.
    """
    plan = plan or Plan()
    measured = list(_measured_lines(cases, plan, told))
    lines, outcomes = [each.line for each in measured], list(_outcomes(cases, plan, look_alikes))
    if by:
        lines += _group_lines(cases, by, plan)
        outcomes += _group_outcomes(cases, by, plan)
    return Evaluation(
        detector=detector,
        version=version,
        pack=pack,
        texts=len(cases),
        data=digest(case.row for case in cases),
        plan=plan,
        by=by,
        lines=tuple(lines),
        macros=tuple(_macros(measured)),
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
@dataclass(frozen=True)
class _Measured:
    """A line, and what its resamples gave, by measure."""

    line: Line
    resampled: Mapping[str, Floats]


def _measured_lines(cases: Sequence[Case], plan: Plan, told: Told) -> Iterator[_Measured]:
    for question in QUESTIONS:
        for each in tasks(cases, (question,)):
            if each.yes.size:
                yield _measured(each, plan)
        told(question)


def _measured(of: Task, plan: Plan) -> _Measured:
    """Measure one task, and how sure each figure is."""
    values = statistics(of, of.counted())
    sizes = of.yes.size, of.no.size
    parts = [statistics(of, of.counted(draw)) for draw in draws(*sizes, plan)] if values else []
    resampled = {name: np.concatenate([part[name] for part in parts]) for name in values}
    told = {name: _sure(name, float(values[name][0]), resampled[name], of) for name in values}
    found = dict.fromkeys(NEEDS) | told
    return _Measured(Line(of.question, of.language, of.group, *sizes, found, _curves(of)), resampled)


def _sure(name: str, value: float, resampled: Floats, of: Task) -> Interval | None:
    return share_interval(value, resampled, of.yes.size) if name in _SHARES else interval(value, resampled)


def _macros(measured: Sequence[_Measured]) -> Iterator[Macro]:
    """Yield the mean over standards, and over domains, in each language in which any has texts enough."""
    for of, questions in (("standards", STANDARDS), ("domains", DOMAINS)):
        for language in dict.fromkeys(each.line.language for each in measured):
            inside = [
                each
                for each in measured
                if each.line.question in questions
                and each.line.language == language
                and each.line.measures["auroc"]
            ]
            if inside:
                names = tuple(each.line.question for each in inside)
                yield Macro(of, language, names, _mean(inside, "f1"), _mean(inside, "auroc"))


def _mean(measured: Sequence[_Measured], name: str) -> Interval:
    values = [told.value for each in measured if (told := each.line.measures[name])]
    resampled = np.mean([each.resampled[name] for each in measured], axis=0)
    told = interval(float(np.mean(values)), resampled)
    assert told is not None  # where there is an AUROC, there are texts enough for both
    return told


def statistics(of: Task, all: Counted) -> dict[str, Floats]:
    """Return each measure for which there are texts enough, with a value for each resample."""
    enough = (
        name for name, needs in NEEDS.items() if of.yes.size >= needs.concerned and of.no.size >= needs.others
    )
    return {name: np.atleast_1d(_OF[name](all, of.values)) for name in enough}


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


def outcomes(of: str, cases: Sequence[Case], plan: Plan, language: str, group: str = "") -> Outcomes:
    """Return what was decided about these cases."""
    decided = [case.answer.decision for case in cases]
    return Outcomes(
        of, language, group, len(cases),
        {decision: decided.count(decision) for decision in DECISIONS},
        _share(np.array([each in STOPPED for each in decided]), plan),
        _share(np.array([each == "unsure" for each in decided]), plan),
    )  # fmt: skip


def _share(hits: NDArray[np.bool_], plan: Plan) -> Interval | None:
    if hits.size < FEWEST:
        return None
    resampled = [hits[draw.yes].mean(axis=1) for draw in draws(hits.size, 0, plan)]
    return share_interval(float(hits.mean()), np.concatenate(resampled), hits.size)


# ── groups ────────────────────────────────────────────────────────────────────────────────────
def _group_lines(cases: Sequence[Case], by: str, plan: Plan) -> Iterator[Line]:
    """Violation and injection by group. A group with too few harmless texts of its own is held against those
    of all groups in its languages."""
    for question in (VIOLATION, INJECTION):
        for group, own in _grouped(cases, by).items():
            concerned = [case for case in own if target(case.row, question)]
            others = [case for case in own if target(case.row, question) is False]
            if len(others) < FEWEST:
                spoken = {case.row.language for case in concerned}
                others = [
                    case
                    for case in cases
                    if target(case.row, question) is False and case.row.language in spoken
                ]
            if concerned:
                yield _measured(task(question, [*concerned, *others], ALL, group), plan).line


def _group_outcomes(cases: Sequence[Case], by: str, plan: Plan) -> Iterator[Outcomes]:
    for group, own in _grouped(cases, by).items():
        found = groups(own)
        for of in ("harmful", "harmless"):
            if found[of]:
                yield outcomes(of, found[of], plan, ALL, group)


def _grouped(cases: Iterable[Case], by: str) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(str(getattr(case.row, by)) or "–", []).append(case)
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
