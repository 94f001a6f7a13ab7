"""The questions that are measured, and of each which rows say yes, which say no, and which are left out.

    question          yes                                   no
    violation         harmful                               harmless
    a standard        harmful, labelled with it             harmless
    injection         harmful, labelled `platform_abuse`    harmless
    a domain          labelled with it                      not labelled with it, and known whether harmful
    advice            advice true                           advice false

Harmful rows with other labels are left out of a standard: labels of most sources are incomplete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sekisho.detection.assessment import Assessment
from sekisho.detection.evaluation import measures
from sekisho.detection.evaluation.measures import Counts, Floats
from sekisho.detection.evaluation.resampling import Draw
from sekisho.detection.evaluation.rows import Row
from sekisho.detection.labels import DOMAINS, STANDARDS

VIOLATION: Final = "violation"
INJECTION: Final = "injection"
ADVICE: Final = "advice"
QUESTIONS: Final = (VIOLATION, INJECTION, *STANDARDS, *DOMAINS, ADVICE)
"""Everything that is measured, in the order of reports."""

ALL: Final = "*"
"""Stands for all languages together."""

GROUPINGS: Final = ("source", "role", "kind", "about")
"""What texts can be told apart by, besides their language: fields of a row."""

STOPPED: Final = frozenset({"hold", "block"})
"""Decisions by which a text does not pass, at least not before a person has looked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a row."""

    probabilities: Mapping[str, float]
    """By question, to five decimals: finer differences are those between machines."""
    fired: frozenset[str]
    """Questions that were answered with yes: the clause acts by the pack in force."""
    decision: str
    """`allow`, `annotate`, `modify`, `hold`, `block`, or `unsure` where a judge would be asked."""
    ms: float
    """Milliseconds that it took."""


@dataclass(frozen=True, slots=True)
class Case:
    row: Row
    answer: Answer


def answer_of(assessment: Assessment, acted: frozenset[str], decision: str, ms: float) -> Answer:
    """Return the answer that an assessment amounts to; `acted` are the clauses that act by the pack."""
    asked = {VIOLATION: assessment.violation, INJECTION: assessment.injection, ADVICE: assessment.advice}
    said = {**asked, **assessment.clauses, **assessment.domains}
    fired = set(acted)
    fired |= {VIOLATION} if acted.intersection(STANDARDS) else set()
    fired |= {INJECTION} if "platform_abuse" in acted else set()
    fired |= {ADVICE} if assessment.advice >= 0.5 else set()
    return Answer({name: round(value, 5) for name, value in said.items()}, frozenset(fired), decision, ms)


def target(row: Row, question: str) -> bool | None:
    """Return what the row says to a question, None when it is left out."""
    if question == ADVICE:
        return row.advice
    if question in DOMAINS:
        return True if question in row.labels else None if row.harmful is None else False
    if not row.harmful or question == VIOLATION:
        return row.harmful
    label = "platform_abuse" if question == INJECTION else question
    return True if label in row.labels else None


@dataclass(frozen=True)
class Task:
    """A question about some texts, with what was answered."""

    question: str
    language: str
    """`*` for all together."""
    group: str
    """Empty for all together."""
    yes: Floats = field(repr=False)
    """Probabilities given to the texts that it concerns."""
    no: Floats = field(repr=False)
    yes_fired: NDArray[np.bool_] = field(repr=False)
    no_fired: NDArray[np.bool_] = field(repr=False)

    @cached_property
    def _levels(self) -> tuple[Floats, NDArray[np.intp]]:
        return measures.levels(np.concatenate((self.yes, self.no)))

    @property
    def values(self) -> Floats:
        """The levels: distinct probabilities, from the highest down."""
        return self._levels[0]

    def counted(self, draw: Draw | None = None) -> Counted:
        """Return the counts of all texts; of a draw, those of each of its resamples."""
        yes, no = self._levels[1][: self.yes.size], self._levels[1][self.yes.size :]
        if draw is None:
            size = self.values.size
            return Counted(
                np.bincount(yes, minlength=size), np.bincount(no, minlength=size),
                self.yes_fired.sum(), self.no_fired.sum(),
            )  # fmt: skip
        return Counted(
            _counts(yes[draw.yes], self.values.size), _counts(no[draw.no], self.values.size),
            self.yes_fired[draw.yes].sum(axis=1), self.no_fired[draw.no].sum(axis=1),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts over levels, and how many of either kind fired; for one sample, or a row for each of several."""

    yes: Counts
    no: Counts
    hits: Counts
    false: Counts


def _counts(places: NDArray[np.intp], size: int) -> Counts:
    """Count the places of each resample, all in one call."""
    moved = places + np.arange(len(places))[:, None] * size
    return np.bincount(moved.reshape(-1), minlength=len(places) * size).reshape(len(places), size)


def languages(cases: Iterable[Case]) -> tuple[str, ...]:
    """Return the languages there are, the most frequent first, after `ALL` if there are several."""
    counted: dict[str, int] = {}
    for case in cases:
        counted[case.row.language] = counted.get(case.row.language, 0) + 1
    found = sorted(counted, key=lambda language: (-counted[language], language))
    return (ALL, *found) if len(found) > 1 else tuple(found)


def of_language(cases: Sequence[Case], language: str) -> list[Case]:
    return [case for case in cases if language in (ALL, case.row.language)]


def tasks(cases: Sequence[Case], questions: Iterable[str] = QUESTIONS) -> Iterator[Task]:
    """Yield a task for each question and language, whatever its size."""
    by_language = {language: of_language(cases, language) for language in languages(cases)}
    for question in questions:
        for language, inside in by_language.items():
            yield task(question, inside, language)


def task(question: str, cases: Iterable[Case], language: str = ALL, group: str = "") -> Task:
    """Return the task of a question over these cases."""
    sides: dict[bool, list[Answer]] = {True: [], False: []}
    for case in cases:
        side = target(case.row, question)
        if side is not None:
            sides[side].append(case.answer)
    yes, no = sides[True], sides[False]
    return Task(
        question, language, group,
        _scores(yes, question), _scores(no, question), _fired(yes, question), _fired(no, question),
    )  # fmt: skip


def _scores(answers: Sequence[Answer], question: str) -> Floats:
    return np.array([answer.probabilities[question] for answer in answers], np.float64)


def _fired(answers: Sequence[Answer], question: str) -> NDArray[np.bool_]:
    return np.array([question in answer.fired for answer in answers], np.bool_)
