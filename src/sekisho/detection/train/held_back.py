"""The finished model on texts that it did not learn from, asked as whoever uses it asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sekisho.detection.card import Card
from sekisho.detection.detectors.scorer import Scorer
from sekisho.detection.detectors.weighing import concerned
from sekisho.detection.labels import HEADS, READER_HEADS, VIOLATION
from sekisho.detection.normalise import normalise
from sekisho.detection.train.calibrate import Judged
from sekisho.detection.train.data import HELD_BACK, Row, read_policy_set
from sekisho.detection.train.headlines import headlines
from sekisho.detection.train.measure import blocked, metrics
from sekisho.detection.train.weigh import advised

AUTHOR = "policy set, an author held back"
DEV = "dev"

Floats = NDArray[np.float32]


def measured(card: Card, scorer: Scorer, written: Path | None, dev: Sequence[Row], seed: int) -> Card:
    """Return the card with what the model says of the held-back author, and of other rows of known sources."""
    if written:
        card = _measured(card, scorer, read_policy_set(written, HELD_BACK), AUTHOR, seed)
    return _measured(card, scorer, dev, DEV, seed) if dev else card


def _measured(card: Card, scorer: Scorer, rows: Sequence[Row], where: str, seed: int) -> Card:
    found = np.array([_said(scorer, row) for row in rows], np.float32)
    targets = np.array([row.targets(READER_HEADS) for row in rows], np.int8)
    judged = Judged(
        logits=found,
        targets=advised(targets)[:, : len(HEADS)],
        languages=np.array([row.language for row in rows]),
        weights=np.ones(len(rows), np.float32),
        sources=np.array([row.source for row in rows]),
    )
    languages = frozenset(card.languages)
    clauses, violation = concerned(found), found[:, READER_HEADS.index(VIOLATION)]
    return replace(
        card,
        metrics=card.metrics + metrics(judged, clauses, card.thresholds, languages, where, seed),
        blocked=card.blocked + blocked(judged, clauses, card.thresholds, languages, where, seed),
        headlines=card.headlines + headlines(judged, violation, where, seed, by_source=False),
    )


def _said(scorer: Scorer, row: Row) -> list[float]:
    said = scorer.scores(normalise(row.text).text, row.role, row.language, row.prompt)
    return [said[head] for head in READER_HEADS]
