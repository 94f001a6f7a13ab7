"""Whether a pack keeps the promises of its own examples (P-004). A pack that does not is never activated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sekisho.base.text import Text
from sekisho.detection.types import Finding, Outcome, Passage
from sekisho.policy.rules import evaluate
from sekisho.policy.types import Audience, Clause, Context, Example, Pack, Part

Find = Callable[[Passage], tuple[Finding, ...]]
"""What the detectors see in a passage: usually the `find` of the cascade."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An example on which its clause did not do what the pack promises."""

    clause: str
    example: Example
    expected_to_fire: bool
    codes: tuple[str, ...]
    """What fired, as `detector:code`; empty when nothing did."""

    @property
    def message(self) -> Text:
        seen = ", ".join(self.codes) or "-"
        fields = {"clause": self.clause, "text": self.example.text, "seen": seen}
        return (_DID_NOT_FIRE if self.expected_to_fire else _FIRED).format(**fields)


def check_examples(pack: Pack, find: Find) -> list[Failure]:
    """Return every example that fails, in the order of the pack; empty when all pass."""
    failures = []
    for clause in pack.clauses:
        for example in (*clause.must_fire, *clause.must_not_fire):
            codes = _fires(pack, clause, example, find)
            expected = example in clause.must_fire
            if bool(codes) is not expected:
                failures.append(Failure(clause.id, example, expected, codes))
    return failures


def _fires(pack: Pack, clause: Clause, example: Example, find: Find) -> tuple[str, ...]:
    findings = find(Passage(example.text, example.role, example.language))
    verdict = evaluate(pack, findings, _context(clause, example))
    acting = (ground for ground in verdict.grounds if ground.clause == clause.id)
    matches = (ground for ground in acting if ground.outcome == Outcome.MATCH.value)
    return tuple(dict.fromkeys(f"{ground.detector}:{ground.code}" for ground in matches))


def _context(clause: Clause, example: Example) -> Context:
    """High-risk domains are tried where they oblige, so that an example shows what a declared key meets."""
    is_high_risk = clause.part is Part.HIGH_RISK
    audience = Audience.HIGH_RISK if is_high_risk else Audience.GENERAL
    return Context(example.role, example.language, audience, clause.id if is_high_risk else None)


_DID_NOT_FIRE = Text(
    "`{clause}` must fire on “{text}”, and did not.",
    "`{clause}` は「{text}」に該当すべきですが、該当しませんでした。",
)
_FIRED = Text(
    "`{clause}` must not fire on “{text}”, and did ({seen}).",
    "`{clause}` は「{text}」に該当すべきではありませんが、該当しました（{seen}）。",
)
