"""Whether a text gives a model orders, as the rules against injections see it in a document."""

from __future__ import annotations

from functools import lru_cache

from sekisho.detection.cascade import Cascade
from sekisho.detection.language import language_of
from sekisho.detection.types import Outcome, Passage, Role

CLAUSE = "platform_abuse"


@lru_cache(maxsize=1)
def _detectors() -> Cascade:
    """The rules alone: what they say can be explained to who wrote the description."""
    from sekisho.detection.detectors.deterministic import deterministic

    return Cascade(deterministic())


def gives_orders(text: str) -> bool:
    """Return whether an injection rule matches the text, read as something that a tool brought."""
    found = _detectors().find(Passage(text, Role.TOOL_RESULT, language_of(text)))
    return any(one.clause == CLAUSE and one.outcome is Outcome.MATCH for one in found)
