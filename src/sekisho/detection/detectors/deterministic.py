"""The shipped detectors that need no model."""

from __future__ import annotations

from functools import cache

from sekisho.detection.detectors import entities, human_claim, injection, patterns
from sekisho.detection.detectors.rule_detector import RuleDetector
from sekisho.detection.matching import Matcher


@cache
def deterministic() -> tuple[RuleDetector, ...]:
    """Return the shipped rule detectors. Built once a process."""
    return (entities.detector(), patterns.detector(), injection.detector(), human_claim.detector())


def stream_matchers() -> tuple[Matcher, ...]:
    """Return the rules by which a stream is watched: those of all shipped rule detectors."""
    return tuple(detector.matcher for detector in deterministic())
