"""Asking a judge about what the local detectors leave open (P-040), within one request's time.

A verdict says of which clauses a judge should be asked. Its opinion goes back into the same law as every
finding (`policy/rules.py`): it may lower what is soft, it never lifts a mask or a hard clause (P-041), and what it
does not answer in time, in shape and to the point is an ERROR, which each clause resolves by its own fail mode.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Protocol

from sekisho.base.text import as_lang
from sekisho.detection.detectors.judgement import LONGEST, NAME, Judgement
from sekisho.detection.types import Finding, Outcome, Passage
from sekisho.policy.types import Action, Pack, Verdict

MOST_QUESTIONS = 16
"""Passages that one request may bring before the judge; a flood of small blocks is no flood of questions."""
MOST_PARTS = 4
"""Parts in which a passage longer than a judge is shown at a time is asked about."""
OVERLAP = 500
"""Characters that two parts share, so that no sentence is cut for both."""
UNHEARD = Judgement((), frozenset())
"""No opinion: what the local detectors say stands."""


class Judges(Protocol):
    """Whoever gives opinions: `detection.detectors.judge.Judge`, or the line to one."""

    async def judge(self, passage: Passage, clauses: dict[str, str], *, budget_ms: float) -> Judgement: ...


@dataclass(frozen=True, slots=True)
class Question:
    passage: Passage
    clauses: tuple[str, ...]


def open_questions(verdict: Verdict) -> tuple[str, ...]:
    """Return the clauses to ask about; none when the passage is refused whatever a judge says."""
    return verdict.asks_judge if is_in_doubt(verdict) else ()


def is_in_doubt(verdict: Verdict, asked: Iterable[str] = ()) -> bool:
    """Return whether nothing is refused but by clauses of which a judge is asked."""
    doubted = {*verdict.asks_judge, *asked}
    return all(ground.clause in doubted for ground in verdict.grounds if ground.action is Action.BLOCK)


def is_lasting(opinion: Judgement) -> bool:
    """Return whether an opinion may be remembered: the next request asks again where this one got no answer."""
    return all(finding.outcome is not Outcome.ERROR for finding in opinion.findings)


@dataclass(slots=True)
class Hearing:
    """What one request may ask. Its questions, of the input and of the answer, share one budget."""

    judge: Judges
    budget_ms: float
    clock: Callable[[], float] = monotonic
    _asked: int = field(default=0, init=False)

    async def opinions(self, pack: Pack, questions: Sequence[Question]) -> list[Judgement]:
        """Return the opinion on each question, in their order, all asked at once. Never raises but for
        cancellation."""
        began = self.clock()
        given = await asyncio.gather(*(self._opinion(pack, question) for question in questions))
        self.budget_ms -= (self.clock() - began) * 1000
        return given

    async def _opinion(self, pack: Pack, question: Question) -> Judgement:
        parts = list(_parts(question.passage))
        self._asked += len(parts)
        if self.budget_ms <= 0:
            return _none(question.clauses, "out_of_time")
        if self._asked > MOST_QUESTIONS:
            return _none(question.clauses, "too_many")
        if len(parts) > MOST_PARTS:
            return _none(question.clauses, "too_long")
        texts = _texts(pack, question.clauses)
        given = await asyncio.gather(
            *(self.judge.judge(part, texts, budget_ms=self.budget_ms) for part in parts)
        )
        return _together(given)


def _parts(passage: Passage) -> Iterable[Passage]:
    """The passage in parts that a judge is shown whole."""
    text = passage.text
    if len(text) <= LONGEST:
        return (passage,)
    starts = range(0, len(text) - OVERLAP, LONGEST - OVERLAP)
    return (replace(passage, text=text[start : start + LONGEST]) for start in starts)


def _together(given: Sequence[Judgement]) -> Judgement:
    """One opinion of several parts: cleared is what is clear in every part."""
    findings = dict.fromkeys(finding for opinion in given for finding in opinion.findings)
    return Judgement(tuple(findings), frozenset.intersection(*(opinion.cleared for opinion in given)))


def _texts(pack: Pack, clauses: Iterable[str]) -> dict[str, str]:
    """The clauses in the words of the language whose text decides."""
    language = as_lang(pack.canonical)
    known = (clause for id in clauses if (clause := pack.clause(id)) is not None)
    return {clause.id: f"{clause.title.in_(language)}. {clause.text.in_(language)}" for clause in known}


def _none(clauses: Iterable[str], code: str) -> Judgement:
    errors = tuple(Finding(clause, NAME, Outcome.ERROR, 0.0, code) for clause in clauses)
    return Judgement(errors, frozenset())
