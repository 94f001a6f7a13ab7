"""From logits to probabilities and thresholds, learned on sources that the model had not seen."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from sekisho.detection.card import Suggested
from sekisho.detection.detectors.scorer import LEAST, MOST
from sekisho.detection.labels import CLAUSES, DOMAINS, HEADS, STANDARDS, VIOLATION
from sekisho.detection.train.data import KNOWN, LEFT_OUT, NOT

Floats = NDArray[np.float32]
Table = dict[str, tuple[float, float, float]]

ENOUGH = 40
"""So many concerned texts a language needs for a calibration and thresholds of its own."""
ENOUGH_HARMFUL, ENOUGH_HARMLESS, ENOUGH_KINDS = 150, 300, 3
"""So many harmful and harmless texts, and sources of harmless ones, make a language measured (P-042)."""

ACT_SHARE, ASK_SHARE = 0.002, 0.02
"""Harmless texts on which one clause may act, and on which it may be unsure."""
BLOCK_SHARE = 0.005
"""Harmless texts of one language on which all standards together may act."""
LEAST_ACT = {"en": 0.9}
"""No clause acts below this probability in a language: English look-alikes ("blow up a photo") come that high."""
LEAST_ACT_ELSEWHERE, LEAST_ASK = 0.7, 0.2
LEAST_RECALL = 0.02
"""A clause that catches less than this at its threshold does not act on the score alone: it would be luck."""
NEVER = 1.0
STEPS = 12

_VIOLATION = HEADS.index(VIOLATION)


@dataclass(frozen=True, slots=True)
class Judged:
    """Rows with what a model that had not seen their source says of them."""

    logits: Floats
    targets: NDArray[np.int8]
    languages: NDArray[np.str_]
    weights: Floats
    sources: NDArray[np.str_]

    def of(self, language: str, known: frozenset[str]) -> NDArray[np.bool_]:
        """Return which rows are in `language`; `*` means in none of those known."""
        if language == "*":
            return ~np.isin(self.languages, sorted(known))
        return np.asarray(self.languages == language)

    @property
    def harmless(self) -> NDArray[np.bool_]:
        return np.asarray(self.targets[:, _VIOLATION] == NOT)


def measured_languages(judged: Judged) -> frozenset[str]:
    """Return the languages with enough harmful texts, and enough harmless ones of different kinds."""
    return frozenset(
        str(language) for language in np.unique(judged.languages) if _is_measured(judged, language)
    )


def _is_measured(judged: Judged, language: str) -> bool:
    inside = judged.languages == language
    harmless = inside & judged.harmless
    harmful = inside & (judged.targets[:, _VIOLATION] == KNOWN)
    kinds = len(np.unique(judged.sources[harmless]))
    return bool(
        harmful.sum() >= ENOUGH_HARMFUL and harmless.sum() >= ENOUGH_HARMLESS and kinds >= ENOUGH_KINDS
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
        found[inside] = np.clip(0.5 + 0.5 * np.tanh(linear / 2), LEAST, MOST)
    return found


def suggest(judged: Judged, found: Floats, languages: frozenset[str]) -> dict[str, dict[str, Suggested]]:
    """Return thresholds for each clause and language, strict enough that together they stop few harmless
    texts."""
    table: dict[str, dict[str, Suggested]] = {clause: {} for clause in CLAUSES}
    for language in (*sorted(languages), "*"):
        inside = judged.of(language, languages)
        acts = _acts(judged, found, inside, LEAST_ACT.get(language, LEAST_ACT_ELSEWHERE))
        for clause in CLAUSES:
            scores = _others(judged, found, clause, inside)
            ask = min(max(_above(scores, ASK_SHARE), LEAST_ASK), acts[clause])
            table[clause][language] = Suggested(acts[clause], ask)
    return table


def _acts(judged: Judged, found: Floats, inside: NDArray[np.bool_], least: float) -> dict[str, float]:
    """Return from where each clause acts in a language; never below the probability `least`.

    All standards begin with the same share of harmless texts. While they stop too many together, the
    standard whose next stricter threshold costs the least recall for each harmless text let go becomes
    stricter. `NEVER` comes last: it is for when nothing else is left.
    """
    harmless = found[inside & judged.harmless]
    steps = {clause: _steps(judged, found, clause, inside, least) for clause in CLAUSES}
    at = dict.fromkeys(CLAUSES, 0)

    def acts(stricter: str = "") -> dict[str, float]:
        return {clause: steps[clause][at[clause] + (clause == stricter)][0] for clause in CLAUSES}

    while (stopped := _stopped(harmless, acts())) > BLOCK_SHARE:
        is_gentle = any(at[clause] + 2 < len(steps[clause]) for clause in STANDARDS)
        costs = {}
        for clause in STANDARDS:
            if at[clause] + 1 < len(steps[clause]) - is_gentle:
                freed = stopped - _stopped(harmless, acts(clause))
                lost = steps[clause][at[clause]][1] - steps[clause][at[clause] + 1][1]
                costs[clause] = (lost + 1e-4) / (freed + 1e-9)
        at[min(costs, key=lambda clause: costs[clause])] += 1
    return acts()


def _steps(
    judged: Judged, found: Floats, clause: str, inside: NDArray[np.bool_], least: float
) -> list[tuple[float, float]]:
    """Return ever stricter thresholds of a clause with their recall; the last is `NEVER`."""
    column = CLAUSES.index(clause)
    concerned = found[inside & (judged.targets[:, HEADS.index(clause)] == KNOWN), column]
    others = _others(judged, found, clause, inside)
    steps = []
    for power in range(STEPS):
        threshold = max(_above(others, ACT_SHARE * 0.75**power), least)
        recall = float((concerned >= threshold).mean()) if concerned.size else 0.0
        if threshold < NEVER and concerned.size >= ENOUGH and recall >= LEAST_RECALL:
            steps.append((threshold, recall))
    return [*steps, (NEVER, 0.0)]


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


def _above(scores: Floats, share: float) -> float:
    """Return a threshold, in ten-thousandths, that at most this share of the scores reaches."""
    if not scores.size:
        return NEVER
    ordered = np.sort(scores)[::-1]
    reached = float(ordered[int(scores.size * share)])
    return round(min(math.floor(reached * 10_000 + 1) / 10_000, NEVER), 4)


def _stopped(found: Floats, acts: dict[str, float]) -> float:
    """Return the share of texts on which any standard acts."""
    limits = np.array([acts[clause] for clause in STANDARDS])
    return float((found[:, : len(STANDARDS)] >= limits).any(axis=1).mean()) if len(found) else 0.0
