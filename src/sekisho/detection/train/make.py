"""The making of a model, start to end: read, judge held-back sources, calibrate, fit on everything, write."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sekisho.detection.card import Card, Source, write_card
from sekisho.detection.detectors.scorer import COLUMNS, load
from sekisho.detection.features import BUCKETS, FEATURES_VERSION
from sekisho.detection.labels import HEADS
from sekisho.detection.train import fit as fitting
from sekisho.detection.train import phrases
from sekisho.detection.train.calibrate import Judged, calibrate, measured_languages, probabilities, suggest
from sekisho.detection.train.canaries import CANARIES, LIMITS, seen_by, separated
from sekisho.detection.train.data import Row, augment, digest, read, read_folder, sample
from sekisho.detection.train.measure import blocked, metrics

FOLDS = 6
CALIBRATED_BY = (
    "Platt scaling a clause and language, with the violation head as second input, on sources that the "
    f"judging model had not seen ({FOLDS} folds of whole sources)"
)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made."""

    data: Path
    """Folder with one `*.jsonl.gz` a source."""
    out: Path
    """Model folder to write, named `<name>-<version>`."""
    seed: int = 1
    dev: Path | None = None
    """Other rows of the known sources, measured at the end and used for nothing else."""
    folds: int = FOLDS


def make(order: Order) -> Card:
    """Make a model, write it, load it again, and return its card. The same data and seed give the same
    bytes."""
    rows = sample([*read_folder(order.data), *phrases.rows()], order.seed)
    every = rows + augment(rows, order.seed)
    examples, targets = fitting.examples(every), _targets(every)
    judged = _judge_unseen(every, examples, targets, order)
    judged = _only(judged, np.array([not row.augmented for row in every]))
    model = fitting.fit(examples, targets, fitting.row_weights(every), order.seed)
    card = _card(model, judged, rows, order)
    if order.dev:
        card = _with_dev(card, model, list(read(order.dev)), order.seed)
    return _written(card, model, order.out)


def _targets(rows: Sequence[Row]) -> NDArray[np.int8]:
    return np.array([row.target for row in rows], np.int8)


def _judge_unseen(
    rows: Sequence[Row], examples: fitting.Examples, targets: NDArray[np.int8], order: Order
) -> Judged:
    """Let each source be judged by a model that has seen no row of it."""
    fold, weights = fitting.folds(rows, order.folds), fitting.row_weights(rows)
    logits = np.zeros((len(rows), len(HEADS)), np.float32)
    for number in np.unique(fold):
        unseen = fold == number
        hidden = targets.copy()
        hidden[unseen] = -1
        model = fitting.fit(examples, hidden, weights, order.seed)
        judged = examples.of_rows(unseen)
        logits[unseen] = model.logits(judged, len(rows))[unseen]
    languages, sources = (np.array([getattr(row, field) for row in rows]) for field in ("language", "source"))
    return Judged(logits, targets, languages, weights, sources)


def _only(judged: Judged, kept: NDArray[np.bool_]) -> Judged:
    return Judged(
        judged.logits[kept],
        judged.targets[kept],
        judged.languages[kept],
        judged.weights[kept],
        judged.sources[kept],
    )


def _card(model: fitting.Linear, judged: Judged, rows: list[Row], order: Order) -> Card:
    languages = measured_languages(judged)
    tables = calibrate(judged, languages)
    found = probabilities(judged, tables, languages)
    thresholds = suggest(judged, found, languages)
    name, _, version = order.out.name.rpartition("-")
    return Card(
        name=name,
        version=version,
        features_version=FEATURES_VERSION,
        digest="",
        heads=HEADS,
        scales=tuple(model.scales.tolist()),
        intercepts=tuple(model.intercepts.tolist()),
        calibration=tables,
        calibrated_by=CALIBRATED_BY,
        languages=tuple(sorted(languages)),
        thresholds=thresholds,
        canaries=(),
        seed=order.seed,
        data_digest=digest(rows),
        sources=_sources(rows),
        made_with={name: importlib.metadata.version(name) for name in ("numpy", "scikit-learn", "scipy")},
        metrics=metrics(judged, found, thresholds, languages, "unseen sources", order.seed),
        blocked=blocked(judged, found, thresholds, languages, "unseen sources", order.seed),
        limits=LIMITS,
    )


def _with_dev(card: Card, model: fitting.Linear, rows: list[Row], seed: int) -> Card:
    judged = Judged(
        model.logits(fitting.examples(rows), len(rows)),
        _targets(rows),
        np.array([row.language for row in rows]),
        np.ones(len(rows), np.float32),
        np.array([row.source for row in rows]),
    )
    languages = frozenset(card.languages)
    found = probabilities(judged, card.calibration, languages)
    return replace(
        card,
        metrics=card.metrics + metrics(judged, found, card.thresholds, languages, "dev", seed),
        blocked=card.blocked + blocked(judged, found, card.thresholds, languages, "dev", seed),
    )


def _written(card: Card, model: fitting.Linear, out: Path) -> Card:
    out.mkdir(parents=True, exist_ok=True)
    weights = np.zeros((BUCKETS, COLUMNS), np.int8)
    weights[:, : len(HEADS)] = model.whole
    np.save(out / "weights.npy", weights)
    card = replace(card, digest=hashlib.sha256((out / "weights.npy").read_bytes()).hexdigest())
    write_card(out, card)
    seen = tuple(seen_by(load(out), canary) for canary in CANARIES)
    separated(seen)
    card = replace(card, canaries=seen)
    write_card(out, card)
    return card


def _sources(rows: list[Row]) -> tuple[Source, ...]:
    counts = Counter((row.source, row.license) for row in rows)
    return tuple(
        Source(name, license, rows_, tuple(sorted({row.language for row in rows if row.source == name})))
        for (name, license), rows_ in sorted(counts.items())
    )
