"""The models that can be asked for assessments, and the one place that chooses among them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from math import prod
from pathlib import Path

from sekisho.detection.assessment import Assessment, Assessor
from sekisho.detection.detectors.scorer import Scorer, load
from sekisho.detection.labels import DOMAINS, STANDARDS
from sekisho.detection.normalise import normalise
from sekisho.detection.types import Passage


class Step(StrEnum):
    """How far a model goes that has two steps; one that has a single step is always at its end."""

    CHEAP = "cheap"
    """The quick step for every text."""
    BOTH = "both"
    """And the larger step where the quick one is unsure."""


def load_assessor(path: Path | None = None, step: Step = Step.BOTH) -> Assessor:
    """Return the model in the folder `path`, the shipped one when None.

    Raises `ModelError` when a file is missing, damaged or made for another version of Sekisho.
    """
    return OfScorer(load(path))


class OfScorer:
    """The scorer as an assessor. It has one step and reads the text alone: neither role nor prompt."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self.name, self.version, self.languages = scorer.name, scorer.version, scorer.languages

    def assess(self, passages: Sequence[Passage]) -> list[Assessment]:
        return [self._one(passage) for passage in passages]

    def healthy(self) -> bool:
        return self._scorer.healthy()

    def _one(self, passage: Passage) -> Assessment:
        text = normalise(passage.text).text
        said = self._scorer.scores(text, passage.role, passage.language)
        clauses = {clause: said[clause] for clause in STANDARDS}
        return Assessment(
            # its own head for this is not calibrated: the chance that not every clause is spared
            violation=1 - prod(1 - each for each in clauses.values()),
            clauses=clauses,
            injection=clauses["platform_abuse"],
            domains={domain: said[domain] for domain in DOMAINS},
            advice=0.0,  # a question it was never asked
            language=passage.language,
        )
