"""Whether somebody says that they may hurt themselves (R-SUP-042): the same phrases as at the gate. Pure."""

from __future__ import annotations

from functools import cache

from sekisho.detection.detectors.rules.harm import PSYCHE
from sekisho.detection.matching import Matcher
from sekisho.detection.normalise import normalise
from sekisho.detection.types import Role


@cache
def _phrases() -> Matcher:
    crisis = tuple(rule for rule in PSYCHE if rule.code.endswith("self_harm_crisis"))
    return Matcher(crisis, "support")


def is_crisis(text: str) -> bool:
    """Return whether the configured resources are shown in place of a search."""
    return bool(_phrases().find(normalise(text), Role.PROMPT))
