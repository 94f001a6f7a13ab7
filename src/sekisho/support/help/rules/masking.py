"""Words of people who were not asked for their data: masked before anything keeps them (R-SUP-003, R-SUP-006)."""

from __future__ import annotations

from functools import lru_cache

from sekisho.detection.detectors import entities
from sekisho.detection.detectors.rule_detector import RuleDetector
from sekisho.detection.types import Passage
from sekisho.enforcement.review.rules.redaction import excerpt
from sekisho.records.redaction import redact


def masked(text: str, most: int) -> str:
    """Return the text with secrets, addresses, numbers and names of accounts masked, at most `most` characters of it.

    As well as a program can: what people call each other is not recognised. Cut before it is looked through, by more
    than enough, so that a huge text costs little.
    """
    short = redact(" ".join(text.replace("\x00", " ").split())[: most * 4]).text
    return excerpt("text", short[: most * 2], _masks().find(Passage(short[: most * 2])), None, False).text[
        :most
    ]


@lru_cache(maxsize=1)
def _masks() -> RuleDetector:
    """What finds personal data. Built when the first text is masked."""
    return entities.detector()
