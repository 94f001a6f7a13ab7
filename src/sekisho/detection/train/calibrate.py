"""From logits to probabilities and thresholds, learned on sources that the model had not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from sekisho.detection.card import Suggested
from sekisho.detection.labels import CLAUSES, DOMAINS, HEADS, STANDARDS, VIOLATION
from sekisho.detection.train.data import KNOWN, LEFT_OUT, NOT

Floats = NDArray[np.float32]
Table = dict[str, tuple[float, float, float]]

ENOUGH = 40
"""So many concerned texts a language needs for a calibration and thresholds of its own."""
ENOUGH_HARMFUL, ENOUGH_HARMLESS = 150, 300
"""So many texts of each kind make a language measured (P-042)."""

ACT_SHARE, ASK_SHARE = 0.002, 0.02
"""Harmless texts on which one clause may act, and on which it may be unsure."""
BLOCK_SHARE = 0.005
"""Harmless texts of one language on which all standards together may act."""
LEAST_ACT, LEAST_ASK = 0.5, 0.2
LEAST_RECALL = 0.02
"""A clause that catches less than this at its threshold does not act on the score alone: it would be luck."""
NEVER = 1.0

_VIOLATION = HEADS.index(VIOLATION)


@dataclass(frozen=True, slots=True)
class Judged:
    """Rows with what a model that had not seen their source says of them."""

    logits: Floats
    targets: NDArray[np.int8]
    languages: NDArray[np.str_]
    weights: Floats

    def of(self, language: str, known: frozenset[str]) -> NDArray[np.bool_]:
        """Return which rows are in `language`; `*` means in none of those known."""
        if language == "*":
            return ~np.isin(self.languages, sorted(known))
        return np.asarray(self.languages == language)

    @property
    def harmless(self) -> NDArray[np.bool_]:
        return np.asarray(self.targets[:, _VIOLATION] == NOT)


def measured_languages(judged: Judged) -> frozenset[str]:
    """Return the languages with enough harmful and enough harmless texts."""
    harmful = judged.targets[:, _VIOLATION] == KNOWN
    return frozenset(
        str(language)
        for language in np.unique(judged.languages)
        if (harmful & (judged.languages == language)).sum() >= ENOUGH_HARMFUL
        and (judged.harmless & (judged.languages == language)).sum() >= ENOUGH_HARMLESS
    )


def calibrate(judged: Judged, languages: frozenset[str]) -> dict[str, Table]:
    """Return Platt's two-parameter fit for each clause over all rows (`*`), and for each language with
    enough rows.

    Source: J. Platt, Probabilistic Outputs for Support Vector Machines (1999). A standard's fit takes the
    logit of the violation head as a second input: the topic of a standard without any sign of harm is not a
    violation.
    """
    everything = np.ones(len(judged.targets), bool)
    tables: dict[str, Table] = {"*": {clause: _platt(judged, clause, everything) for clause in CLAUSES}}
    for language in sorted(languages):
        inside = judged.of(language, languages)
        tables[language] = {
            clause: _platt(judged, clause, inside)
            for clause in CLAUSES
            if (judged.targets[inside, HEADS.index(clause)] == KNOWN).sum() >= ENOUGH
        }
    return tables


def probabilities(judged: Judged, tables: dict[str, Table], languages: frozenset[str]) -> Floats:
    """Return the calibrated probability of each row and clause, as the scorer would."""
    found = np.zeros((len(judged.targets), len(CLAUSES)), np.float32)
    for language in (*sorted(languages), "*"):
        inside = judged.of(language, languages)
        own, violation, shift = np.array([(tables["*"] | tables[language])[clause] for clause in CLAUSES]).T
        logits = judged.logits[inside]
        linear = logits[:, : len(CLAUSES)] * own + logits[:, _VIOLATION, None] * violation + shift
        found[inside] = np.clip(1 / (1 + np.exp(-linear)), 0.001, 0.999)
    return found


def suggest(judged: Judged, found: Floats, languages: frozenset[str]) -> dict[str, dict[str, Suggested]]:
    """Return thresholds for each clause and language, strict enough that together they stop few harmless
    texts."""
    table: dict[str, dict[str, Suggested]] = {clause: {} for clause in CLAUSES}
    for language in (*sorted(languages), "*"):
        inside = judged.of(language, languages)
        share = ACT_SHARE
        while True:
            acts = {clause: _act(judged, found, clause, inside, share) for clause in CLAUSES}
            if _stopped(found[inside & judged.harmless], acts) <= BLOCK_SHARE:
                break
            share *= 0.8
        for clause in CLAUSES:
            scores = _others(judged, found, clause, inside)
            ask = min(max(_above(scores, ASK_SHARE), LEAST_ASK), acts[clause])
            table[clause][language] = Suggested(acts[clause], ask)
    return table


def _platt(judged: Judged, clause: str, inside: NDArray[np.bool_]) -> tuple[float, float, float]:
    head = HEADS.index(clause)
    used = inside & (judged.targets[:, head] != LEFT_OUT)
    wanted = judged.targets[used, head] == KNOWN
    if not wanted.any():
        return 0.0, 0.0, -20.0
    columns = [head] if clause in DOMAINS else [head, _VIOLATION]
    slopes, shift = _logistic(judged.logits[used][:, columns], wanted, judged.weights[used])
    if min(slopes) < 0 and len(columns) == 2:  # more signs of harm must never lower a probability
        slopes, shift = _logistic(judged.logits[used][:, [head]], wanted, judged.weights[used])
    if min(slopes) < 0:
        return 0.0, 0.0, float(np.log(wanted.mean()))
    own, violation = (*slopes, 0.0)[:2]
    return round(own, 4), round(violation, 4), round(shift, 4)


def _logistic(inputs: Floats, wanted: NDArray[np.bool_], weights: Floats) -> tuple[list[float], float]:
    model = LogisticRegression(C=1e4, max_iter=200)
    model.fit(inputs.astype(np.float64), wanted, sample_weight=weights)
    return [float(slope) for slope in model.coef_[0]], float(model.intercept_[0])


def _others(judged: Judged, found: Floats, clause: str, inside: NDArray[np.bool_]) -> Floats:
    """Return the scores of the harmless texts that the clause does not concern."""
    used = inside & judged.harmless & (judged.targets[:, HEADS.index(clause)] == NOT)
    return np.asarray(found[used, CLAUSES.index(clause)], np.float32)


def _act(judged: Judged, found: Floats, clause: str, inside: NDArray[np.bool_], share: float) -> float:
    column = CLAUSES.index(clause)
    concerned = found[inside & (judged.targets[:, HEADS.index(clause)] == KNOWN), column]
    threshold = max(_above(_others(judged, found, clause, inside), share), LEAST_ACT)
    weak = concerned.size < ENOUGH or (concerned >= threshold).mean() < LEAST_RECALL
    return NEVER if weak or threshold >= 0.999 else threshold


def _above(scores: Floats, share: float) -> float:
    """Return a threshold, in thousandths, that at most this share of the scores reaches."""
    if not scores.size:
        return NEVER
    ordered = np.sort(scores)[::-1]
    return float(min(np.floor(ordered[int(scores.size * share)] * 1000 + 1) / 1000, NEVER))


def _stopped(found: Floats, acts: dict[str, float]) -> float:
    """Return the share of texts on which any standard acts."""
    limits = np.array([acts[clause] for clause in STANDARDS])
    return float((found[:, : len(STANDARDS)] >= limits).any(axis=1).mean()) if len(found) else 0.0
