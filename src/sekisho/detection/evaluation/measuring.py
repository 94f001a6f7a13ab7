"""Cases in, an evaluation out. Pure: the same cases and plan give the same figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from sekisho.detection.evaluation.deciding import decided, kinds, outcome
from sekisho.detection.evaluation.lines import Measured, macros, measured
from sekisho.detection.evaluation.resampling import Plan, draws, interval
from sekisho.detection.evaluation.results import (
    FEWEST,
    Answers,
    Evaluation,
    Latency,
    Line,
    Outcomes,
)
from sekisho.detection.evaluation.rows import Row
from sekisho.detection.evaluation.tasks import (
    ALL,
    INJECTION,
    QUESTIONS,
    VIOLATION,
    Answer,
    Case,
    target,
    task,
    tasks,
)

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
    found = list(_measured(cases, plan, told))
    lines, outcomes = [each.line for each in found], list(decided(cases, plan, look_alikes))
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
        macros=tuple(macros(found)),
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


def _measured(cases: Sequence[Case], plan: Plan, told: Told) -> Iterator[Measured]:
    for question in QUESTIONS:
        for each in tasks(cases, (question,)):
            if each.yes.size:
                yield measured(each, plan)
        told(question)


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
                yield measured(task(question, [*concerned, *others], ALL, group), plan).line


def _group_outcomes(cases: Sequence[Case], by: str, plan: Plan) -> Iterator[Outcomes]:
    for group, own in _grouped(cases, by).items():
        found = kinds(own)
        for of in ("harmful", "harmless"):
            if found[of]:
                yield outcome(of, found[of], plan, ALL, group)


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
