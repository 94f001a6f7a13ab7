"""How much of what is caught stays caught when people disguise what they ask, and how much of what is harmless gets
into trouble by it.

    rows ──▶ judged as they are ──┬──▶ shares before, after, and kept: by disguise, language and measure
      └─▶ disguised ──▶ judged ───┘

Kept counts only what was caught untouched: a disguise costs nothing where there was nothing to lose. Texts that a
disguise does not change are left out, so that they do not flatter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sekisho.base.text import Lang
from sekisho.detection.evaluation.deciding import share
from sekisho.detection.evaluation.resampling import Plan
from sekisho.detection.evaluation.results import Kept
from sekisho.detection.evaluation.rows import Row
from sekisho.detection.evaluation.tasks import STOPPED, VIOLATION, Answer
from sekisho.detection.evaluation.transforms import TRANSFORMS, Transform
from sekisho.detection.types import Passage, Role

Talk = tuple[Passage, ...]
"""What one person says, in one message or several."""
Judge = Callable[[Sequence[Talk]], Sequence[Answer]]
"""Whoever answers each talk as a whole, in order."""

WRITTEN: Final = frozenset({Role.PROMPT, Role.TOOL_RESULT})
"""Who speaks where people choose the words: a model's own answers are not disguised by whoever asks."""

MEASURES: Final[Mapping[str, Callable[[Answer], bool]]] = {
    "caught": lambda answer: answer.decision in STOPPED | {"modify", "unsure"},
    "stopped": lambda answer: answer.decision in STOPPED,
    "violation": lambda answer: VIOLATION in answer.fired,
}
"""What it can mean that a text is found; see `Kept.measure`."""

Hits = NDArray[np.bool_]


def robustness(
    rows: Sequence[Row],
    judge: Judge,
    transforms: Sequence[Transform] = TRANSFORMS,
    plan: Plan | None = None,
    done: Callable[[], None] = lambda: None,
) -> tuple[Kept, ...]:
    """Return what each disguise does, in each language that it is for, by each measure; in the order of `transforms`.

    Rows are left out of which it is unknown whether they are harmful. The seed of `plan` is that of disguises and
    of resamples. `done` is told after each transform, and once before the first.
    """
    plan = plan or Plan()
    able = [row for row in rows if row.harmful is not None and row.role in WRITTEN]
    answers = judge([(row.passage,) for row in able])
    plain = {row.id: answer for row, answer in zip(able, answers, strict=True)}
    done()
    found: list[Kept] = []
    for transform in transforms:
        for language in transform.languages:
            own = [row for row in able if row.language == language]
            found += _measured(transform, language, own, plain, judge, plan)
        done()
    return tuple(found)


def _measured(
    transform: Transform,
    language: Lang,
    rows: Sequence[Row],
    plain: Mapping[str, Answer],
    judge: Judge,
    plan: Plan,
) -> Iterator[Kept]:
    changed = [
        (row, talk) for row in rows if (talk := _disguised(row, transform, language, plan)) != (row.passage,)
    ]
    if not changed:
        return
    said = judge([talk for _, talk in changed])
    answers = {row.id: answer for (row, _), answer in zip(changed, said, strict=True)}
    harmful = [row.id for row, _ in changed if row.harmful]
    harmless = [row.id for row, _ in changed if not row.harmful]
    for measure, counts in MEASURES.items():
        before, after = _hits(plain, harmful, counts), _hits(answers, harmful, counts)
        yield Kept(
            transform=transform.name,
            language=language,
            measure=measure,
            harmful=len(harmful),
            before=share(before, plan),
            after=share(after, plan),
            caught=int(before.sum()),
            kept=share(after[before], plan),
            harmless=len(harmless),
            harmless_before=share(_hits(plain, harmless, counts), plan),
            harmless_after=share(_hits(answers, harmless, counts), plan),
        )


def _disguised(row: Row, transform: Transform, language: Lang, plan: Plan) -> Talk:
    return tuple(replace(row.passage, text=turn) for turn in transform(row.text, language, plan.seed))


def _hits(answers: Mapping[str, Answer], ids: Sequence[str], counts: Callable[[Answer], bool]) -> Hits:
    return np.array([counts(answers[id]) for id in ids], np.bool_)
