"""The reader's vocabulary: the English model's own pieces, and Japanese words that begin where their English
meanings are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from sekisho.detection.normalise import normalise
from sekisho.detection.tokens import (
    BEGIN,
    END,
    IS_JAPANESE,
    LONGEST_ENTRY,
    PADDING,
    SPEAKERS,
    UNKNOWN,
    Vocabulary,
)
from sekisho.detection.train.reader.dictionary import Dictionary

Floats = NDArray[np.float32]

JAPANESE_ENTRIES = 12_000
ENTRIES = 34_500
"""Entries that the finished model keeps: as many as fit the size a package may have (30 MiB of model in all)."""
OFTEN, OFTEN_IN_HIRAGANA = 3, 8
"""So often a word must occur to become an entry; hiragana alone is mostly grammar, which cuts badly."""
LOUDNESS = 0.9
"""Length of a new entry's vector beside those of ordinary English pieces."""

_DIGITS = re.compile(r"(##)?\d{3,}")
_ALL_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff々ー]+")
_HIRAGANA = re.compile(r"[\u3040-\u309f]+")


def english_entries(pieces: Iterable[str]) -> list[str]:
    """Return what the reader keeps of an English model's pieces: all in ASCII but numbers, which say nothing
    that its digits do not."""
    special = [PADDING, UNKNOWN, BEGIN, END, *SPEAKERS.values()]
    kept = (piece for piece in pieces if piece.isascii() and not piece.startswith("["))
    return [*special, *(piece for piece in kept if not _DIGITS.fullmatch(piece))]


def japanese_entries(
    texts: Iterable[str], dictionary: Dictionary, count: int = JAPANESE_ENTRIES
) -> dict[str, str]:
    """Return Japanese entries and for each the word that tells its meaning: its dictionary form.

    First every character that occurs twice, then words that occur often, then common words of the dictionary.
    """
    words, forms, characters = _counted(texts)
    entries = {
        char: char for char, times in characters.most_common() if times > 1 and IS_JAPANESE.match(char)
    }
    for word, times in words.most_common():
        if 1 < len(word) <= LONGEST_ENTRY and times >= (
            OFTEN_IN_HIRAGANA if _HIRAGANA.fullmatch(word) else OFTEN
        ):
            entries.setdefault(word, forms[word])
    for word in dictionary.common:
        if len(entries) >= count:
            break
        if 1 < len(word) <= LONGEST_ENTRY and _ALL_JAPANESE.fullmatch(word) and not _HIRAGANA.fullmatch(word):
            entries.setdefault(word, word)
    return dict(list(entries.items())[:count])


def worth_keeping(entries: Sequence[str], occurrences: Counter[int], most: int = ENTRIES) -> list[int]:
    """Return the places of the entries that a finished model keeps, in order: all but the rarest English pieces that
    never occurred in what it learned from. Without one a word is read in smaller pieces; single letters always stay.

    An English model's pieces stand in the order of how common they are.
    """
    rarest = (
        at
        for at in reversed(range(len(entries)))
        if not occurrences[at]
        and not IS_JAPANESE.match(entries[at])
        and len(entries[at].removeprefix("##")) > 2
        and not entries[at].startswith("[")
    )
    dropped = set(islice(rarest, max(len(entries) - most, 0)))
    return [at for at in range(len(entries)) if at not in dropped]


def _counted(texts: Iterable[str]) -> tuple[Counter[str], dict[str, str], Counter[str]]:
    """Words as they are written, the dictionary form of each, and single characters."""
    from sudachipy import Dictionary as Sudachi
    from sudachipy import SplitMode

    tokenizer = Sudachi(dict="small").tokenizer(mode=SplitMode.B)
    words: Counter[str] = Counter()
    forms: dict[str, str] = {}
    characters: Counter[str] = Counter()
    for text in texts:
        folded = normalise(text[:1500]).text
        characters.update(folded)
        for morpheme in tokenizer.tokenize(folded):
            if _ALL_JAPANESE.fullmatch(word := morpheme.surface()):
                words[word] += 1
                forms.setdefault(word, morpheme.dictionary_form())
    return words, forms, characters


def vectors(
    english: Vocabulary, known: Floats, japanese: dict[str, str], dictionary: Dictionary, seed: int
) -> Floats:
    """Return a vector for each Japanese entry, shape (entries, width): what its glosses mean in English, the
    first gloss most; near the middle of all where it has none. `known` are the vectors of `english`."""
    middle = known.mean(axis=0)
    loudness = np.linalg.norm(known - middle, axis=1).mean() * LOUDNESS
    draw = np.random.default_rng(seed)
    found = np.empty((len(japanese), known.shape[1]), np.float32)
    for at, (entry, word) in enumerate(japanese.items()):
        meaning = _meaning(english, known, dictionary.meanings(entry) or dictionary.meanings(word))
        if meaning is None:
            found[at] = middle + draw.normal(0, 0.01, known.shape[1])
        else:
            found[at] = middle + (meaning - middle) / np.linalg.norm(meaning - middle) * loudness
    return found


def _meaning(english: Vocabulary, known: Floats, glosses: Sequence[str]) -> Floats | None:
    read = [english.read(gloss.lower()) for gloss in glosses]
    parts = [known[numbers].mean(axis=0) for numbers in read if numbers]
    if not parts:
        return None
    weights = 1 / np.arange(1, len(parts) + 1)
    return np.asarray(np.average(parts, axis=0, weights=weights), np.float32)
