"""Rows and answers for the tests of this room."""

from __future__ import annotations

from typing import Any

from sekisho.detection.evaluation.rows import Row
from sekisho.detection.evaluation.tasks import QUESTIONS, Answer, Case
from sekisho.detection.types import Role


def row(number: int = 0, harmful: bool | None = False, **fields: Any) -> Row:
    """A row with a text of its own; what a test does not name is plain."""
    plain: dict[str, Any] = {
        "id": f"row-{number}",
        "text": f"text {number}",
        "language": "en",
        "role": Role.PROMPT,
        "labels": frozenset(),
        "advice": None,
        "source": "tests",
    }
    return Row(**plain | {"harmful": harmful} | fields)


def answer(
    violation: float = 0.0,
    decision: str = "allow",
    ms: float = 1.0,
    fired: tuple[str, ...] = (),
    **more: float,
) -> Answer:
    said = dict.fromkeys(QUESTIONS, 0.0) | {"violation": violation} | more
    return Answer(said, frozenset(fired), decision, ms)


def separated(count: int = 50, *, swapped: int = 0, language: str = "en") -> list[Case]:
    """Twice `count` cases, the harmful ones scored above the harmless ones but for `swapped` of each."""
    cases = []
    for number in range(count):
        for harmful in (True, False):
            high = harmful is not (number < swapped)
            score = round(0.5 + 0.49 * (number + 1) / count if high else 0.49 * (number + 1) / count, 5)
            given = answer(score, "block" if high else "allow", fired=("violation",) if high else ())
            own = row(2 * number + harmful, harmful, language=language, id=f"{language}-{number}-{harmful}")
            cases.append(Case(own, given))
    return cases
