"""The detectors that need no model: they read rules, and what they say is certain."""

from __future__ import annotations

from functools import cache

from sekisho.detection.matching import Matcher, Rule
from sekisho.detection.normalise import Normalised, normalise
from sekisho.detection.types import Finding, Passage, Role

VERSION = "2025.1"
"""Version of the rules; raised whenever a rule changes what it finds."""


class RuleDetector:
    """A detector made of rules."""

    def __init__(
        self,
        name: str,
        rules: tuple[Rule, ...],
        languages: frozenset[str] = frozenset(),
        canaries: tuple[tuple[str, str], ...] = (),
        version: str = VERSION,
        canary_role: Role = Role.PROMPT,
    ) -> None:
        """`canaries` are pairs of a text on which it must speak and one on which it must be silent."""
        self.name, self.version, self.languages = name, version, languages
        self.matcher = Matcher(rules, name, version)
        self._canaries, self._canary_role = canaries, canary_role

    def find(self, passage: Passage) -> tuple[Finding, ...]:
        return self.find_in(normalise(passage.text), passage)

    def find_in(self, reading: Normalised, passage: Passage) -> tuple[Finding, ...]:
        """As `find`, with the normalising already done."""
        return self.matcher.find(reading, passage.role)

    def healthy(self) -> bool:
        """Return whether it still tells its canaries apart."""
        return all(
            self.find(Passage(loud, self._canary_role)) and not self.find(Passage(quiet, self._canary_role))
            for loud, quiet in self._canaries
        )


@cache
def deterministic() -> tuple[RuleDetector, ...]:
    """Return the shipped rule detectors. Built once a process."""
    from sekisho.detection.detectors import entities, human_claim, injection, patterns

    return (entities.detector(), patterns.detector(), injection.detector(), human_claim.detector())


def stream_matchers() -> tuple[Matcher, ...]:
    """Return the rules by which a stream is watched: those of all shipped rule detectors."""
    return tuple(detector.matcher for detector in deterministic())
