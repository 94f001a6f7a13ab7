"""The shipped detectors in the three ways in which a gate asks them: whole, growing, and at boundaries."""

from __future__ import annotations

from collections.abc import Sequence

from sekisho.detection.cascade import Cascade
from sekisho.detection.detectors.rule_detector import RuleDetector
from sekisho.detection.language import language_of
from sekisho.detection.stream import StreamWatch
from sekisho.detection.types import Finding, Passage, Role
from sekisho.gateway.screen.types import Watch


class CascadeDetectors:
    """A cascade, asked about whole passages, about text that grows, and at boundaries in it.

    Healthy rules follow a growing text exactly (`StreamWatch`). Everything else is asked at boundaries: the
    scorer above all, and whatever is missing or failed its self-test, so that its silence is never taken for
    an answer.
    """

    def __init__(self, cascade: Cascade) -> None:
        states = cascade.health()
        watched = [
            detector
            for detector in cascade.detectors
            if isinstance(detector, RuleDetector) and states[detector.name]
        ]
        self._cascade = cascade
        self._matchers = tuple(detector.matcher for detector in watched)
        self._others = Cascade(detector for detector in cascade.detectors if detector not in watched)

    @property
    def reads_whole(self) -> bool:
        return bool(self._others.detectors)

    def find(self, passage: Passage) -> tuple[Finding, ...]:
        return self._cascade.find(passage)

    def find_at_once(self, passage: Passage) -> tuple[Finding, ...] | None:
        said = self._cascade.glance((passage,))
        return None if said is None else said[0]

    def watch(self, role: Role) -> Watch:
        return StreamWatch(self._matchers, role)

    def score(self, passages: Sequence[Passage]) -> Sequence[tuple[Finding, ...]]:
        return self._others.find_all(passages)

    def score_at_once(self, passages: Sequence[Passage]) -> Sequence[tuple[Finding, ...]] | None:
        return self._others.glance(passages)

    def language(self, text: str) -> str:
        return language_of(text)
