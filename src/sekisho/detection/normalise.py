"""Text as detectors read it: folded, so that disguises fall away, with a map back to the original.

Two readings are made, each with its map:

`text`   every *cluster* (a character and the marks on it) by itself: NFKC, case folded, half-width kana
         joined with their marks, what is invisible removed (zero-width and bidirectional controls, variation
         selectors, soft hyphens), accents on Latin letters dropped and strokes through Japanese ones, look-alike
         letters made Latin. Folding it again changes nothing.
`view`   the text with words unveiled: leet between letters (h4ck), hidden characters (爆○), spaced letters
         (b o m b). Numbers and ordinary words stay. Usually the very same object as `text`.

Both are *local*: what a character becomes depends on a few neighbours only, however long the text. Streams
rest on that (`open_from` says where more text could still change the reading), and so does linear time:
standard `re` is used for single character classes and bounded runs alone.

Source: P-040; Unicode Standard Annex 15 (NFKC) and Technical Standard 39 (look-alikes).
"""

from __future__ import annotations

import re
import sys
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import ahocorasick
import re2

from sekisho.detection.lookalikes import HIDDEN_BEGINNINGS, HIDDEN_WORDS, LEET, LOOK_ALIKES, MASKS, SHAPES
from sekisho.detection.types import Span

MARKS_KEPT: Final = 8
"""Marks and invisible characters that one character may carry. Each further one reads as a space, so that a
flood of them can neither hide in a word nor make a stream hold back without bound."""

REACH: Final = 16
"""How many characters of a reading a cut in the text can disturb after it. See `StreamWatch`."""


@dataclass(frozen=True, slots=True)
class Folded:
    """One reading of a text. Character `i` stands for `starts[i]:ends[i]` of the original (code points)."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """Return what the characters `start:end` of the reading stand for in the original; `start < end`."""
        return Span(self.starts[start], self.ends[end - 1])


class Normalised:
    """A text in both readings. The second is made when it is asked for: who adds up words has no use for it."""

    __slots__ = ("_view", "folded", "original")

    def __init__(self, original: str, folded: Folded) -> None:
        self.original, self.folded = original, folded
        self._view: Folded | None = None

    @property
    def view(self) -> Folded:
        if self._view is None:
            self._view = _unveiled(self.folded)
        return self._view

    @property
    def text(self) -> str:
        return self.folded.text

    @property
    def offsets(self) -> Sequence[int]:
        """Where each character of `text` begins in the original: never decreasing, within bounds."""
        return self.folded.starts

    def span(self, start: int, end: int) -> Span:
        return self.folded.span(start, end)


# ── characters ────────────────────────────────────────────────────────────────────────────────
def _ranges(*pairs: tuple[int, int]) -> set[int]:
    return {code for first, last in pairs for code in range(first, last + 1)}


_INVISIBLE: Final = _ranges(
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF9, 0xFFFB), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
"""What leaves no trace on the screen. Source: Unicode `Default_Ignorable_Code_Point`."""

_JOINING: Final = _ranges(
    (0x1161, 0x11FF), (0x314F, 0x3163), (0xD7B0, 0xD7FB), (0xFFC2, 0xFFDC), (0xFF9E, 0xFF9F),
    (0x0E33, 0x0E33),
    (0x0EB3, 0x0EB3),
)  # fmt: skip
"""What joins with the character before it though it is no mark: Hangul vowels and finals, ﾞ and ﾟ."""


def _class(codes: set[int]) -> str:
    """A character class of a regular expression for these code points, as ranges."""
    parts, ordered = [], sorted(codes)
    first = last = ordered[0]
    for code in [*ordered[1:], sys.maxunicode + 2]:
        if code != last + 1:
            parts.append(f"\\U{first:08x}-\\U{last:08x}")
            first = code
        last = code
    return "".join(parts)


_MARKS: Final = {code for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M"}
_WESTERN: Final = _ranges((0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF)) & _MARKS
"""Accents, strokes and the like, which no Japanese word has."""
_CARRIED: Final = _class(_MARKS | _INVISIBLE | _JOINING)

_UNUSUAL: Final = re.compile(r"[^\x00-\x7fぁ-ゖァ-ヺー一-鿿、-〃「-】]")
"""Outside these, folding a character is more than lower case."""
_CARRIED_RUN: Final = re.compile(f"[{_CARRIED}]+")


@lru_cache(maxsize=65_536)
def _fold(cluster: str) -> str:
    """Return what one cluster reads as: usually one character, sometimes none or several."""
    kept = "".join(char for char in cluster if ord(char) not in _INVISIBLE)
    if "\ud800" <= kept[:1] <= "\udfff":
        return "\ufffd"
    if kept == "…":
        return "."
    folded = kept.translate(SHAPES)
    for _ in range(4):
        step = "".join(
            map(_bare, unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", folded).casefold()))
        )
        if step == folded:
            break
        folded = step
    return _without_marks(folded)


def _without_marks(folded: str) -> str:
    """Drop what ASCII characters carry, and what kana and kanji carry but for voicing: no such mark tells words
    apart, and many hide them."""
    kept: list[str] = []
    for char in folded:
        if not (kept and _is_idle(ord(char), kept[-1])):
            kept.append(char)
    return "".join(kept)


def _is_idle(code: int, carrier: str) -> bool:
    return code in _MARKS if carrier.isascii() else code in _WESTERN and "\u3041" <= carrier <= "\u9fff"


@lru_cache(maxsize=8_192)
def _bare(char: str) -> str:
    """A Latin letter without its accents, a look-alike as the letter it looks like, any other as it is."""
    base = unicodedata.normalize("NFD", char)[0]
    base = LOOK_ALIKES.get(base, base)
    return base if base.isascii() else char


class _SeveralError(Exception):
    """A character stands for none or several: positions must be counted one by one."""


class _OneToOne(dict[int, str]):
    """Folding of single characters, learned as they come; refuses those that change the length."""

    def __missing__(self, code: int) -> str:
        folded = _fold(chr(code))
        if len(folded) != 1:
            raise _SeveralError
        if len(self) < 65_536:
            self[code] = folded
        return folded


_ONE_TO_ONE: Final = _OneToOne()


# ── text ──────────────────────────────────────────────────────────────────────────────────────
def normalise(text: str) -> Normalised:
    """Return both readings of any text. Linear time; never raises, lone surrogates included."""
    return Normalised(text, _folded(text))


def _folded(text: str) -> Folded:
    if text.isascii() or not _UNUSUAL.search(text):
        return _same_length(text.lower())
    if not _CARRIED_RUN.search(text):
        try:
            return _same_length(text.translate(_ONE_TO_ONE))
        except _SeveralError:
            pass
    return _by_clusters(text)


def _same_length(text: str) -> Folded:
    return Folded(text, range(len(text)), range(1, len(text) + 1))


class _Reading:
    """A reading in the making."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.parts: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []

    def add(self, piece: str, start: int, end: int) -> None:
        self.parts.append(piece)
        self.starts.extend([start] * len(piece))
        self.ends.extend([end] * len(piece))

    def add_bare(self, start: int, end: int) -> None:
        """Add characters that carry nothing."""
        try:
            self.parts.append(self.original[start:end].translate(_ONE_TO_ONE))
        except _SeveralError:
            for at in range(start, end):
                self.add(_fold(self.original[at]), at, at + 1)
        else:
            self.starts.extend(range(start, end))
            self.ends.extend(range(start + 1, end + 1))


def _by_clusters(text: str) -> Folded:
    reading, done = _Reading(text), 0
    for run in _CARRIED_RUN.finditer(text):
        start, end = run.span()
        if start > done:
            carrier, kept = start - 1, min(start + MARKS_KEPT, end)
            reading.add_bare(done, carrier)
            reading.add(_fold(text[carrier:kept]), carrier, kept)
            start = kept
        for orphan in range(start, end):
            reading.add(" ", orphan, orphan + 1)  # nothing carries it, or no longer
        done = end
    reading.add_bare(done, len(text))
    return Folded("".join(reading.parts), reading.starts, reading.ends)


# ── words unveiled ────────────────────────────────────────────────────────────────────────────
_LETTER: Final = "a-zぁ-んァ-ヴー一-鿿"
_VEIL: Final = re2.compile(
    rf"[a-z][013457@$!]{{1,2}}[a-z]|[{MASKS}]|[ .\-_・][{_LETTER}][ .\-_・][{_LETTER}][ .\-_・]"
)
"""Whether there may be anything to unveil. Nearly always there is not, and google-re2 says so in a fifth of the
time."""
_LEET: Final = re.compile(r"(?<=[a-z])([013457@$!])\1?(?=[a-z])")


def _automaton(words: Iterable[str]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for word in words:
        automaton.add_word(word, word)
    automaton.make_automaton()
    return automaton


_HIDDEN_ASCII: Final = _automaton(filter(str.isascii, HIDDEN_WORDS))
_HIDDEN: Final = _automaton(HIDDEN_WORDS)
_SPACED: Final = re.compile(
    rf"(?<![{_LETTER}0-9])[{_LETTER}](?:[ .\-_・][{_LETTER}](?![{_LETTER}0-9])){{3,}}+"
)
"""Four or more single letters with one separator between each two."""


def _unveiled(folded: Folded) -> Folded:
    """The three unveilings look at the same text, not at each other's work, so that each stays local."""
    text = folded.text
    if not _VEIL.search(text):
        return folded
    chars = list(text)
    for found in _LEET.finditer(text):
        chars[found.start() : found.end()] = [LEET[char] for char in found[0]]
    for start, hidden in _hidden_words(text):
        chars[start : start + len(hidden)] = HIDDEN_WORDS[hidden]
    gaps = {gap for run in _SPACED.finditer(text) for gap in range(run.start() + 1, run.end(), 2)}
    if not gaps:
        return Folded("".join(chars), folded.starts, folded.ends)
    kept = [at for at in range(len(text)) if at not in gaps]
    return Folded(
        "".join(chars[at] for at in kept),
        [folded.starts[at] for at in kept],
        [folded.ends[at] for at in kept],
    )


def _hidden_words(text: str) -> Iterator[tuple[int, str]]:
    """Yield where words with a hidden character stand, the first and longest where they overlap. An expression of
    hundreds of words took 25 times as long, and Markdown is full of what may hide a character."""
    found = (_HIDDEN_ASCII if text.isascii() else _HIDDEN).iter(text)
    done = 0
    for start, _, word in sorted((last - len(word) + 1, -len(word), word) for last, word in found):
        if start >= done:
            yield start, word
            done = start + len(word)


# ── texts that go on ──────────────────────────────────────────────────────────────────────────
_OPEN_SPACED: Final = re.compile(rf"(?:[ .\-_・]?(?<![{_LETTER}0-9])[{_LETTER}]){{1,4}}[ .\-_・]?\Z")
_OPEN_LEET: Final = re.compile(r"(?<=[a-z])([013457@$!])\1?\Z")
_LONGEST_HIDDEN: Final = max(map(len, HIDDEN_WORDS))


def open_from(normalised: Normalised) -> int:
    """Return from which character of the original on more text could still change the reading `view`.

    A mark that follows could change the last cluster, a letter the last digit, and so on. What a mark does to
    a character that stays what it is (an accent on a Latin letter) is no change.
    """
    folded = normalised.folded
    text = folded.text
    if not text:
        return 0
    at = len(text)
    if _takes_marks(text[-1]):
        at = bisect_left(folded.starts, folded.starts[-1])
    tail = text[-2 * _LONGEST_HIDDEN :]
    first = len(text) - len(tail)
    for pattern in (_OPEN_SPACED, _OPEN_LEET):
        if found := pattern.search(tail):
            at = min(at, first + found.start())
    at = min(at, _open_hidden(tail) + first)
    return folded.starts[at] if at < len(text) else len(normalised.original)


def _open_hidden(tail: str) -> int:
    """Where the first hidden character stands in an unfinished word at the end of the tail."""
    for length in range(min(len(tail), _LONGEST_HIDDEN - 1), 0, -1):
        if tail[-length:] in HIDDEN_BEGINNINGS:
            return next(at for at in range(len(tail) - length, len(tail)) if tail[at] in MASKS)
    return len(tail)


@lru_cache(maxsize=8_192)
def _takes_marks(char: str) -> bool:
    """Whether a voicing mark would make another character of it: か and が, ﾊ and パ."""
    return any(unicodedata.normalize("NFC", char + mark) != char + mark for mark in "\u3099\u309a")
