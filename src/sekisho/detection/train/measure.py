"""How well a model does: for each clause and language, with intervals (P-043)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sekisho.detection.card import Blocked, Interval, Metric, Suggested
from sekisho.detection.labels import CLAUSES, HEADS, STANDARDS, VIOLATION
from sekisho.detection.train.calibrate import Judged
from sekisho.detection.train.data import KNOWN, NOT

Floats = NDArray[np.float32]
Thresholds = dict[str, dict[str, Suggested]]

RESAMPLES = 200
FEWEST = 5
"""Fewer concerned texts than this are not reported: the figure would mean nothing."""


def metrics(
    judged: Judged, found: Floats, thresholds: Thresholds, languages: frozenset[str], where: str, seed: int
) -> tuple[Metric, ...]:
    """Return a line for each clause and language with enough texts, in the order of clauses."""
    lines = []
    for column, clause in enumerate(CLAUSES):
        for language in (*sorted(languages), "*"):
            inside = judged.of(language, languages)
            target = judged.targets[:, HEADS.index(clause)]
            concerned = found[inside & (target == KNOWN), column]
            others = found[inside & (target == NOT) & judged.harmless, column]
            if concerned.size >= FEWEST and others.size >= FEWEST:
                act = thresholds[clause][language].act
                lines.append(_metric(clause, language, where, concerned, others, act, seed))
    return tuple(lines)


def blocked(
    judged: Judged, found: Floats, thresholds: Thresholds, languages: frozenset[str], where: str, seed: int
) -> tuple[Blocked, ...]:
    """Return for each language which share of ordinary texts, of look-alikes and of violating texts the standards stop
    together."""
    lines = []
    kinds = {"ordinary": judged.ordinary, "look-alikes": judged.look_alikes}
    for language in (*sorted(languages), "*"):
        inside = judged.of(language, languages)
        acts = np.array([thresholds[clause][language].act for clause in STANDARDS])
        stopped = np.asarray((found[:, : len(STANDARDS)] >= acts).any(axis=1))
        violating = stopped[inside & (judged.targets[:, HEADS.index(VIOLATION)] == KNOWN)]
        for kind, members in kinds.items():
            harmless = stopped[inside & members]
            if min(harmless.size, violating.size) >= FEWEST:
                shares = _share(harmless, seed), _share(violating, seed)
                lines.append(Blocked(language, where, harmless.size, *shares, violating.size, kind))
    return tuple(lines)


def _metric(
    clause: str, language: str, where: str, concerned: Floats, others: Floats, act: float, seed: int
) -> Metric:
    hits, false = int((concerned >= act).sum()), int((others >= act).sum())
    return Metric(
        clause=clause,
        language=language,
        measured_on=where,
        concerned=concerned.size,
        others=others.size,
        precision=round(hits / (hits + false), 3) if hits + false else 0.0,
        recall=round(hits / concerned.size, 3),
        recall_at_1_percent=_recall_at(concerned, others, 0.01, seed),
        recall_at_0_1_percent=_recall_at(concerned, others, 0.001, seed),
    )


def _recall_at(concerned: Floats, others: Floats, share: float, seed: int) -> Interval:
    """Return recall where this share of the others fires, resampling both kinds."""
    random = np.random.default_rng(seed)
    draws = [
        _recall(random.choice(concerned, concerned.size), random.choice(others, others.size), share)
        for _ in range(RESAMPLES)
    ]
    return _interval(_recall(concerned, others, share), draws)


def _recall(concerned: Floats, others: Floats, share: float) -> float:
    at = others.size - 1 - int(others.size * share)
    return float((concerned > np.partition(others, at)[at]).mean())


def _share(hits: NDArray[np.bool_], seed: int) -> Interval:
    random = np.random.default_rng(seed)
    return _interval(
        float(hits.mean()), [float(random.choice(hits, hits.size).mean()) for _ in range(RESAMPLES)]
    )


def _interval(value: float, draws: list[float]) -> Interval:
    low, high = np.quantile(draws, (0.025, 0.975))
    return Interval(round(value, 4), round(float(low), 4), round(float(high), 4))
