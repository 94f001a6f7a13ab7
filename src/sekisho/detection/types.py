"""What detectors say.

A detector reads a `Passage` and answers with `Finding`s. It never decides: a finding carries what was seen
(a clause id, a calibrated score, a span), and the policy pack says what that means. "Nothing found" is an
empty tuple, and it counts only where the detector was measured: elsewhere the cascade adds an `UNSURE` finding
(P-042), so silence out of ignorance is never read as a clean bill.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

EVERY_CLAUSE = "*"
"""The clause of a finding that speaks of all clauses which rely on its detector (missing, late, unmeasured)."""


class Role(StrEnum):
    """Who speaks in a passage, which decides what is looked for and how an answer is read."""

    PROMPT = "prompt"
    """What a person typed, or a system prompt."""
    OUTPUT = "output"
    """What the model answers."""
    TOOL_CALL = "tool_call"
    """Arguments that the model hands to a tool, before it runs."""
    TOOL_RESULT = "tool_result"
    """What a tool or document brought, before the model reads it."""


class Outcome(StrEnum):
    MATCH = "match"
    """Something was seen; `score` says how surely."""
    UNSURE = "unsure"
    """The detector cannot tell: unmeasured language, judge undecided, media it cannot read."""
    ERROR = "error"
    """The detector was missing, late, failed its self-test, or answered nonsense."""


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start:end` of the passage's original text (code points, end excluded)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing one detector says of one passage. Carries codes and positions, never content."""

    clause: str
    """Id of the policy clause it speaks of, such as `fraud_predation` or `hr_legal`; or `EVERY_CLAUSE`."""
    detector: str
    """Name of the detector: `patterns`, `entities`, `scorer`, `judge`, `media`, …"""
    outcome: Outcome = Outcome.MATCH
    score: float = 1.0
    """Calibrated probability that the clause is concerned, 0 to 1. A deterministic match says 1."""
    code: str = ""
    """Stable reason code such as `card_number`, `ignore_instructions`, `language_unmeasured`."""
    span: Span | None = None
    """Where it was seen; None when the whole passage (or a window of it) is meant."""
    version: str = ""
    """Version of the detector that spoke, for the record (P-070)."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One piece of text as it arrived, and what is known of it."""

    text: str
    role: Role = Role.PROMPT
    language: str = "und"
    """BCP 47 primary language as detected (`en`, `ja`, `ko`, …), `und` when it cannot be told."""
    prompt: str = ""
    """What an output answers, where that is known: a model may read it along. What it says is judged apart."""


class Detector(Protocol):
    """A source of findings. Built once, called for every passage, safe to call from several threads."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def languages(self) -> frozenset[str]:
        """Primary languages it was measured in; empty means that language does not matter to it."""
        ...

    def find(self, passage: Passage) -> tuple[Finding, ...]:
        """Return what is seen, in order of position, or an empty tuple. Never raises for any text."""
        ...
