"""The models that can be asked for assessments, and the one place that chooses among them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sekisho.detection.assessment import Assessment, Assessor
from sekisho.detection.detectors.scorer import Scorer, Step, load
from sekisho.detection.detectors.weighing import LEAST
from sekisho.detection.labels import ADVICE, DOMAINS, STANDARDS, VIOLATION
from sekisho.detection.normalise import normalise
from sekisho.detection.types import Passage


def load_assessor(path: Path | None = None, step: Step = Step.BOTH) -> Assessor:
    """Return the model in the folder `path`, the shipped one when None, as far as `step` says.

    Raises `ModelError` when a file is missing, damaged or made for another version of Sekisho.
    """
    return OfScorer(load(path, step))


class OfScorer:
    """The scorer as an assessor. A text that the quick step clears is read for itself alone; what is in doubt is read
    with its role, and an answer with its prompt."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self.name, self.version, self.languages = scorer.name, scorer.version, scorer.languages

    def assess(self, passages: Sequence[Passage]) -> list[Assessment]:
        return [self._one(passage) for passage in passages]

    def healthy(self) -> bool:
        return self._scorer.healthy()

    def _one(self, passage: Passage) -> Assessment:
        text = normalise(passage.text).text
        windows = self._scorer.score_windows(text, passage.language, passage.role, passage.prompt)
        said = windows.best()
        clauses = {clause: said[clause] for clause in STANDARDS}
        return Assessment(
            violation=said[VIOLATION],
            clauses=clauses,
            injection=clauses["platform_abuse"],
            domains={domain: said[domain] for domain in DOMAINS},
            advice=said[ADVICE] if said[ADVICE] > LEAST else 0.0,  # a question that nobody was asked
            language=passage.language,
            concerned=windows.concerned(),
        )


__all__ = ["OfScorer", "Step", "load_assessor"]
