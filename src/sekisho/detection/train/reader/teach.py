"""The reader from rows to file: vocabulary, first meanings, Japanese, then its questions; and what it says of
sources that it has not seen."""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from sekisho.detection.detectors.reader import NETWORK, VOCABULARY, asked_of, windows_read
from sekisho.detection.labels import READER_HEADS
from sekisho.detection.normalise import normalise
from sekisho.detection.tokens import Vocabulary
from sekisho.detection.train.data import Row
from sekisho.detection.train.reader.align import draw_together
from sekisho.detection.train.reader.batches import Texts, encoded
from sekisho.detection.train.reader.dictionary import read_dictionary
from sekisho.detection.train.reader.export import export
from sekisho.detection.train.reader.learn import Course, learn
from sekisho.detection.train.reader.network import Encoder, Network, english_encoder, packaged, widened
from sekisho.detection.train.reader.pairs import pairs
from sekisho.detection.train.reader.vocabulary import (
    ENTRIES,
    english_entries,
    japanese_entries,
    vectors,
    worth_keeping,
)

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
    return Texts([_window(vocabulary, row, draw) for row in rows], vocabulary.padding)


def _window(vocabulary: Vocabulary, row: Row, draw: random.Random) -> list[int]:
    numbers, asked = _numbers(vocabulary, row.text), asked_of(vocabulary, row.prompt)
    room = LEARNED - len(asked)
    if len(numbers) > room:
        start = draw.choice((0, draw.randrange(len(numbers) - room + 1)))
        numbers = numbers[start : start + room]
    return vocabulary.framed(numbers, row.role, asked)


def _numbers(vocabulary: Vocabulary, text: str) -> list[int]:
    return vocabulary.read(normalise(text).view.text)


def taught(pupil: Pupil, rows: Sequence[Row], course: Course) -> Network:
    """Return a network that has learned from these rows."""
    targets = np.array([row.targets(READER_HEADS) for row in rows], np.int8)
    network = pupil.network()
    evenly = np.ones(len(rows), np.float32)  # each source has as few rows as were taken of it
    learn(network, texts_of(pupil.vocabulary, rows, course.seed), targets, evenly, course)
    return network


def judged(pupil: Pupil, network: Network, rows: Sequence[Row]) -> Floats:
    """Return the network's log-odds of each row and head: the greatest over the row's first windows."""
    windows, owner = [], []
    for at, row in enumerate(rows):
        for window in islice(windows_read(pupil.vocabulary, row.text, row.role, row.prompt), JUDGED_WINDOWS):
            windows.append(window)
            owner.append(at)
    vectors_ = encoded(network.encoder, Texts(windows, pupil.vocabulary.padding))
    with torch.no_grad():
        each = network.heads(torch.from_numpy(vectors_)).numpy()
    best = np.full((len(rows), each.shape[1]), -np.inf, np.float32)
    np.maximum.at(best, np.array(owner), each)
    return best


def judged_unseen(
    pupil: Pupil, rows: Sequence[Row], fold: NDArray[np.intp], course: Course, tell: Callable[[str], None]
) -> Floats:
    """Return log-odds of each row by a network that saw no row of its fold."""
    found = np.zeros((len(rows), len(READER_HEADS)), np.float32)
    for number in np.unique(fold):
        unseen = fold == number
        network = taught(pupil, [row for row, hidden in zip(rows, unseen, strict=True) if not hidden], course)
        found[unseen] = judged(pupil, network, [row for row, own in zip(rows, unseen, strict=True) if own])
        tell(f"reader: taught without part {number + 1}, and asked about it")
    return found


def slimmed(
    pupil: Pupil, network: Network, rows: Sequence[Row], most: int = ENTRIES
) -> tuple[Pupil, Network]:
    """Return both without the entries that are not worth keeping (`vocabulary.worth_keeping`)."""
    occurrences = Counter(number for row in rows for number in _numbers(pupil.vocabulary, row.text))
    kept = worth_keeping(pupil.vocabulary.entries, occurrences, most)
    slim = copy.deepcopy(network)
    slim.encoder.entries = nn.Embedding.from_pretrained(network.encoder.entries.weight.detach()[kept])
    return Pupil(slim.encoder, Vocabulary([pupil.vocabulary.entries[at] for at in kept])), slim


def written(pupil: Pupil, network: Network, folder: Path) -> None:
    """Write the network and its vocabulary where `detectors.reader.Reader` finds them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / VOCABULARY).write_text("\n".join(pupil.vocabulary.entries) + "\n", encoding="utf-8")
    export(network, folder / NETWORK)


__all__ = ["Course", "Pupil", "judged", "judged_unseen", "prepared", "slimmed", "taught", "written"]
