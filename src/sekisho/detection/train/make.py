"""The making of a model, start to end: read, judge held-back sources, calibrate, fit on everything, write."""

from __future__ import annotations

import importlib.metadata
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sekisho.detection.card import Card, SecondStep, Source, sha256, write_card
from sekisho.detection.detectors.quick import COLUMNS
from sekisho.detection.detectors.scorer import Step, load
from sekisho.detection.detectors.weighing import concerned, probabilities
from sekisho.detection.features import BUCKETS, FEATURES_VERSION
from sekisho.detection.labels import CLAUSES, HEADS, READER_HEADS
from sekisho.detection.train import fit as fitting
from sekisho.detection.train import held_back, phrases
from sekisho.detection.train.calibrate import (
    Judged,
    calibrate,
    log_odds,
    measured_languages,
    suggest,
)
from sekisho.detection.train.canaries import CANARIES, LIMITS, seen_by, separated
from sekisho.detection.train.data import Row, augment, digest, read, read_folder, read_policy_set, sample
from sekisho.detection.train.headlines import UNSEEN, headlines
from sekisho.detection.train.measure import blocked, metrics
from sekisho.detection.train.unseen import READER_FILES, Unseen, kept
from sekisho.detection.train.weigh import (
    LOST_ANSWERS,
    Twice,
    advised,
    clearances,
    shares,
    together,
    weighings,
)

FOLDS = 6
CALIBRATED_BY = (
    "Platt scaling a head and language, with the violation head as second input, on sources that the "
    f"judging model had not seen ({FOLDS} folds of whole sources)"
)
WEIGHED_BY = (
    "Logistic regression a head and language over what both steps say, no slope below 0, on sources that "
    "neither had seen"
)

Floats = NDArray[np.float32]


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
    written: Path | None = None
    """Folder of the policy set, which was written for this project; None learns without it."""
    reader: Path | None = None
    """Folder of a reader that was taught from the same rows; None makes a model of the quick step alone."""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """What is known before anything is written: rows that were judged unseen, and what is said of them."""

    judged: Judged
    found: Floats
    """Probabilities, shape (rows, clauses)."""
    violation: Floats
    """Probability of any violation, one a row."""


def make(order: Order) -> Card:
    """Make a model, write it, load it again, and return its card. The same data and seed give the same
    bytes. Raises `ValueError` when the reader was taught from other rows."""
    rows = _rows(order)
    every = rows + augment(rows, order.seed)
    examples, targets = fitting.examples(every), _targets(every)
    judged = _judge_unseen(every, examples, targets, order)
    judged = judged.only(np.array([not row.augmented for row in every]))
    model = fitting.fit(examples, targets, fitting.row_weights(every), order.seed)
    card = _card(model, judged, rows, order)
    return _written(card, model, order)


def _rows(order: Order) -> list[Row]:
    """What is learned from: a part of each public source, and all that was written for this project."""
    written = read_policy_set(order.written) if order.written else []
    return [*sample([*read_folder(order.data), *phrases.rows()], order.seed), *written]


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


def _card(model: fitting.Linear, judged: Judged, rows: list[Row], order: Order) -> Card:
    languages = measured_languages(judged)
    tables = calibrate(judged, languages)
    quick = log_odds(judged, tables, languages)
    said = Unjudged(judged, probabilities(quick[:, : len(CLAUSES)]), probabilities(quick[:, -1]))
    second = None
    if order.reader:
        second, said = _second(judged, quick, rows, kept(order.reader), order.reader)
    thresholds = suggest(said.judged, said.found, languages)
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
        metrics=metrics(said.judged, said.found, thresholds, languages, UNSEEN, order.seed),
        blocked=blocked(said.judged, said.found, thresholds, languages, UNSEEN, order.seed),
        headlines=headlines(said.judged, said.violation, UNSEEN, order.seed),
        limits=LIMITS,
        second=second,
    )


def _second(
    judged: Judged, quick: Floats, rows: Sequence[Row], unseen: Unseen, folder: Path
) -> tuple[SecondStep, Unjudged]:
    """Return how both steps are weighed together, and what they say together of rows that neither had seen.

    Rows of a language that the reader reads, which it was not asked about, are left out: half a model said them.
    Every other row counts as read twice. Then thresholds stop fewer ordinary texts than they may where only doubtful
    ones are.
    """
    place = {id_: at for at, id_ in enumerate(unseen.ids)}
    asked = np.array([place.get(row.id, -1) for row in rows])
    if (asked >= 0).sum() != len(unseen.ids):
        raise ValueError(f"The reader in {folder} was taught from other rows. Teach it again.")
    twice, read = asked >= 0, unseen.log_odds[asked[asked >= 0]]
    targets = np.array(
        [row.targets(READER_HEADS) for row, is_read in zip(rows, twice, strict=True) if is_read]
    )
    own = judged.only(twice)
    both_ = Twice(quick[twice], read, targets, own.languages, own.ordinary)
    tables, clear = weighings(both_), clearances(both_)
    again, lost = shares(both_, clear)
    second = SecondStep(
        digests={name: sha256(folder / name) for name in READER_FILES},
        heads=READER_HEADS,
        clear=clear,
        clear_answers=clearances(both_, LOST_ANSWERS),
        calibration=tables,
        calibrated_by=WEIGHED_BY,
        read_again=again,
        lost=lost,
        data_digest=unseen.data_digest,
    )
    said, alone = together(both_, tables), ~np.isin(judged.languages, sorted(tables))
    clauses, violation = quick[:, : len(CLAUSES)].copy(), quick[:, -1].copy()
    clauses[twice], violation[twice] = concerned(said), said[:, len(CLAUSES)]
    judged = replace(judged, targets=judged.targets.copy())
    judged.targets[twice] = advised(targets)[:, : len(HEADS)]
    kept_ = twice | alone
    return second, Unjudged(
        judged.only(kept_), probabilities(clauses[kept_]), probabilities(violation[kept_])
    )


def _written(card: Card, model: fitting.Linear, order: Order) -> Card:
    out = order.out
    out.mkdir(parents=True, exist_ok=True)
    weights = np.zeros((BUCKETS, COLUMNS), np.int8)
    weights[:, : len(HEADS)] = model.whole
    np.save(out / "weights.npy", weights)
    if order.reader:
        for name in READER_FILES:
            shutil.copyfile(order.reader / name, out / name)
    card = replace(card, digest=sha256(out / "weights.npy"))
    write_card(out, card)
    card = _with_canaries(card, out)
    write_card(out, card)
    card = held_back.measured(card, load(out, Step.BOTH), order.written, _dev(order), order.seed)
    write_card(out, card)
    return card


def _dev(order: Order) -> list[Row]:
    return list(read(order.dev)) if order.dev else []


def _with_canaries(card: Card, out: Path) -> Card:
    seen = tuple(seen_by(load(out), canary) for canary in CANARIES)
    separated(seen)
    if card.second is None:
        return replace(card, canaries=seen)
    quick = tuple(seen_by(load(out, Step.CHEAP), canary) for canary in CANARIES)
    return replace(card, canaries=seen, second=replace(card.second, quick_canaries=quick))


def _sources(rows: list[Row]) -> tuple[Source, ...]:
    counts = Counter((row.source, row.license) for row in rows)
    return tuple(
        Source(name, license, rows_, tuple(sorted({row.language for row in rows if row.source == name})))
        for (name, license), rows_ in sorted(counts.items())
    )
