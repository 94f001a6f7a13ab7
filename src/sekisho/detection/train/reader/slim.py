"""A vocabulary that fits: the package's models take 30 MiB at most, and half of the reader are its entries.

English pieces that no text read in training has are left out, the rarest first. A word that had one is cut into
smaller pieces; every text of the training reads as before, so all that was measured holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import onnx
from onnx import numpy_helper

from sekisho.detection.detectors.reader import NETWORK, VOCABULARY
from sekisho.detection.tokens import IS_JAPANESE, SPEAKERS, Vocabulary, read_vocabulary

MOST = 35_000
"""Entries: 384 bytes each, 30 MiB with the rest of the network and the quick step."""


def slim(folder: Path, texts: Iterable[str], most: int = MOST) -> None:
    """Write the network and the vocabulary in `folder` anew with at most so many entries, if the folded `texts` and
    Japanese need no more."""
    vocabulary = read_vocabulary(folder / VOCABULARY)
    kept = entries_kept(vocabulary, texts, most)
    network = onnx.load(folder / NETWORK)
    for table in network.graph.initializer:
        if list(table.dims)[:1] == [len(vocabulary)]:
            rows = numpy_helper.to_array(table)[kept]
            table.CopyFrom(numpy_helper.from_array(rows, table.name))
    onnx.save(network, folder / NETWORK)
    lines = (vocabulary.entries[number] + "\n" for number in kept)
    (folder / VOCABULARY).write_text("".join(lines), encoding="utf-8")


def entries_kept(vocabulary: Vocabulary, texts: Iterable[str], most: int) -> list[int]:
    """Return the numbers of the entries that stay, in their order: all that the texts have, that is Japanese, or that
    words can always be cut into; then, of an English model's other pieces, its first ones."""
    read = {number for text in texts for number in vocabulary.read(text)}
    needed = [number in read or _is_needed(number, entry) for number, entry in enumerate(vocabulary.entries)]
    room = most - sum(needed)
    kept = []
    for number, is_needed in enumerate(needed):
        if is_needed or room > 0:
            kept.append(number)
            room -= not is_needed
    return kept


def _is_needed(number: int, entry: str) -> bool:
    is_special = number < 4 + len(SPEAKERS)
    return is_special or len(entry.removeprefix("##")) == 1 or bool(IS_JAPANESE.match(entry))
