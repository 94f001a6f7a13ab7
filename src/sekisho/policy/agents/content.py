"""Whether a text holds a run of another, however it is spaced, written or wrapped. Linear time, no model.

    fold      letters and digits alone, folded as detectors read them; a kanji or kana counts for two letters
    window    every run of so many of them, as one 64-bit hash: a few passes over an array
    compare   a run is shared where the hashes are

A polynomial hash gives different runs the same value with a probability of about n·m / 2⁶⁴; that would only stop a call
that nobody meant to stop.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt

from sekisho.detection.normalise import normalise
from sekisho.detection.unwrap import unwrapped

Codes = npt.NDArray[np.uint64]

WRAPPINGS: Final = 2
"""Wrappings within each other that are undone: base64 of percent-encoded text, …"""
_BASE: Final = 0x9E3779B97F4A7C15
"""Any odd number with many bits does; this is 2⁶⁴ over the golden ratio."""
_WORD_64: Final = 1 << 64
_FILTER: Final = 1 << 16
_ASCII_DROPPED: Final = bytes(code for code in range(256) if not chr(code).isalnum() or code > 127)
_DROPPED: Final = re.compile(r"[\W_]+")
_KANA, _AFTER_KANA, _KANJI, _AFTER_HANGUL = 0x3040, 0x3100, 0x3400, 0xD7B0
"""Where signs begin and end of which one says as much as two letters."""


def coded(text: str) -> Codes:
    """Return the letters and digits of a text as numbers, disguises undone, those of two letters' worth twice."""
    if text.isascii():
        plain = text.lower().encode().translate(None, _ASCII_DROPPED)
        return np.frombuffer(plain, np.uint8).astype(np.uint64)
    kept = _DROPPED.sub("", normalise(text).text)
    codes = np.frombuffer(kept.encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)
    is_wide = ((codes >= _KANA) & (codes < _AFTER_KANA)) | ((codes >= _KANJI) & (codes < _AFTER_HANGUL))
    return np.repeat(codes, np.where(is_wide, 2, 1))


def windows(codes: Codes, run: int) -> Codes:
    """Return a hash of each `run` codes in a row; none where there are fewer."""
    if run < 1 or len(codes) < run:
        return np.empty(0, np.uint64)
    block, size = codes, 1
    joined: Codes | None = None
    length = 0
    while True:
        if run & size:
            joined, length = (
                (block, size) if joined is None else (_joined(joined, block, size, length), length + size)
            )
        if 2 * size > run:
            return joined if joined is not None else block
        block, size = _joined(block, block, size, size), 2 * size


def _joined(first: Codes, then: Codes, then_size: int, gap: int) -> Codes:
    """Hashes of runs out of those of their two halves: the second begins `gap` codes after the first."""
    count = len(then) - gap
    power = np.uint64(pow(_BASE, then_size, _WORD_64))
    joined: Codes = first[:count] * power + then[gap:]
    return joined


def shares_run(texts: Iterable[Codes], sources: Iterable[Codes], own: Iterable[Codes], run: int) -> bool:
    """Return whether one of `texts` has `run` codes in a row that a source has, and that nothing of `own` has."""
    known = np.unique(windows(_strung(texts, run, 1), run))
    table = np.zeros(_FILTER, np.bool_)
    table[known & np.uint64(_FILTER - 1)] = True
    shared = _among(windows(_strung(sources, run, 2), run), known, table)
    return bool(len(shared)) and bool(np.setdiff1d(shared, windows(_strung(own, run, 3), run)).size)


def _strung(texts: Iterable[Codes], run: int, mark: int) -> Codes:
    """Texts one after the other, with a mark between them that is no letter: what goes over it is like nothing that is
    strung together with another mark."""
    gap = np.full(run, mark, np.uint64)
    return np.concatenate([part for text in texts for part in (text, gap)] or [gap[:0]])


def _among(hashes: Codes, known: Codes, table: npt.NDArray[np.bool_]) -> Codes:
    """Those of the hashes that are known; nearly all others fall through the table, which costs far less."""
    likely = hashes[table[hashes & np.uint64(_FILTER - 1)]]
    found: Codes = likely[np.isin(likely, known)]
    return found


def readings(text: str) -> Iterator[str]:
    """Yield a text as it stands, and what it says with its wrapping undone."""
    seen = {text}
    wave = [text]
    yield text
    for _ in range(WRAPPINGS):
        wave = [said for one in wave for said in _opened(one) if said not in seen]
        seen.update(wave)
        yield from wave


def _opened(text: str) -> Iterator[str]:
    yield from unwrapped(text)
    if "%" in text:
        yield unquote(text)


def without_names(text: str) -> str:
    """Return a file of settings without their names (`DATABASE_URL=`): they are no secret, and instructions name
    them."""
    return _SETTING.sub("", text)


_SETTING: Final = re.compile(r"^[ \t]*(?:export[ \t]+)?[A-Za-z_][\w.-]{0,80}[ \t]*[=:]", re.MULTILINE)
