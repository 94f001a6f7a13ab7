"""One passage, all detectors, under a budget: what each one says, and what must be said of those that cannot.

Silence counts only where a detector was measured, was in time and is healthy. Everywhere else the
cascade adds a finding about every clause, which the policy pack resolves by its own fail modes:

    language_unmeasured   UNSURE   nothing was found, in a language in which that means nothing (P-042)
    out_of_time           ERROR    the budget was spent before its turn
    failed                ERROR    it raised
    unhealthy             ERROR    it could not tell its canaries apart when last asked (P-042)
    missing               ERROR    it could not be loaded

Reasons carry codes, never content.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from sekisho.detection.language import language_of
from sekisho.detection.matching import in_order
from sekisho.detection.normalise import Normalised, normalise
from sekisho.detection.types import EVERY_CLAUSE, Detector, Finding, Outcome, Passage

BUDGET_MS = 2_000.0
"""Milliseconds for one passage unless the caller says otherwise: ample for megabytes of text."""


@runtime_checkable
class ReadsNormalised(Protocol):
    """A detector that shares the work of normalising with others."""

    def find_in(self, reading: Normalised, passage: Passage) -> tuple[Finding, ...]: ...


@runtime_checkable
class ReadsTogether(ReadsNormalised, Protocol):
    """A detector that reads several passages in less time than one after the other."""

    def find_in_all(
        self, readings: Sequence[Normalised], passages: Sequence[Passage]
    ) -> list[tuple[Finding, ...]]: ...


@runtime_checkable
class ReadsTwice(Protocol):
    """A detector that clears most texts at a glance, and takes milliseconds over the others."""

    def glance(
        self, readings: Sequence[Normalised], passages: Sequence[Passage]
    ) -> list[tuple[Finding, ...]] | None:
        """Return what `find_in_all` would, in microseconds; None where it would take longer."""
        ...


Ask = Callable[[Normalised, Passage], tuple[Finding, ...]]
AskAll = Callable[[Sequence[Normalised], Sequence[Passage]], list[tuple[Finding, ...]]]


@runtime_checkable
class HasCanaries(Protocol):
    """A detector that can test itself."""

    def healthy(self) -> bool:
        """Return whether it tells its canaries apart. Does not raise."""
        ...


@dataclass(frozen=True, slots=True)
class Missing:
    """Stands in for a detector that could not be loaded, so that its silence is not taken for an answer."""

    name: str
    version: str = ""
    languages: frozenset[str] = frozenset()

    def find(self, passage: Passage) -> tuple[Finding, ...]:
        return (_about(self, Outcome.ERROR, "missing"),)

    def healthy(self) -> bool:
        return False


class Cascade:
    """Runs detectors in their order over one passage. Built once; safe to call from several threads."""

    def __init__(self, detectors: Iterable[Detector], clock: Callable[[], float] = time.perf_counter) -> None:
        """`clock` tells seconds, from any beginning."""
        self.detectors = tuple(detectors)
        self._clock = clock
        self._asks: tuple[tuple[Detector, Ask], ...] = ()
        self._together: tuple[AskAll | None, ...] = ()
        self._twice: tuple[tuple[int, ReadsTwice], ...] = ()
        self.health()

    def health(self) -> Mapping[str, bool]:
        """Ask every detector to tell its canaries apart, and remember the answer for `find`. By name."""
        states = {detector.name: _is_healthy(detector) for detector in self.detectors}
        self._asks = tuple((detector, _ask(detector, states[detector.name])) for detector in self.detectors)
        self._together = tuple(
            detector.find_in_all if isinstance(detector, ReadsTogether) and states[detector.name] else None
            for detector in self.detectors
        )
        self._twice = tuple(
            (at, detector)
            for at, detector in enumerate(self.detectors)
            if isinstance(detector, ReadsTwice) and states[detector.name]
        )
        return states

    def versions(self) -> Mapping[str, str]:
        """Return the version of each detector, by name (P-070)."""
        return {detector.name: detector.version for detector in self.detectors}

    def find(self, passage: Passage, *, budget_ms: float = BUDGET_MS) -> tuple[Finding, ...]:
        """Return what all detectors say of a passage, by position; never raises for any text.

        A passage whose language is `und` gets the language that its text shows.
        """
        passage = _with_language(passage)
        ends = self._clock() + budget_ms / 1000
        reading = normalise(passage.text)
        return self._find(self._asks, reading, passage, ends)

    def _find(
        self, asks: Sequence[tuple[Detector, Ask]], reading: Normalised, passage: Passage, ends: float
    ) -> tuple[Finding, ...]:
        findings: list[Finding] = []
        for detector, ask in asks:
            findings += self._said(detector, ask, reading, passage, ends)
        return in_order(findings) if len(findings) > 1 else tuple(findings)

    def find_all(
        self, passages: Sequence[Passage], *, budget_ms: float = BUDGET_MS
    ) -> list[tuple[Finding, ...]]:
        """As `find` for each of several passages, under one budget for all: what reads them together takes less
        time so."""
        if len(passages) == 1:
            return [self.find(passages[0], budget_ms=budget_ms)]
        passages = [_with_language(passage) for passage in passages]
        ends = self._clock() + budget_ms / 1000
        readings = [normalise(passage.text) for passage in passages]
        asks = (
            (detector, ask if read is None else _together(read, ask, readings, passages))
            for (detector, ask), read in zip(self._asks, self._together, strict=True)
        )  # made one by one, so that each detector reads when its turn comes
        return self._find_all(asks, readings, passages, ends)

    def glance(
        self, passages: Sequence[Passage], *, budget_ms: float = BUDGET_MS
    ) -> list[tuple[Finding, ...]] | None:
        """As `find_all` where every detector can tell at a glance, which takes microseconds; None where one would
        read some passage again, which takes milliseconds. Rules are not asked before that is known."""
        passages = [_with_language(passage) for passage in passages]
        ends = self._clock() + budget_ms / 1000
        readings = [normalise(passage.text) for passage in passages]
        asks = list(self._asks)
        for at, detector in self._twice:
            if (said := _at_a_glance(detector, readings, passages)) is None:
                return None
            asks[at] = asks[at][0], _in_turn(said)
        if len(passages) == 1:
            return [self._find(asks, readings[0], passages[0], ends)]
        return self._find_all(asks, readings, passages, ends)

    def _find_all(
        self,
        asks: Iterable[tuple[Detector, Ask]],
        readings: Sequence[Normalised],
        passages: Sequence[Passage],
        ends: float,
    ) -> list[tuple[Finding, ...]]:
        findings: list[list[Finding]] = [[] for _ in passages]
        for detector, ask in asks:
            for found, reading, passage in zip(findings, readings, passages, strict=True):
                found += self._said(detector, ask, reading, passage, ends)
        return [in_order(found) for found in findings]

    def _said(
        self, detector: Detector, ask: Ask, reading: Normalised, passage: Passage, ends: float
    ) -> tuple[Finding, ...]:
        if self._clock() >= ends and not isinstance(detector, Missing):
            return (_about(detector, Outcome.ERROR, "out_of_time"),)
        try:
            found = ask(reading, passage)
        except (
            Exception
        ):  # whatever went wrong, no answer is not a "no"; the text of the error may hold content
            return (_about(detector, Outcome.ERROR, "failed"),)
        if not found and not _is_measured(detector, passage.language):
            return (_about(detector, Outcome.UNSURE, "language_unmeasured"),)
        return found


def _with_language(passage: Passage) -> Passage:
    if passage.language != "und":
        return passage
    return replace(passage, language=language_of(passage.text))


def _ask(detector: Detector, is_healthy: bool) -> Ask:
    """How a detector is asked about a passage. Told once: asking for a protocol takes microseconds."""
    if not is_healthy and not isinstance(detector, Missing):
        error = _about(detector, Outcome.ERROR, "unhealthy")
        return lambda reading, passage: (error,)
    if isinstance(detector, ReadsNormalised):
        return detector.find_in
    return lambda reading, passage: detector.find(passage)


def _together(read: AskAll, ask: Ask, readings: Sequence[Normalised], passages: Sequence[Passage]) -> Ask:
    """How a detector is asked about passages in their order that it has read together; one by one, where that
    failed."""
    try:
        return _in_turn(read(readings, passages))
    except Exception:  # whichever passage it was, asking about that one tells
        return ask


def _in_turn(answers: Iterable[tuple[Finding, ...]]) -> Ask:
    """How a detector is asked that has given its answers already, in the order of the passages."""
    left = iter(answers)
    return lambda reading, passage: next(left)


def _at_a_glance(
    detector: ReadsTwice, readings: Sequence[Normalised], passages: Sequence[Passage]
) -> list[tuple[Finding, ...]] | None:
    try:
        return detector.glance(readings, passages)
    except Exception:  # whatever went wrong: asked in full it says so, as every detector does
        return None


def _is_measured(detector: Detector, language: str) -> bool:
    """Whether its silence says something in this language. What is in no language at all needs no measure."""
    return not detector.languages or language in detector.languages or language == "und"


def _is_healthy(detector: Detector) -> bool:
    return detector.healthy() if isinstance(detector, HasCanaries) else True


def _about(detector: Detector, outcome: Outcome, code: str) -> Finding:
    return Finding(EVERY_CLAUSE, detector.name, outcome, score=0.0, code=code, version=detector.version)


def default_cascade(scorer: bool = True, step: str = "doubt") -> Cascade:
    """Return the detectors that are shipped: the rules, and the local scorer if wanted, as far as `step` says: one of
    `detectors.scorer.Step`."""
    from sekisho.detection.detectors.deterministic import deterministic

    detectors: list[Detector] = [*deterministic()]
    if scorer:
        detectors.append(_scorer(step))
    return Cascade(detectors)


def _scorer(step: str) -> Detector:
    """The local scorer, or its stand-in when it is not installed or its files are damaged."""
    try:
        from sekisho.detection.detectors.scorer import Step, load

        return load(step=Step(step))
    except (
        Exception
    ):  # a damaged model must not stop the gate from starting: its absence is reported per passage
        return Missing("scorer")
