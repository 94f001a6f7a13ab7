"""Two steps, one answer: how what they say is weighed, from where one is asked after the other, and what of it concerns
a clause."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sekisho.detection.card import SecondStep
from sekisho.detection.labels import ADVICE, CLAUSES, HEADS, READER_HEADS, STANDARDS, VIOLATION

Floats = NDArray[np.float32]

FLOOR = 0.2
"""Below this probability nothing is said; no pack has a threshold there."""

LEAST, MOST = 0.0001, 0.9999
"""A small model is never surer than this; a pack's threshold of 1 therefore means "never on the score
alone"."""

NEVER_ASKED = -np.inf
"""The log-odds of a question that nobody was asked. Its probability is `LEAST`."""

_VIOLATION = HEADS.index(VIOLATION)
_CLAUSES = len(CLAUSES)
_FLOOR_LOG_ODDS = float(np.log(FLOOR / (1 - FLOOR)))
_STANDARDS = len(STANDARDS)
_DOMAINS = slice(_STANDARDS, _CLAUSES)
_ADVICE = READER_HEADS.index(ADVICE)
_LEAST_ASKED = -9.0
"""Log-odds of advice where the reader was asked are not below this, whose probability is a little above `LEAST`: so it
can be told from a question that nobody was asked."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """How both steps become log-odds in one language: linear in what each says of the question, and in what the
    reader says of a violation."""

    own: Floats
    violation: Floats
    quick: Floats
    shift: Floats

    def log_odds(self, read: Floats, quick: Floats) -> Floats:
        """Return log-odds, one for each of `labels.READER_HEADS`, from those of the reader and of the quick step,
        which has `labels.HEADS` alone."""
        log_odds = np.asarray(self.own * read + self.violation * read[_VIOLATION] + self.shift)
        log_odds[: len(HEADS)] += self.quick[: len(HEADS)] * quick
        log_odds[_ADVICE] = max(log_odds[_ADVICE], _LEAST_ASKED)
        return log_odds


def concerned(log_odds: Floats) -> Floats:
    """Return log-odds, or probabilities, that each clause is concerned: shape (windows, clauses), from those of
    `labels.READER_HEADS`. Where the reader was asked:

    - a high-risk domain is concerned by advice on somebody's own case, not by general information about it (P-022);
    - what surely violates something is laid to the likeliest standard, however many others it might be.
    """
    advice, clauses = log_odds[:, _ADVICE], log_odds[:, :_CLAUSES].copy()
    asked = np.flatnonzero((advice != NEVER_ASKED) & (advice != np.float32(LEAST)))
    likeliest = clauses[asked, :_STANDARDS].argmax(axis=1)
    clauses[asked, likeliest] = np.maximum(clauses[asked, likeliest], log_odds[asked, _VIOLATION])
    clauses[asked, _DOMAINS] = np.minimum(clauses[asked, _DOMAINS], advice[asked, np.newaxis])
    return clauses


def probabilities(log_odds: Floats) -> Floats:
    """Return the probabilities of log-odds, within `LEAST` and `MOST`."""
    return np.asarray(np.clip(0.5 + 0.5 * np.tanh(log_odds / 2), LEAST, MOST), np.float32)


def weighings(second: SecondStep) -> dict[str, Weighing]:
    """Return how both steps are weighed in each language that the reader reads."""
    return {
        language: Weighing(*np.array([table[head] for head in READER_HEADS], np.float32).T)
        for language, table in second.calibration.items()
    }


def silence() -> Floats:
    """Return from which log-odds a head says something where nobody reads again: clauses from the floor on; a violation
    by itself is no finding."""
    return np.array([_FLOOR_LOG_ODDS] * _CLAUSES + [np.inf], np.float32)


def doubts(clear: dict[str, dict[str, float]], reads_all: bool = False) -> dict[str, Floats]:
    """Return for each language from which log-odds of the quick step a text is read again, head by head."""
    always = np.full(len(HEADS), -np.inf, np.float32)
    return {
        language: always if reads_all else np.array([table[head] for head in HEADS], np.float32)
        for language, table in clear.items()
    }
