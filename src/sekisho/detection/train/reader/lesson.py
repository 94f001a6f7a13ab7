"""The reader's whole lesson, start to end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sekisho.detection.train.data import augment
from sekisho.detection.train.fit import folds
from sekisho.detection.train.reader.teach import Course, judged_unseen, prepared, slimmed, taught, written
from sekisho.detection.train.unseen import keep, rows_of

COPIED = 3
"""One copy in so many is read: they are long, and long texts take the time."""
FOLDS = 3
"""So often the network is taught without a part of the sources; each time takes minutes."""


def give(data: Path, policy_set: Path, out: Path, seed: int, tell: Callable[[str], None]) -> None:
    """Teach the reader and write it to `out` with what it says of unseen sources. The same data and seed give the
    same bytes."""
    course, rows = Course(seed=seed), rows_of(data, policy_set, seed)
    every = [*rows, *augment(rows, seed)[::COPIED]]
    tell(f"reader: {len(rows):,} rows and {len(every) - len(rows):,} copies of some")
    pupil = prepared(rows, seed)
    tell(f"reader: {len(pupil.vocabulary):,} entries, both languages drawn together")
    out.mkdir(parents=True, exist_ok=True)
    unseen = judged_unseen(pupil, every, folds(every, FOLDS), course, tell)
    keep(out, rows, unseen[: len(rows)])
    network = taught(pupil, every, course)
    tell("reader: taught everything")
    written(*slimmed(pupil, network, rows), out)
