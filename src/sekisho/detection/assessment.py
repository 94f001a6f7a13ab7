"""What a model says of a text as a whole: every question it answers, each with a calibrated probability.

A `Finding` speaks of one clause and only when there is something to say; an `Assessment` answers everything
that can be asked, so that it can be measured, compared and written out. Questions are kept apart (P-043):
is anything violated, which standards, is it an injection or a jailbreak, which high-risk domain, and does it
ask for individual advice rather than general information.

    passages ──Assessor──▶ assessments ──Spoken──▶ findings ──policy──▶ decision
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from sekisho.detection.cascade import HasCanaries
from sekisho.detection.labels import CLAUSES, DOMAINS, STANDARDS
from sekisho.detection.types import Finding, Outcome, Passage

FLOOR: Final = 0.2
"""Below this probability nothing is found; no pack has a threshold there. As in `detectors.scorer.FLOOR`."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a model says of one passage. Every number is a calibrated probability, 0 to 1."""

    violation: float
    """That any of the standards is violated."""
    clauses: Mapping[str, float]
    """For each id of `labels.STANDARDS`, that it is violated."""
    injection: float
    """That it tries to override instructions: an injection, a jailbreak, a prompt extraction."""
    domains: Mapping[str, float]
    """For each id of `labels.DOMAINS`, that it is about this high-risk domain. A topic, which says nothing of
    harm."""
    advice: float
    """That it asks for, or gives, advice on somebody's own case rather than general information. 0: nobody asked."""
    language: str
    """As the passage said, or as the model told it."""
    concerned: Mapping[str, float] | None = None
    """For each id of `labels.CLAUSES`, what is held against a pack's thresholds. None: the probabilities above."""


class Assessor(Protocol):
    """A model that answers every question about a passage. Built once, called for many passages at a time."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def languages(self) -> frozenset[str]:
        """Primary languages it was measured in; empty means that language does not matter to it (P-042)."""
        ...

    def assess(self, passages: Sequence[Passage]) -> list[Assessment]:
        """Return an assessment for each passage, in order. What comes in one call is worked on together; the
        answer to a passage never depends on its neighbours. Never raises for any text."""
        ...


def raised(assessment: Assessment, certain: Collection[str]) -> Assessment:
    """Return the assessment with these clauses taken for certain: a rule that matches says 1."""
    if not certain:
        return assessment
    clauses = {clause: 1.0 if clause in certain else said for clause, said in assessment.clauses.items()}
    return replace(
        assessment,
        violation=max(assessment.violation, *clauses.values()),
        clauses=clauses,
        injection=1.0 if "platform_abuse" in certain else assessment.injection,
        domains={domain: 1.0 if domain in certain else said for domain, said in assessment.domains.items()},
    )


def silent(language: str) -> Assessment:
    """Return the assessment of who was asked nothing: 0 everywhere."""
    return Assessment(0.0, dict.fromkeys(STANDARDS, 0.0), 0.0, dict.fromkeys(DOMAINS, 0.0), 0.0, language)


class Spoken:
    """An assessor as a detector, so that a cascade and a pack can take it as they take any other.

    `assess` remembers its last answers, and `find` for the same passages costs nothing more. For one thread.
    """

    name = "scorer"
    """Under this name packs have thresholds for it, whichever model it is."""

    def __init__(self, assessor: Assessor) -> None:
        self.assessor = assessor
        self.version = assessor.version
        self.languages = assessor.languages
        self._known: dict[Passage, Assessment] = {}

    def assess(self, passages: Sequence[Passage]) -> list[Assessment]:
        """Return an assessment for each passage, in order."""
        assessments = self.assessor.assess(passages)
        self._known = dict(zip(passages, assessments, strict=True))
        return assessments

    def find(self, passage: Passage) -> tuple[Finding, ...]:
        """Return a finding for each clause that reaches `FLOOR`, in the order of `labels.CLAUSES`."""
        known = self._known.get(passage)
        said = self.assessor.assess([passage])[0] if known is None else known
        probabilities = {**said.clauses, **said.domains} if said.concerned is None else said.concerned
        return tuple(
            Finding(clause, self.name, Outcome.MATCH, probabilities[clause], "scored", version=self.version)
            for clause in CLAUSES
            if probabilities.get(clause, 0.0) >= FLOOR
        )

    def healthy(self) -> bool:
        """Return whether the model tells its canaries apart; a model without any is taken at its word."""
        return self.assessor.healthy() if isinstance(self.assessor, HasCanaries) else True


__all__ = ["FLOOR", "Assessment", "Assessor", "Spoken", "raised", "silent"]
