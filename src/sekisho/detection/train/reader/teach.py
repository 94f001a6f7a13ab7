"""The reader from rows to file: vocabulary, first meanings, Japanese, then its questions; and what it says of
sources that it has not seen."""

from __future__ import annotations

import copy
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from sekisho.detection.detectors.reader import NETWORK, STRIDE, VOCABULARY, WINDOW
from sekisho.detection.labels import READER_HEADS
from sekisho.detection.normalise import normalise
from sekisho.detection.tokens import Vocabulary, windows_of
from sekisho.detection.train.data import Row
from sekisho.detection.train.fit import row_weights
from sekisho.detection.train.reader.align import draw_together
from sekisho.detection.train.reader.batches import Texts, encoded
from sekisho.detection.train.reader.dictionary import read_dictionary
from sekisho.detection.train.reader.export import export
from sekisho.detection.train.reader.learn import Course, learn
from sekisho.detection.train.reader.network import Encoder, Network, english_encoder, packaged, widened
from sekisho.detection.train.reader.pairs import pairs
from sekisho.detection.train.reader.vocabulary import english_entries, japanese_entries, vectors

Floats = NDArray[np.float32]

LEARNED = 93
"""Tokens of a text that are learned from in one pass: a step's cost, and most requests are shorter. What is
longer is learned from its beginning or from somewhere within, by turns."""
JUDGED_WINDOWS = 4
"""Windows of an unseen text that are judged at most, from its beginning on."""
THREADS = 2
"""Sums of floats depend on how they are shared out; with other numbers the digest would be another one."""


@dataclass(frozen=True, slots=True)
class Pupil:
    """An encoder that reads both languages and knows no question yet, with its vocabulary."""

    encoder: Encoder
    vocabulary: Vocabulary

    def network(self) -> Network:
        return Network(copy.deepcopy(self.encoder), len(READER_HEADS))


def prepared(rows: Sequence[Row], seed: int) -> Pupil:
    """Return a pupil whose vocabulary and Japanese come from the texts of `rows`; labels are not looked at."""
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(seed)
    pieces = (packaged() / "vocab.txt").read_text(encoding="utf-8").splitlines()
    english = english_entries(pieces)
    encoder, known = english_encoder(english)
    dictionary = read_dictionary()
    japanese = japanese_entries((row.text for row in rows if row.language == "ja"), dictionary)
    further = vectors(Vocabulary(english), known, japanese, dictionary, seed)
    vocabulary = Vocabulary([*english, *japanese])
    encoder = widened(encoder, further)
    parallel = [row for row in rows if row.language in ("en", "ja")]
    texts = texts_of(vocabulary, parallel, seed)
    first = encoded(encoder, texts)
    draw_together(encoder, texts, pairs(parallel, first), first, seed)
    return Pupil(encoder, vocabulary)


def texts_of(vocabulary: Vocabulary, rows: Sequence[Row], seed: int) -> Texts:
    """Return one window of each row to learn from."""
    draw = random.Random(seed)  # noqa: S311 (which part of a text, not a secret)
    return Texts(
        [vocabulary.framed(_part(_numbers(vocabulary, row), draw), row.role) for row in rows],
        vocabulary.padding,
    )


def _numbers(vocabulary: Vocabulary, row: Row) -> list[int]:
    return vocabulary.read(normalise(row.text).view.text)


def _part(numbers: list[int], draw: random.Random) -> list[int]:
    if len(numbers) <= LEARNED:
        return numbers
    start = draw.choice((0, draw.randrange(len(numbers) - LEARNED + 1)))
    return numbers[start : start + LEARNED]


def taught(pupil: Pupil, rows: Sequence[Row], course: Course) -> Network:
    """Return a network that has learned from these rows."""
    targets = np.array([row.targets(READER_HEADS) for row in rows], np.int8)
    network = pupil.network()
    learn(network, texts_of(pupil.vocabulary, rows, course.seed), targets, row_weights(rows), course)
    return network


def judged(pupil: Pupil, network: Network, rows: Sequence[Row]) -> Floats:
    """Return the network's log-odds of each row and head: the greatest over the row's first windows."""
    windows, owner = [], []
    for at, row in enumerate(rows):
        numbers = _numbers(pupil.vocabulary, row)
        for start, end in windows_of(numbers, WINDOW, STRIDE)[:JUDGED_WINDOWS]:
            windows.append(pupil.vocabulary.framed(numbers[start:end], row.role))
            owner.append(at)
    vectors_ = encoded(network.encoder, Texts(windows, pupil.vocabulary.padding))
    with torch.no_grad():
        each = network.heads(torch.from_numpy(vectors_)).numpy()
    best = np.full((len(rows), each.shape[1]), -np.inf, np.float32)
    np.maximum.at(best, np.array(owner), each)
    return best


def judged_unseen(pupil: Pupil, rows: Sequence[Row], fold: NDArray[np.intp], course: Course) -> Floats:
    """Return log-odds of each row by a network that saw no row of its fold."""
    found = np.zeros((len(rows), len(READER_HEADS)), np.float32)
    for number in np.unique(fold):
        unseen = fold == number
        network = taught(pupil, [row for row, hidden in zip(rows, unseen, strict=True) if not hidden], course)
        found[unseen] = judged(pupil, network, [row for row, own in zip(rows, unseen, strict=True) if own])
    return found


def written(pupil: Pupil, network: Network, folder: Path) -> None:
    """Write the network and its vocabulary where `detectors.reader.Reader` finds them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / VOCABULARY).write_text("\n".join(pupil.vocabulary.entries) + "\n", encoding="utf-8")
    export(network, folder / NETWORK)


__all__ = ["Course", "Pupil", "judged", "judged_unseen", "prepared", "taught", "written"]
