"""Whether anything is violated: the one question that every measurement can be compared by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sekisho.detection.card import Headline
from sekisho.detection.evaluation import measures
from sekisho.detection.evaluation.resampling import interval, share_interval
from sekisho.detection.labels import HEADS, VIOLATION
from sekisho.detection.train.calibrate import Judged
from sekisho.detection.train.data import KNOWN

Floats = NDArray[np.float32]
Measure = Callable[[measures.Counts, measures.Counts], measures.Floats]

UNSEEN = "unseen sources"
"""Each source judged by a model that had seen no row of it."""
RESAMPLES = 200
FEWEST, FEWEST_OWN = 40, 100
"""Texts that a measurement needs; harmless ones that let a source be measured against itself."""
LANGUAGES = ("en", "ja")


def headlines(
    judged: Judged, violation: Floats, where: str, seed: int, by_source: bool = True
) -> tuple[Headline, ...]:
    """Return how well the probabilities `violation` tell, for each language over all rows and for each source."""
    return tuple(_headlines(judged, violation, where, seed, by_source))


def _headlines(
    judged: Judged, violation: Floats, where: str, seed: int, by_source: bool
) -> Iterator[Headline]:
    violating = judged.targets[:, HEADS.index(VIOLATION)] == KNOWN
    for language in LANGUAGES:
        inside = judged.languages == language
        yes, no = violation[inside & violating], violation[inside & judged.harmless]
        if min(yes.size, no.size) < FEWEST:
            continue
        yield _headline(language, where, "*", yes, no, seed, _calibration_error(yes, no))
        for source in np.unique(judged.sources[inside & violating]) if by_source else ():
            own = inside & (judged.sources == source)
            yes, no = violation[own & violating], violation[own & judged.harmless]
            if no.size < FEWEST_OWN:
                no = violation[inside & judged.unmixed]
            if yes.size >= FEWEST:
                yield _headline(language, where, str(source), yes, no, seed, 0.0)


def _headline(
    language: str, where: str, source: str, yes: Floats, no: Floats, seed: int, error: float
) -> Headline:
    auroc = interval(*_resampled(yes, no, seed, measures.auroc))
    found = _resampled(yes, no, seed, partial(measures.recall_at, share=0.01))
    recall = share_interval(*found, yes.size)
    assert auroc is not None  # there are texts of both kinds
    assert recall is not None
    return Headline(language, where, source, yes.size, no.size, auroc, recall, round(error, 4))


def _resampled(yes: Floats, no: Floats, seed: int, measure: Measure) -> tuple[float, NDArray[np.float64]]:
    """Return what is measured, and the same of resamples of both kinds."""
    _, places = measures.levels(np.concatenate((yes, no)).astype(np.float64))
    count = int(places.max()) + 1
    draw = np.random.default_rng(seed)

    def measured(one: NDArray[np.intp], other: NDArray[np.intp]) -> float:
        return float(measure(np.bincount(one, minlength=count), np.bincount(other, minlength=count)))

    one, other = places[: yes.size], places[yes.size :]
    drawn = [measured(draw.choice(one, one.size), draw.choice(other, other.size)) for _ in range(RESAMPLES)]
    return measured(one, other), np.array(drawn)


def _calibration_error(yes: Floats, no: Floats) -> float:
    values, places = measures.levels(np.concatenate((yes, no)).astype(np.float64))
    one = np.bincount(places[: yes.size], minlength=values.size)
    other = np.bincount(places[yes.size :], minlength=values.size)
    return float(measures.calibration_error(one, other, values))
