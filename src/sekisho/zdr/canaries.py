"""Canaries: words of 128 bits that occur nowhere by chance, and every form in which one could be written down."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Iterator
from secrets import token_bytes

import ahocorasick

PIECE = 12
"""Characters that are enough to recognise a canary by (60 bits): as many as the provider says at a time, so that one
which is kept in pieces, as it came over the wire, is found too."""


def canary() -> str:
    """Return a word of 26 letters and digits that nobody has said before."""
    return base64.b32encode(token_bytes(16)).decode().rstrip("=").lower()


def forms(word: str) -> Iterator[bytes]:
    """Yield every form in which a word is looked for: as it is, escaped, and encoded."""
    data = word.encode()
    yield from (data, word.upper().encode())
    yield escaped(word).encode()
    yield quoted(word).encode()
    yield quoted(word).lower().encode()
    yield from (data.hex().encode(), data.hex().upper().encode())
    yield from (word.encode("utf-16-le"), word.encode("utf-16-be"))
    for offset in range(3):
        yield _base64(data, offset)
        yield _base64(word.encode("utf-16-le"), offset)


def escaped(word: str) -> str:
    """Return the word as JSON may write it: every character by its number."""
    return "".join(f"\\u{ord(letter):04x}" for letter in word)


def quoted(word: str) -> str:
    """Return the word as addresses may write it: every character by its number."""
    return "".join(f"%{ord(letter):02X}" for letter in word)


def _base64(data: bytes, offset: int) -> bytes:
    """The characters of base64 that depend on the data alone, where it begins at this byte of three."""
    whole = base64.b64encode(bytes(offset) + data)
    return whole[math.ceil(offset * 8 / 6) : (offset + len(data)) * 8 // 6]


class Searcher:
    """Finds canaries in bytes of any kind, each by its halves and in every form."""

    def __init__(self, words: Iterable[str]) -> None:
        self._automaton = ahocorasick.Automaton()
        self.is_empty = True
        for word in words:
            for at in (0, PIECE):
                for form in forms(word[at : at + PIECE]):
                    self._automaton.add_word(form.decode("latin-1"), word)
                    self.is_empty = False
        if not self.is_empty:
            self._automaton.make_automaton()

    def find(self, data: bytes) -> set[str]:
        """Return the canaries of which anything is in `data`."""
        if self.is_empty or not data:
            return set()
        return {word for _, word in self._automaton.iter(data.decode("latin-1"))}
