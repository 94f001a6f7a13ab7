"""What the reader learns from, and what is kept of what it says of unseen sources, for calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sekisho.detection.detectors.reader import NETWORK, VOCABULARY
from sekisho.detection.train import phrases
from sekisho.detection.train.data import Row, digest, read_folder, read_policy_set, sample

CAP = 200
"""Rows of each source, language and side of the pool: what it has to teach beyond is its templates, and they take the
time."""
LANGUAGES = frozenset({"en", "ja"})
"""Those that the reader's vocabulary can read."""
READER_FILES = (NETWORK, VOCABULARY)
UNSEEN = "unseen.npz"

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Unseen:
    """What the reader says of rows whose source it had not seen."""

    ids: tuple[str, ...]
    log_odds: Floats
    """Shape (rows, heads), in the order of `labels.READER_HEADS`."""
    data_digest: str
    """SHA-256 over the rows it learned from."""


def rows_of(data: Path, policy_set: Path, seed: int) -> list[Row]:
    """Return what the reader learns from: a little of each public source, all of the policy set but what is held
    back, and the phrases of injections."""
    pool = sample([*read_folder(data), *phrases.rows()], seed, CAP)
    return [row for row in (*pool, *read_policy_set(policy_set)) if row.language in LANGUAGES]


def keep(out: Path, rows: Sequence[Row], log_odds: Floats) -> None:
    """Write what the reader says of unseen rows."""
    ids = np.array([row.id for row in rows])
    np.savez(out / UNSEEN, ids=ids, log_odds=log_odds, data=np.array(digest(rows)))


def kept(out: Path) -> Unseen:
    """Return what the reader said of unseen rows. Raises `FileNotFoundError` when it was not taught yet."""
    with np.load(out / UNSEEN) as stored:
        return Unseen(tuple(stored["ids"].tolist()), stored["log_odds"], str(stored["data"]))
