"""A detector made of rules: what it says is certain, and it needs no model."""

from __future__ import annotations

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
