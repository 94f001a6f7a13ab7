"""From logits to probabilities and thresholds, learned on sources that the model had not seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from sekisho.detection.card import Suggested
from sekisho.detection.labels import CLAUSES, DOMAINS, HEADS, STANDARDS, VIOLATION
from sekisho.detection.train.data import KNOWN, LEFT_OUT, LOOK_ALIKES, NOT

Floats = NDArray[np.float32]
Table = dict[str, tuple[float, float, float]]

ENOUGH = 40
"""So many concerned texts a language needs for a calibration and thresholds of its own."""
ENOUGH_HARMFUL, ENOUGH_HARMLESS, ENOUGH_KINDS = 150, 300, 3
"""So many harmful and harmless texts, and sources of harmless ones, make a language measured (P-042)."""

ACT_SHARE = 0.0005
"""Harmless texts on which a domain may act."""
FIRST_SHARE, FALL, STEPS = 0.02, 0.75, 26
"""Harmless texts on which a standard acts at first; what is left of them from one step to the next; how many steps
there are at most. The last are at less than one text in fifty thousand."""
ASK_SHARES = (0.02, 0.015, 0.01, 0.007, 0.005, 0.003, 0.002, 0.0015, 0.001, 0.0005)
"""Ordinary texts on which one clause may be unsure: the first with which all together ask seldom enough."""
BLOCK_SHARE, ASKED_SHARE = 0.002, 0.015
"""Ordinary texts of one language on which all standards together may act, and about which they may ask. A part of
what a product may do (0.5 % and 2 %): the rules act and ask as well."""
LOOK_ALIKE_SHARE = 0.045
"""Look-alikes on which all standards together may act, a little less than a product may (5 %)."""
SOURCE_SHARE, ENOUGH_OF_SOURCE = 0.05, 100
"""Texts of any one source of nothing but look-alikes on which they may act, where it has so many: who writes prompts of
that kind all day is not to pay for the average."""
LEAST_ACT, LEAST_ASK = 0.85, 0.2
"""No clause acts, and nobody is asked, below these probabilities."""
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
    sources: NDArray[np.str_]

    def only(self, kept: NDArray[np.bool_]) -> Judged:
        """Return some of the rows."""
        return Judged(*(getattr(self, field.name)[kept] for field in fields(self)))

    def of(self, language: str, known: frozenset[str]) -> NDArray[np.bool_]:
        """Return which rows are in `language`; `*` means in none of those known."""
        if language == "*":
            return ~np.isin(self.languages, sorted(known))
        return np.asarray(self.languages == language)

    @property
    def harmless(self) -> NDArray[np.bool_]:
        return np.asarray(self.targets[:, _VIOLATION] == NOT)

    @property
    def unmixed(self) -> NDArray[np.bool_]:
        """Harmless rows of sources without any violating row."""
        violating = np.unique(self.sources[self.targets[:, _VIOLATION] == KNOWN])
        return np.asarray(self.harmless & ~np.isin(self.sources, violating))

    @property
    def look_alikes(self) -> NDArray[np.bool_]:
        """Harmless rows that were mostly chosen or written to look like violating ones: of sources that hold such too,
        and of those that are known for it."""
        return np.asarray(self.harmless & ~self.ordinary)

    @property
    def ordinary(self) -> NDArray[np.bool_]:
        """Harmless rows as they come: of all other sources."""
        return np.asarray(self.unmixed & ~np.isin(self.sources, sorted(LOOK_ALIKES)))


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
    """Return Platt's two-parameter fit for each head over all rows (`*`), and for each language with
    enough rows.

    Source: J. Platt, Probabilistic Outputs for Support Vector Machines (1999). A standard's fit takes the
    logit of the violation head as a second input: the topic of a standard without any sign of harm is not a
    violation.
    """
    everything = np.ones(len(judged.targets), bool)
    tables: dict[str, Table] = {"*": {head: _platt(judged, head, everything) for head in HEADS}}
    for language in sorted(languages):
        inside = judged.of(language, languages)
        tables[language] = {
            head: _platt(judged, head, inside)
            for head in HEADS
            if (judged.targets[inside, HEADS.index(head)] == KNOWN).sum() >= ENOUGH
        }
    return tables


def log_odds(judged: Judged, tables: dict[str, Table], languages: frozenset[str]) -> Floats:
    """Return the calibrated log-odds of each row and head, as the quick step would."""
    found = np.zeros((len(judged.targets), len(HEADS)), np.float32)
    for language in (*sorted(languages), "*"):
        inside = judged.of(language, languages)
        own, violation, shift = np.array([(tables["*"] | tables[language])[head] for head in HEADS]).T
        logits = judged.logits[inside]
        found[inside] = logits * own + logits[:, _VIOLATION, None] * violation + shift
    return found


def suggest(judged: Judged, found: Floats, languages: frozenset[str]) -> dict[str, dict[str, Suggested]]:
    """Return thresholds for each clause and language, strict enough that together they stop few harmless texts and
    ask about few."""
    table: dict[str, dict[str, Suggested]] = {clause: {} for clause in CLAUSES}
    for language in (*sorted(languages), "*"):
        inside = judged.of(language, languages)
        acts = _acts(judged, found, inside, LEAST_ACT)
        # Of other languages there is too little ordinary text of different kinds to do without look-alikes.
        spared = judged.ordinary if language != "*" else judged.unmixed
        asks = _asks(judged, found, inside, acts, spared)
        for clause in CLAUSES:
            table[clause][language] = Suggested(acts[clause], asks[clause])
    return table


def _asks(
    judged: Judged,
    found: Floats,
    inside: NDArray[np.bool_],
    acts: dict[str, float],
    spared: NDArray[np.bool_],
) -> dict[str, float]:
    """Return from where a judge is asked about each clause: the most generous shares with which all standards
    together ask about few of the texts to be spared."""
    few = found[inside & spared]
    asks = dict(acts)
    for share in ASK_SHARES:
        for clause in CLAUSES:
            counted = judged.harmless if clause in DOMAINS else spared
            scores = _others(judged, found, clause, inside & counted)
            asks[clause] = min(max(_above(scores, share), LEAST_ASK), acts[clause])
        if _stopped(few, asks) - _stopped(few, acts) <= ASKED_SHARE:
            break
    return asks


def _acts(judged: Judged, found: Floats, inside: NDArray[np.bool_], least: float) -> dict[str, float]:
    """Return from where each clause acts in a language; never below the probability `least`.

    Domains act each on their share. All standards begin generously. While together they stop too many texts of any
    group that is counted, the standard whose next stricter threshold costs the least recall for each text let go
    becomes stricter. `NEVER` comes last: it is for when nothing else is left.
    """
    domains = {clause: _steps(judged, found, clause, inside, least, [ACT_SHARE])[0][0] for clause in DOMAINS}
    shares = [FIRST_SHARE * FALL**power for power in range(STEPS)]
    steps = {clause: _steps(judged, found, clause, inside, least, shares) for clause in STANDARDS}
    spared = _spared(judged, found, inside)
    at = dict.fromkeys(STANDARDS, 0)

    def acts(stricter: str = "") -> dict[str, float]:
        return domains | {clause: steps[clause][at[clause] + (clause == stricter)][0] for clause in STANDARDS}

    def excess(limits: dict[str, float]) -> float:
        """How far beyond what they may the standards stop texts; 0 when they do not."""
        return sum(max(_stopped(texts, limits) / share - 1, 0.0) for texts, share in spared)

    while (beyond := excess(acts())) > 0:
        is_gentle = any(at[clause] + 2 < len(steps[clause]) for clause in STANDARDS)
        costs = {}
        for clause in STANDARDS:
            if at[clause] + 1 < len(steps[clause]) - is_gentle:
                freed = beyond - excess(acts(clause))
                lost = steps[clause][at[clause]][1] - steps[clause][at[clause] + 1][1]
                costs[clause] = (lost + 1e-4) / (freed + 1e-9)
        at[min(costs, key=lambda clause: costs[clause])] += 1
    return acts()


def _spared(judged: Judged, found: Floats, inside: NDArray[np.bool_]) -> list[tuple[Floats, float]]:
    """Return groups of harmless texts with the share of each that may be stopped."""
    groups = [
        (found[inside & judged.ordinary], BLOCK_SHARE),
        (found[inside & judged.look_alikes], LOOK_ALIKE_SHARE),
    ]
    alone = (found[inside & judged.harmless & (judged.sources == name)] for name in sorted(LOOK_ALIKES))
    return groups + [(texts, SOURCE_SHARE) for texts in alone if len(texts) >= ENOUGH_OF_SOURCE]


def _steps(
    judged: Judged,
    found: Floats,
    clause: str,
    inside: NDArray[np.bool_],
    least: float,
    shares: Sequence[float],
) -> list[tuple[float, float]]:
    """Return ever stricter thresholds of a clause with their recall, one for each share of the harmless texts that may
    reach it; the last is `NEVER`."""
    column = CLAUSES.index(clause)
    concerned = found[inside & (judged.targets[:, HEADS.index(clause)] == KNOWN), column]
    others = _others(judged, found, clause, inside & judged.harmless)
    steps: list[tuple[float, float]] = []
    for share in shares:
        threshold = max(_above(others, share), least)
        recall = float((concerned >= threshold).mean()) if concerned.size else 0.0
        is_next = not steps or threshold > steps[-1][0]
        if is_next and threshold < NEVER and concerned.size >= ENOUGH and recall >= LEAST_RECALL:
            steps.append((threshold, recall))
    return [*steps, (NEVER, 0.0)]


def _platt(judged: Judged, name: str, inside: NDArray[np.bool_]) -> tuple[float, float, float]:
    head = HEADS.index(name)
    used = inside & (judged.targets[:, head] != LEFT_OUT)
    wanted = judged.targets[used, head] == KNOWN
    if not wanted.any():
        return 0.0, 0.0, -20.0
    columns = [head, _VIOLATION] if name in STANDARDS else [head]
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


def _others(judged: Judged, found: Floats, clause: str, counted: NDArray[np.bool_]) -> Floats:
    """Return the scores of those texts that a clause does not concern."""
    used = counted & (judged.targets[:, HEADS.index(clause)] == NOT)
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
