"""Text to the numbers that the scorer adds up; the same code trains the model and runs it.

    text ──▶ code points ──fold──▶ n-grams of 2 to 5 characters ─┐
                    └──script runs──▶ words and pairs of words ──┴─hash─▶ buckets 0 … 2¹⁸-1

Everything is numpy over whole arrays: an n-gram of length k is made from the one of length k-1 by one
multiply and one add, so no Python runs per n-gram. A word is a run of one script (Latin letters and digits,
kanji, hiragana, katakana, hangul …), which gives Japanese and Chinese words without a dictionary. Single
characters are no features of their own: in alphabetic text they say nothing and outweigh all else; a lone
kanji is a word.

A feature is there or it is not: counted by number, a row of dashes would outweigh all words. The text under
overlapping windows is hashed once (P-044).
"""

from __future__ import annotations

import sys
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

FEATURES_VERSION = 1
"""Raise it whenever a text may fall into other buckets than before: older models then refuse to load."""

BITS = 18
BUCKETS = 1 << BITS
ORDERS = 4
"""How many lengths of character n-grams there are: 2, 3, 4 and 5."""

_PAD = 32  # a space: the edges of a text look like the edges of a word
_MARGIN = chr(_PAD) * ORDERS  # what the last n-grams run on into
# Arrays without dimensions: numpy takes a third less time over each short sum than with its own scalars.
_MULTIPLIER = np.array(0x01000193, np.uint32)  # FNV-1's prime
_MIXER = np.array(0x9E3779B1, np.uint32)  # Knuth's multiplicative hashing: 2³² over the golden ratio, odd
_WORD_SALT = np.array(0x5BD1E995, np.uint32)
_PAIR_SALT = np.array(0x85EBCA6B, np.uint32)
_FOLD_WORD = np.array(15, np.uint32)
_FOLD_HALF = np.array(16, np.uint32)
_SHIFT = np.array(32 - BITS, np.uint32)

_NO_WORD, _LETTER, _HAN, _HIRAGANA, _KATAKANA, _HANGUL = range(6)

Buckets = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Features:
    """The hashed features of one text."""

    buckets: Buckets
    """All of them in one array, for half the time goes into calls of numpy, however short the array: the
    n-grams of 2, 3, 4 and 5 characters that begin at each character, then the words, then the pairs."""
    length: int
    """Characters of the text."""
    begins: NDArray[np.intp]
    """Where each word begins, in characters."""

    @property
    def grams(self) -> Buckets:
        """Shape (4, length)."""
        return self.buckets[: ORDERS * self.length].reshape(ORDERS, self.length)

    @property
    def words(self) -> Buckets:
        """Buckets of the words, in order."""
        return self.buckets[ORDERS * self.length :][: self.begins.size]

    @property
    def pairs(self) -> Buckets:
        """Buckets of each word with the one after it: one fewer than words."""
        return self.buckets[ORDERS * self.length + self.begins.size :]

    def all(self) -> Buckets:
        """Return every bucket once, in no particular order: a word shouted a hundred times is one word."""
        return _distinct(self.buckets)

    def between(self, start: int, end: int) -> Features:
        """Return what begins in the characters `start:end`, placed from `start` on."""
        if start == 0 and end >= self.length:
            return self
        first, last = self.begins.searchsorted((start, end))
        grams = self.grams[:, start:end]
        buckets = np.concatenate((grams.ravel(), self.words[first:last], self.pairs[first:last]))
        return Features(buckets, grams.shape[1], self.begins[first:last] - start)

    def by_piece(self, pieces: NDArray[np.intp], count: int) -> tuple[Buckets, NDArray[np.bool_]]:
        """Return every bucket once, and for each of `count` pieces of the text which of them begin in it:
        shape (pieces, buckets). `pieces` says for each character, and maybe more, which piece it is in.

        One scatter for all pieces: a window at a time took fifteen short calls each.
        """
        distinct, cells = _numbered(self.buckets)
        there = np.zeros((count, distinct.size), bool)
        rows = pieces[: self.length] * distinct.size
        cells[: ORDERS * self.length].reshape(ORDERS, self.length)[:] += rows
        first, rest = rows.take(self.begins), cells[ORDERS * self.length :]
        rest[: first.size] += first
        rest[first.size :] += first[: rest.size - first.size]
        there.reshape(-1)[cells] = True
        return distinct, there


def features_apart(texts: Sequence[str]) -> tuple[Features, NDArray[np.intp]]:
    """Return the features of several texts, each as it has them by itself, and for each character which text it is
    in; those between texts are in one more. Their n-grams end in a margin, and no word is paired across it."""
    read = features(_MARGIN.join(texts))
    sizes = np.array([size for text in texts for size in (len(text), ORDERS)], np.intp)
    numbers = np.arange(sizes.size) >> 1
    numbers[1::2] = len(texts)
    ends = sizes.cumsum()
    last = read.begins.searchsorted(ends[1:-1:2]) - 1  # the last word before each margin's end but the last
    last = last[(last >= 0) & (last < read.pairs.size)]
    read.pairs[last] = read.words[last]  # in place of a pair across the margin, a word that is there anyway
    return read, np.repeat(numbers, sizes)


def features(text: str) -> Features:
    """Return the hashed features of `text`: any string, also an empty one or one with lone surrogates."""
    size = len(text)
    letters, scripts = _letters(text + _MARGIN)
    words, begins = _words(letters[:size], scripts[:size])
    hashes = np.empty(ORDERS * size + max(2 * words.size - 1, 0), np.uint32)
    _hash_grams(letters, hashes[: ORDERS * size].reshape(ORDERS, size))
    rest = hashes[ORDERS * size :]
    np.bitwise_xor(words, _WORD_SALT, out=rest[: words.size])
    if words.size > 1:
        pairs = rest[words.size :]
        np.multiply(words[:-1], _PAIR_SALT, out=pairs)
        pairs += words[1:]
    return Features(_bucket(hashes), size, begins)


def _letters(text: str) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Return what each character is read as, and its script."""
    if text.isascii():
        data = text.encode()
        fold, script = _ascii_tables()
        read = np.frombuffer(data.translate(fold), np.uint8).astype(np.uint32)
        return read, np.frombuffer(data.translate(script), np.uint8)
    points = _code_points(text).astype(np.intp)
    folded, scripts = _tables()
    return folded.take(points, mode="clip"), scripts.take(points, mode="clip")


def _code_points(text: str) -> NDArray[np.uint32]:
    native = "utf-32-le" if sys.byteorder == "little" else "utf-32-be"
    return np.frombuffer(text.encode(native, "surrogatepass"), np.uint32)


def _hash_grams(padded: NDArray[np.uint32], hashes: NDArray[np.uint32]) -> None:
    """Fill `hashes`, shape (4, characters), with those of all n-grams; the last ones run on into the
    margin."""
    size = hashes.shape[1]
    before = padded[:size]
    for order, row in enumerate(hashes, start=1):
        np.multiply(before, _MULTIPLIER, out=row)
        row += padded[order : order + size]
        before = row


def _words(
    letters: NDArray[np.uint32], scripts: NDArray[np.uint8]
) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    """Return the hashes of the words, and where the words begin.

    A word's hash is the sum over its characters of a mixed hash of each with its successor inside the word:
    the order of characters counts, and one `reduceat` adds up all words at once.
    """
    if not letters.size:
        return np.empty(0, np.uint32), np.empty(0, np.intp)
    is_new = np.empty(letters.size, bool)
    is_new[0] = True
    np.not_equal(scripts[1:], scripts[:-1], out=is_new[1:])
    begins = is_new.nonzero()[0]
    after = letters * _MULTIPLIER
    after[begins] = 0  # what begins a run follows nothing inside it
    mixed = letters * _MIXER
    mixed[:-1] += after[1:]
    mixed ^= mixed >> _FOLD_WORD
    mixed *= _MIXER
    kept = scripts.take(begins) != _NO_WORD
    return np.add.reduceat(mixed, begins, dtype=np.uint32).compress(kept), begins.compress(kept)


class _Scratch(threading.local):
    """A note a bucket, for each thread its own (512 KiB: small enough for a core's own cache)."""

    def __init__(self) -> None:
        self.notes = np.empty(BUCKETS, np.uint16)


_SCRATCH = _Scratch()
_NUMBERS = np.arange(1 << 16, dtype=np.uint16)
"""Numbers for as many features as a note can tell apart; some thirty windows have no more."""


def _distinct(buckets: Buckets) -> Buckets:
    """Return the buckets without repetitions, eight times as fast as sorting.

    Each place writes its number into its bucket's note; where it can read it back, it was the last to write
    there.
    """
    if buckets.size > _NUMBERS.size:
        return np.unique(buckets)
    numbers, notes = _NUMBERS[: buckets.size], _SCRATCH.notes
    notes[buckets] = numbers
    return buckets.compress(notes.take(buckets) == numbers)


def _numbered(buckets: Buckets) -> tuple[Buckets, NDArray[np.intp]]:
    """Return the buckets without repetitions, and for each place the number of its bucket among them.

    For as many features as a note can tell apart.
    """
    distinct, notes = _distinct(buckets), _SCRATCH.notes
    notes[distinct] = _NUMBERS[: distinct.size]
    return distinct, notes.take(buckets).astype(np.intp)


def _bucket(hashes: NDArray[np.uint32]) -> Buckets:
    """Return the high bits of a multiplicative hash, which depend on every bit of the input."""
    mixed = hashes >> _FOLD_HALF
    mixed ^= hashes
    mixed *= _MIXER
    mixed >>= _SHIFT
    return mixed.astype(np.intp)


@cache
def _tables() -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Return, for each code point of the Basic Multilingual Plane, what it is read as and its script.

    The last entry also stands for everything above the plane (emoji, rare ideographs): present, not told
    apart.
    """
    folded = np.fromiter((_folded(point) for point in range(0x10000)), np.uint32, 0x10000)
    scripts = np.fromiter((_script(int(point)) for point in folded), np.uint8, 0x10000)
    return folded, scripts


@cache
def _ascii_tables() -> tuple[bytes, bytes]:
    """Return the same for ASCII as tables of bytes, with which text is read in half the time."""
    folded, scripts = _tables()
    rest = bytes(128)
    return bytes(folded[:128].tolist()) + rest, scripts[:128].tobytes() + rest


def _folded(point: int) -> int:
    """Return the code point read in its stead: compatible form, lower case, digits alike, white space
    alike."""
    letter = chr(point)
    for form in (unicodedata.normalize("NFKC", letter).lower(), letter.lower()):
        if len(form) == 1:
            letter = form
            break
    if letter.isspace():
        return _PAD
    return ord("0") if letter.isdecimal() else ord(letter)


def _script(point: int) -> int:
    letter = chr(point)
    if not (letter.isalnum() or unicodedata.category(letter).startswith("M") or letter == "ー"):
        return _NO_WORD
    if 0x3041 <= point <= 0x309F:
        return _HIRAGANA
    if 0x30A0 <= point <= 0x30FF:
        return _KATAKANA
    if 0x3400 <= point <= 0x4DBF or 0x4E00 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or letter == "々":
        return _HAN
    return _HANGUL if 0xAC00 <= point <= 0xD7A3 or 0x1100 <= point <= 0x11FF else _LETTER
