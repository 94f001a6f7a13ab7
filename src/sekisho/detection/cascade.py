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
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, cast, runtime_checkable

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
        self._shares = frozenset(id(d) for d in self.detectors if isinstance(d, ReadsNormalised))
        self._unhealthy: frozenset[str] = frozenset()
        self.health()

    def health(self) -> Mapping[str, bool]:
        """Ask every detector to tell its canaries apart, and remember the answer for `find`. By name."""
        states = {detector.name: _is_healthy(detector) for detector in self.detectors}
        self._unhealthy = frozenset(name for name, is_healthy in states.items() if not is_healthy)
        return states

    def versions(self) -> Mapping[str, str]:
        """Return the version of each detector, by name (P-070)."""
        return {detector.name: detector.version for detector in self.detectors}

    def find(self, passage: Passage, *, budget_ms: float = BUDGET_MS) -> tuple[Finding, ...]:
        """Return what all detectors say of a passage, by position; never raises for any text.

        A passage whose language is `und` gets the language that its text shows.
        """
        if passage.language == "und":
            passage = replace(passage, language=language_of(passage.text))
        ends = self._clock() + budget_ms / 1000
        reading = normalise(passage.text)
        findings: list[Finding] = []
        for detector in self.detectors:
            findings += self._asked(detector, reading, passage, ends)
        return in_order(findings)

    def _asked(
        self, detector: Detector, reading: Normalised, passage: Passage, ends: float
    ) -> tuple[Finding, ...]:
        if isinstance(detector, Missing):
            return detector.find(passage)
        if detector.name in self._unhealthy:
            return (_about(detector, Outcome.ERROR, "unhealthy"),)
        if self._clock() >= ends:
            return (_about(detector, Outcome.ERROR, "out_of_time"),)
        try:
            # asking the protocol itself would cost microseconds each time
            shares = id(detector) in self._shares
            found = (
                cast(ReadsNormalised, detector).find_in(reading, passage)
                if shares
                else detector.find(passage)
            )
        except (
            Exception
        ):  # whatever went wrong, no answer is not a "no"; the text of the error may hold content
            return (_about(detector, Outcome.ERROR, "failed"),)
        if not found and not _is_measured(detector, passage.language):
            return (_about(detector, Outcome.UNSURE, "language_unmeasured"),)
        return found


def _is_measured(detector: Detector, language: str) -> bool:
    """Whether its silence says something in this language. What is in no language at all needs no measure."""
    return not detector.languages or language in detector.languages or language == "und"


def _is_healthy(detector: Detector) -> bool:
    return detector.healthy() if isinstance(detector, HasCanaries) else True


def _about(detector: Detector, outcome: Outcome, code: str) -> Finding:
    return Finding(EVERY_CLAUSE, detector.name, outcome, score=0.0, code=code, version=detector.version)


def default_cascade(scorer: bool = True) -> Cascade:
    """Return the detectors that are shipped: the rules, and the local scorer if wanted."""
    from sekisho.detection.detectors.deterministic import deterministic

    detectors: list[Detector] = [*deterministic()]
    if scorer:
        detectors.append(_scorer())
    return Cascade(detectors)


def _scorer() -> Detector:
    """The local scorer, or its stand-in when it is not installed or its files are damaged."""
    try:
        from sekisho.detection.detectors.scorer import load

        return load()
    except (
        Exception
    ):  # a damaged model must not stop the gate from starting: its absence is reported per passage
        return Missing("scorer")
