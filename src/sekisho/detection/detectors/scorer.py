"""The local scorer: for each clause a calibrated probability, from the words alone, in some ten microseconds.

    text ─▶ windows ─▶ hashed n-grams ─▶ Σ weights (int8, memory-mapped) ─▶ calibration ─▶ probabilities

One addition per n-gram and clause is all it does. It is quick and sees every text; it knows no context, so
its thresholds come from the pack and a judge is asked in between (P-040, P-043).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sekisho.detection.card import Card, ModelError, damaged, missing, read_card
from sekisho.detection.features import BUCKETS, FEATURES_VERSION, Buckets, Features, features, features_apart
from sekisho.detection.labels import CLAUSES, HEADS, VIOLATION
from sekisho.detection.normalise import Normalised, normalise
from sekisho.detection.types import EVERY_CLAUSE, Finding, Outcome, Passage, Role, Span
from sekisho.detection.windows import WHOLE, joined, pieces, windows

SHIPPED = Path(__file__).parent.parent / "models" / "baseline-1"
"""The model that comes with this version."""

COLUMNS = 24
"""Columns of the weights: the heads, and padding so that a row is three machine words."""

FLOOR = 0.2
"""Below this probability nothing is said; no pack has a threshold there."""

LEAST, MOST = 0.0001, 0.9999
"""A linear model is never surer than this; a pack's threshold of 1 therefore means "never on the score
alone"."""

CANARY_TOLERANCE = 0.02
"""How far a canary's score may be from the card's: rounding differs between machines, meaning does not."""

WINDOWS_AT_ONCE = 32
"""So many windows are hashed together: a long text takes memory for these, not for all of it."""

TEXTS_AT_ONCE = 16
"""So many short texts are read together: as many characters as in the windows that are hashed together."""

ADDED_AT_ONCE = 3
"""So many windows are added up together, sharing numpy's calls. Measured: three cover a usual passage,
and eight at once took up to twice as long over 8,000 Japanese characters."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WindowScores:
    """Calibrated probabilities of each window of a text."""

    spans: tuple[tuple[int, int], ...]
    probabilities: Floats
    """Shape (windows, clauses), columns in the order of `labels.CLAUSES`."""


@dataclass(frozen=True, slots=True)
class _Calibration:
    """How added-up weights become log-odds in one language. Calibration is linear up to its last step, so it is
    one matrix with the scales of the weights: eight short numpy calls fewer per passage."""

    matrix: Floats
    """Shape (columns, clauses)."""
    shift: Floats

    def log_odds(self, totals: Floats) -> Floats:
        """Return log-odds, shape (windows, clauses), for totals of shape (windows, columns)."""
        return np.asarray(totals @ self.matrix + self.shift)


def _scale(count: int) -> float:
    """What a sum over so many features is multiplied by, so that length by itself counts for little."""
    return float(max(count, 1) ** -0.5)


def _probabilities(log_odds: Floats) -> Floats:
    return np.asarray(np.clip(0.5 + 0.5 * np.tanh(log_odds / 2), LEAST, MOST), np.float32)


_PIECES = pieces(ADDED_AT_ONCE)
_VIOLATION = HEADS.index(VIOLATION)
_FLOOR_LOG_ODDS = math.log(FLOOR / (1 - FLOOR))


class Scorer:
    """The scorer as a detector. Immutable after `load`, so any number of threads may call it."""

    name = "scorer"

    def __init__(self, card: Card, weights: NDArray[np.int8]) -> None:
        self.card = card
        self.version = f"{card.name}-{card.version}"
        self.languages = frozenset(card.languages)
        self._weights = weights
        self._calibration = {language: _calibration(card, language) for language in card.calibration}
        self._ones = np.ones(4096, np.float32)
        self.complaint = self._self_test()

    def healthy(self) -> bool:
        """Return whether the canaries read as the card says, now; `complaint` tells what was wrong at
        load."""
        return not self._self_test()

    def find(self, passage: Passage) -> tuple[Finding, ...]:
        """Return a finding for each clause that reaches `FLOOR` in some window, in order of position.

        A scorer that failed its self-test at load answers with one `ERROR` finding for every clause.
        """
        return self.find_in(normalise(passage.text), passage)

    def find_in(self, reading: Normalised, passage: Passage) -> tuple[Finding, ...]:
        """As `find`, with the normalising already done: what is hidden in a word does not change its
        score."""
        return self.find_in_all((reading,), (passage,))[0]

    def find_in_all(
        self, readings: Sequence[Normalised], passages: Sequence[Passage]
    ) -> list[tuple[Finding, ...]]:
        """As `find_in`, for several passages at once: short ones are hashed and added up together."""
        if self.complaint:
            code = "self_test_failed"
            error = Finding(EVERY_CLAUSE, self.name, Outcome.ERROR, 0.0, code, version=self.version)
            return [(error,)] * len(passages)
        texts = [reading.text for reading in readings]
        if 1 < len(texts) <= TEXTS_AT_ONCE and max(map(len, texts)) <= WHOLE:
            spans = [(0, 0)]  # of one window nobody asks where it is
            log_odds = self._log_odds_apart(self._of_texts(texts), [passage.language for passage in passages])
            return [
                self._said(reading, spans, odds) if greatest >= _FLOOR_LOG_ODDS else ()
                for reading, odds, greatest in zip(
                    readings, log_odds, log_odds.max(axis=(1, 2)).tolist(), strict=True
                )
            ]
        return [
            self._said(reading, *self._read(reading.text, passage.language))
            for reading, passage in zip(readings, passages, strict=True)
        ]

    def _said(
        self, reading: Normalised, spans: list[tuple[int, int]], log_odds: Floats
    ) -> tuple[Finding, ...]:
        """The findings on a text whose windows have these log-odds."""
        if log_odds.max() < _FLOOR_LOG_ODDS:
            return ()  # as on nearly all passages: no need for probabilities
        found, best = _probabilities(log_odds.max(axis=0)), log_odds.argmax(axis=0)
        where = [reading.span(*span) for span in spans] if len(spans) > 1 else [None]
        findings = [
            self._finding(CLAUSES[at], float(found[at]), where[best[at]])
            for at in np.flatnonzero(found >= FLOOR)
        ]
        return tuple(sorted(findings, key=lambda finding: finding.span.start if finding.span else 0))

    def scores(self, text: str, role: Role = Role.PROMPT, language: str = "und") -> dict[str, float]:
        """Return for each clause the greatest probability over the windows of `text`.

        The baseline reads every role alike; `role` is there for models that do not.
        """
        best = self.score_windows(text, language).probabilities.max(axis=0)
        return dict(zip(CLAUSES, best.tolist(), strict=True))

    def score_windows(self, text: str, language: str = "und") -> WindowScores:
        """Return the probabilities of every window of `text`, in order. Time grows linearly with the text."""
        spans, log_odds = self._read(text, language)
        return WindowScores(tuple(spans), _probabilities(log_odds))

    def _read(self, text: str, language: str) -> tuple[list[tuple[int, int]], Floats]:
        """Return the windows of a text and the log-odds of each, shape (windows, clauses)."""
        spans = windows(len(text))
        groups = (spans[at : at + WINDOWS_AT_ONCE] for at in range(0, len(spans), WINDOWS_AT_ONCE))
        totals = [total for group in groups for total in self._totals(text, group)]
        return spans, self._log_odds(totals[0] if len(totals) == 1 else np.concatenate(totals), language)

    def _log_odds_apart(self, totals: Floats, languages: Sequence[str]) -> Floats:
        """The log-odds of texts, each as if it came alone to the last bit: shape (texts, 1, clauses)."""
        rows = totals[:, np.newaxis]
        if len(set(languages)) == 1:
            return self._log_odds(rows, languages[0])
        return np.stack(
            [self._log_odds(row, language) for row, language in zip(rows, languages, strict=True)]
        )

    def _log_odds(self, totals: Floats, language: str) -> Floats:
        return (self._calibration.get(language) or self._calibration["*"]).log_odds(totals)

    def _totals(self, text: str, spans: list[tuple[int, int]]) -> Iterator[Floats]:
        """Return the added-up weights of neighbouring windows, shape (windows, columns), in parts. Their text
        is hashed once, however much they overlap."""
        first = spans[0][0]
        read = features(text[first : spans[-1][1]])
        for at in range(0, len(spans), ADDED_AT_ONCE):
            part = spans[at : at + ADDED_AT_ONCE]
            within = read.between(part[0][0] - first, part[-1][1] - first)
            yield self._of_one(within) if len(part) == 1 else self._of_many(within, len(part))

    def _of_one(self, read: Features) -> Floats:
        buckets = read.all()
        total = self._ones[: buckets.size] @ self._rows(buckets)
        return np.asarray(total[np.newaxis] * _scale(buckets.size))

    def _of_texts(self, texts: Sequence[str]) -> Floats:
        """As `_of_one` for each of several texts, a row each: together they take little more than one of them."""
        read, numbers = features_apart(texts)
        buckets, there = read.by_piece(numbers, len(texts) + 1)
        return self._added(buckets, there[:-1])

    def _of_many(self, read: Features, count: int) -> Floats:
        buckets, there = read.by_piece(_PIECES, 2 * count + 1)
        return self._added(buckets, joined(there))

    def _added(self, buckets: Buckets, there: NDArray[np.bool_]) -> Floats:
        """Add up the weights of what is `there`, row by row. They are fetched once for all rows; whole numbers this
        small add up exactly, in any order."""
        taken = there.astype(np.float32)
        # a product a row: for so few rows and columns twice as fast as one product of matrices
        totals = np.matmul(taken[:, np.newaxis], self._rows(buckets))[:, 0]
        scales = [[_scale(size)] for size in np.add.reduce(taken, axis=1).tolist()]
        return np.asarray(totals * np.array(scales, np.float32))

    def _rows(self, buckets: Buckets) -> Floats:
        return self._weights.take(buckets, axis=0).astype(np.float32)

    def _finding(self, clause: str, score: float, span: Span | None) -> Finding:
        return Finding(clause, self.name, Outcome.MATCH, score, "scored", span, self.version)

    def _self_test(self) -> str:
        """Return what is wrong, or nothing: every canary must score as it did when the model was made
        (P-042)."""
        for number, canary in enumerate(self.card.canaries, start=1):
            score = self.scores(canary.text, language=canary.language)[canary.clause]
            if not abs(score - canary.score) <= CANARY_TOLERANCE:
                return f"canary {number} ({canary.clause}) scores {score:.3f} instead of {canary.score:.3f}"
        return "" if self.card.canaries else "the model has no canaries"


def load(path: Path | None = None) -> Scorer:
    """Return the scorer of the model folder `path`, the shipped one when None. Call once per process.

    The weights are mapped, not read: processes share them, and only rows that occur take memory.
    Raises `ModelError` when a file is missing, damaged (its digest is not the card's) or made for other
    features.
    """
    folder = path or SHIPPED
    card = read_card(folder)
    weights = folder / "weights.npy"
    try:
        with weights.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise missing(folder) from None
    if found != card.digest:
        raise damaged(weights, "its digest is not the one in the card")
    if card.features_version != FEATURES_VERSION or card.heads != HEADS:
        raise damaged(folder / "card.json", "it was made for another version of Sekisho")
    # np.asarray: a plain array over the mapping; the memmap class costs microseconds on each use
    mapped = np.asarray(np.load(weights, mmap_mode="r"))
    if mapped.shape != (BUCKETS, COLUMNS) or mapped.dtype != np.int8:
        raise damaged(weights, "its shape is not that of a scorer model")
    return Scorer(card, mapped)


def _calibration(card: Card, language: str) -> _Calibration:
    """Return the calibration of a language; clauses without one of their own take the one of all
    languages."""
    table = card.calibration["*"] | card.calibration[language]
    own, violation, shift = np.array([table[clause] for clause in CLAUSES], np.float32).T
    weighed = np.zeros((len(HEADS), len(CLAUSES)), np.float32)
    weighed[: len(CLAUSES)] = np.diag(own)
    weighed[_VIOLATION] += violation
    matrix = np.zeros((COLUMNS, len(CLAUSES)), np.float32)
    matrix[: len(HEADS)] = np.array(card.scales, np.float32)[:, None] * weighed
    return _Calibration(matrix, np.array(card.intercepts, np.float32) @ weighed + shift)


__all__ = ["ModelError", "Scorer", "WindowScores", "load"]
