"""A detector with fixed answers: finds exactly the words it was given, at any time, in any language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sekisho.detection.types import Finding, Passage, Span


@dataclass(frozen=True, slots=True)
class FixedDetector:
    """Says `clause` wherever `word` stands in a passage, for each `word → clause` it was given."""

    words: Mapping[str, str]
    name: str = "patterns"
    version: str = "fixed-1"
    languages: frozenset[str] = field(default_factory=frozenset)

    def find(self, passage: Passage) -> tuple[Finding, ...]:
        found = [
            Finding(clause, self.name, code="fixed", span=Span(at, at + len(word)), version=self.version)
            for word, clause in self.words.items()
            for at in _places(passage.text, word)
        ]
        return tuple(sorted(found, key=lambda finding: finding.span.start if finding.span else 0))


def _places(text: str, word: str) -> list[int]:
    places, at = [], text.find(word)
    while at >= 0:
        places.append(at)
        at = text.find(word, at + len(word))
    return places
