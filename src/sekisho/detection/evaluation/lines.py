"""Questions measured: each task becomes a line, and lines of one kind a mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sekisho.detection.card import Interval
from sekisho.detection.evaluation import measures
from sekisho.detection.evaluation.measures import Floats
from sekisho.detection.evaluation.resampling import Plan, draws, interval, share_interval
from sekisho.detection.evaluation.results import FEWEST, NEEDS, Curves, Line, Macro
from sekisho.detection.evaluation.tasks import Counted, Task
from sekisho.detection.labels import DOMAINS, STANDARDS

POINTS: Final = 160
"""Points that a drawn curve keeps."""

_OF: Final[Mapping[str, Callable[[Counted, Floats], Floats]]] = {
    "precision": lambda all, _: measures.precision(all.hits, all.false),
    "recall": lambda all, _: all.hits / all.yes.sum(axis=-1),
    "f1": lambda all, _: measures.f1(all.hits, all.false, all.yes.sum(axis=-1)),
    "auprc": lambda all, _: measures.average_precision(all.yes, all.no),
    "auroc": lambda all, _: measures.auroc(all.yes, all.no),
    "recall_at_1_percent": lambda all, _: measures.recall_at(all.yes, all.no, 0.01),
    "recall_at_0_1_percent": lambda all, _: measures.recall_at(all.yes, all.no, 0.001),
    "calibration_error": lambda all, values: measures.calibration_error(all.yes, all.no, values),
}
_SHARES: Final = frozenset({"recall", "recall_at_1_percent", "recall_at_0_1_percent"})
"""Measures that are shares of the concerned texts."""


@dataclass(frozen=True)
class Measured:
    """A line, and what its resamples gave, by measure."""

    line: Line
    resampled: Mapping[str, Floats]


def measured(of: Task, plan: Plan) -> Measured:
    """Measure one task, and how sure each figure is."""
    values = statistics(of, of.counted())
    sizes = of.yes.size, of.no.size
    parts = [statistics(of, of.counted(draw)) for draw in draws(*sizes, plan)] if values else []
    resampled = {name: np.concatenate([part[name] for part in parts]) for name in values}
    told = {name: _sure(name, float(values[name][0]), resampled[name], of) for name in values}
    found = dict.fromkeys(NEEDS) | told
    return Measured(Line(of.question, of.language, of.group, *sizes, found, _curves(of)), resampled)


def _sure(name: str, value: float, resampled: Floats, of: Task) -> Interval | None:
    return share_interval(value, resampled, of.yes.size) if name in _SHARES else interval(value, resampled)


def macros(measured: Sequence[Measured]) -> Iterator[Macro]:
    """Yield the mean over standards, and over domains, in each language in which any has texts enough."""
    for of, questions in (("standards", STANDARDS), ("domains", DOMAINS)):
        for language in dict.fromkeys(each.line.language for each in measured):
            inside = [
                each
                for each in measured
                if each.line.question in questions
                and each.line.language == language
                and each.line.measures["auroc"]
            ]
            if inside:
                names = tuple(each.line.question for each in inside)
                yield Macro(of, language, names, _mean(inside, "f1"), _mean(inside, "auroc"))


def _mean(measured: Sequence[Measured], name: str) -> Interval:
    values = [told.value for each in measured if (told := each.line.measures[name])]
    resampled = np.mean([each.resampled[name] for each in measured], axis=0)
    told = interval(float(np.mean(values)), resampled)
    assert told is not None  # where there is an AUROC, there are texts enough for both
    return told


def statistics(of: Task, all: Counted) -> dict[str, Floats]:
    """Return each measure for which there are texts enough, with a value for each resample."""
    enough = (
        name for name, needs in NEEDS.items() if of.yes.size >= needs.concerned and of.no.size >= needs.others
    )
    return {name: np.atleast_1d(_OF[name](all, of.values)) for name in enough}


def _curves(of: Task) -> Curves | None:
    """The drawings' points; only where both kinds are enough for a curve to mean something."""
    if min(of.yes.size, of.no.size) < FEWEST:
        return None
    all = of.counted()
    return Curves(
        roc=_thinned(*measures.roc(all.yes, all.no)),
        precision_recall=_thinned(*measures.precision_recall(all.yes, all.no)),
        reliability=measures.reliability(all.yes, all.no, of.values),
        concerned_histogram=measures.histogram(of.values, all.yes),
        others_histogram=measures.histogram(of.values, all.no),
    )


def _thinned(x: Floats, y: Floats) -> tuple[tuple[float, float], ...]:
    """The points of a curve, every so many of them along its own length; the ends always."""
    steps = np.abs(np.diff(x)) + np.abs(np.diff(y)) + 1e-12
    along = np.concatenate(([0.0], np.cumsum(steps)))
    wanted = np.searchsorted(along, np.linspace(0, along[-1], POINTS)).clip(0, len(x) - 1)
    low = np.flatnonzero(x <= 0.02)  # a logarithmic axis shows these apart
    kept = np.unique(np.concatenate((wanted, low[:: max(1, len(low) // POINTS)])))
    return tuple((round(float(x[at]), 5), round(float(y[at]), 4)) for at in kept)
