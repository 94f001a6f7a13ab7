"""Text as the reader takes it: numbers of words and pieces of words, from a vocabulary in two scripts.

Latin and everything else with spaces is cut into the longest pieces that the vocabulary knows, from the left (a
piece within a word is written `##ing`). Japanese has no spaces: a run of kana and kanji is cut into the longest
words that the vocabulary knows, in the same way. The vocabulary is one text file, one entry a line; the line is
the number.

Source: Y. Wu et al., Google's Neural Machine Translation System (2016), section 4.1, for word pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from sekisho.detection.types import Role

PADDING, UNKNOWN, BEGIN, END = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
SPEAKERS: Final = {role: f"[{role.value}]" for role in Role}
"""The entry that tells who speaks; it is the second of every window."""

LONGEST_WORD: Final = 40
"""A longer run of letters is no word (a key, a digest, base64) and reads as unknown."""
WORDS_REMEMBERED: Final = 16_384
"""Words whose pieces are remembered: what people write is nearly always among the last so many, and if each is of
`LONGEST_WORD` strange letters they take some ten megabytes."""
LONGEST_ENTRY: Final = 7
"""Characters of the longest Japanese entry."""

_JAPANESE: Final = r"\u3040-\u30ff\u4e00-\u9fff々ー"
_RUNS: Final = re.compile(rf"[{_JAPANESE}]+|[^\W\d_{_JAPANESE}]+|\d+|\S")
IS_JAPANESE: Final = re.compile(rf"[{_JAPANESE}]")


class Vocabulary:
    """The entries of a model and their numbers. Immutable; any number of threads may read it."""

    def __init__(self, entries: list[str]) -> None:
        """Raises `ValueError` when an entry that every text needs is missing, or one is there twice."""
        self.entries = entries
        self._numbers = {entry: number for number, entry in enumerate(entries)}
        if len(self._numbers) != len(entries):
            raise ValueError("an entry of the vocabulary is there twice")
        if lost := {PADDING, UNKNOWN, BEGIN, END, *SPEAKERS.values()} - self._numbers.keys():
            raise ValueError(f"the vocabulary lacks {', '.join(sorted(lost))}")
        self.padding, self._unknown = self._numbers[PADDING], self._numbers[UNKNOWN]
        self._begin, self._end = self._numbers[BEGIN], self._numbers[END]
        self._speakers = {role: self._numbers[entry] for role, entry in SPEAKERS.items()}
        self._known_word = lru_cache(maxsize=WORDS_REMEMBERED)(self._pieces)

    def __len__(self) -> int:
        return len(self.entries)

    def read(self, text: str) -> list[int]:
        """Return the numbers of a text that is folded already (see `normalise`). Time is linear in its
        length."""
        found: list[int] = []
        for run in _RUNS.finditer(text):
            word = run.group()
            found.extend(self._words(word) if IS_JAPANESE.match(word) else self._word(word))
        return found

    def unread(self, text: str) -> float:
        """Return the share of a text's characters, spaces aside, that read as unknown; 0 of nothing."""
        lost = count = 0
        for run in _RUNS.finditer(text):
            word = run.group()
            count += len(word)
            if IS_JAPANESE.match(word):
                lost += sum(number == self._unknown for number in self._words(word))
            elif self._word(word) == (self._unknown,):
                lost += len(word)
        return lost / count if count else 0.0

    def framed(self, numbers: list[int], role: Role, asked: Sequence[int] = ()) -> list[int]:
        """Return a window as the reader takes it: its begin, who speaks, the text, its end. Before an answer stands
        what was asked, where that is known."""
        question = [self._speakers[Role.PROMPT], *asked] if asked else []
        return [self._begin, *question, self._speakers[role], *numbers, self._end]

    def _word(self, word: str) -> tuple[int, ...]:
        """As `_pieces`, remembered; what is too long to be a word is not, so that memory stays within bounds."""
        return self._known_word(word) if len(word) <= LONGEST_WORD else (self._unknown,)

    def _pieces(self, word: str) -> tuple[int, ...]:
        """Return the numbers of a word with spaces around it; one unknown when any part of it is."""
        found: list[int] = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            for end in range(len(word), start, -1):
                if (number := self._numbers.get(prefix + word[start:end])) is not None:
                    break
            else:
                return (self._unknown,)
            found.append(number)
            start = end
        return tuple(found)

    def _words(self, run: str) -> Iterator[int]:
        """Yield the numbers of a run of Japanese; a character that no entry has is unknown."""
        start = 0
        while start < len(run):
            for end in range(min(len(run), start + LONGEST_ENTRY), start, -1):
                if (number := self._numbers.get(run[start:end])) is not None:
                    break
            else:
                number, end = self._unknown, start + 1
            yield number
            start = end


def read_vocabulary(path: Path) -> Vocabulary:
    """Return the vocabulary in a file. Raises `OSError` when it cannot be read and `ValueError` when it is no
    vocabulary."""
    return Vocabulary(path.read_text(encoding="utf-8").splitlines())


def windows_of(numbers: list[int], size: int, stride: int) -> list[tuple[int, int]]:
    """Return overlapping windows over so many numbers as (start, end), in order, together all of them; never
    empty (P-044)."""
    if len(numbers) <= size:
        return [(0, len(numbers))]
    return [
        (start, min(start + size, len(numbers))) for start in range(0, len(numbers) - size + stride, stride)
    ]
