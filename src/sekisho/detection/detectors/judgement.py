"""What a judge says, and how much it is shown: apart from how it is asked, which a gate without a judge never loads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sekisho.detection.types import Finding

NAME: Final = "judge"
LONGEST: Final = 24_000
"""Characters of a passage that are shown. A longer one is not judged in part: it is an ERROR."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge said: findings to add, and the soft clauses that it cleared (P-041)."""

    findings: tuple[Finding, ...]
    cleared: frozenset[str]
