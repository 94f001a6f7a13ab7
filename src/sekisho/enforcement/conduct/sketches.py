"""Keyed sketches: two texts that nearly equal have nearly equal sketches, and nothing else can be told from them.

    text ─▶ letters alone ─▶ runs of characters ─▶ MinHash (rensa) ─▶ AES a slot ─▶ 64 × 16 bits

MinHash: the share of equal slots estimates the Jaccard similarity of the sets of runs (Broder 1997); sixteen bits a
slot are enough, as chance equality is one in 65,536 (b-bit minwise hashing, Li and König 2010). Four slots side by
side make one of sixteen *bands*, by which similar sketches are found without comparing all (locality-sensitive
hashing). Each slot goes through AES under a key of the installation, so that whoever holds the rows, and not the key,
cannot try texts against them. The same key for all organisations: a campaign goes across accounts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from numpy.typing import NDArray
from rensa import RMinHash

SLOTS = 64
SIZE = 2 * SLOTS
"""Bytes of a sketch."""
ALIKE = 0.7
"""Share of equal slots from which two texts count as near-identical. By 64 slots it is known to ±0.06."""
SHORTEST = 40
"""Letters, as bytes of UTF-8: people and agents say "go on" all day."""
LONGEST = 2_000
"""Characters that are looked at."""
RUN, RUN_WIDE = 6, 3
"""Characters a run: of alphabets, and of scripts in which one character says as much as half a word."""

_NO_LETTERS = re.compile(r"[\W\d_]+")
_NO_ASCII_LETTERS = bytes(sign for sign in range(128) if not chr(sign).isalpha())
"""Digits, space, marks and invisible characters: what changes from one of a kind to the next, and what is put in
between to look different."""

Slots = NDArray[np.uint16]
Hashes = NDArray[np.uint64]
_FACTOR = np.uint64(0x100000001B3)
"""The prime of FNV-1a: large enough that six code points overlap, odd, so that none is lost."""
_MIXER, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)
"""The golden ratio in 64 bits (Fibonacci hashing)."""


class Sketcher:
    """Makes sketches under one key."""

    def __init__(self, secret: bytes) -> None:
        self._seed = int.from_bytes(blake2b(secret, digest_size=8, person=b"conduct.seed").digest(), "big")
        key = blake2b(secret, digest_size=16, person=b"conduct.slots").digest()
        self._cipher = Cipher(AES(key), ECB())  # noqa: S305 - a keyed function of single blocks, which never repeat in a sketch

    def sketches(self, texts: Sequence[str]) -> list[bytes]:
        """Return a sketch for each text; empty for one that is too short to tell."""
        letters = [letters_of(text) for text in texts]
        made = [b""] * len(texts)
        for run in (RUN, RUN_WIDE):
            places = [at for at, one in enumerate(letters) if one and run_of(one) == run]
            if places:
                hashes, ends = _hashes([letters[at] for at in places], run)
                drawn = RMinHash.digest_matrix_from_flat_token_hashes(hashes, ends, SLOTS, self._seed)
                rows = np.array(drawn.to_rows(), dtype=np.uint32)
                for at, sketch in zip(places, self._keyed(rows), strict=True):
                    made[at] = sketch
        return made

    def _keyed(self, rows: NDArray[np.uint32]) -> list[bytes]:
        blocks = np.zeros((len(rows), SLOTS, 4), dtype="<u4")
        blocks[:, :, 0] = rows
        blocks[:, :, 1] = np.arange(SLOTS)
        encryptor = self._cipher.encryptor()
        shut = np.frombuffer(encryptor.update(blocks.tobytes()), dtype="<u2").reshape(len(rows), SLOTS, 8)
        return [row.tobytes() for row in np.ascontiguousarray(shut[:, :, 0])]


def letters_of(text: str) -> str:
    """Return the letters of a text as they are compared; empty for a text that is too short."""
    begun = text[:LONGEST]
    if begun.isascii():  # as most text in English is: the same, ten times as quick
        letters = begun.lower().encode().translate(None, _NO_ASCII_LETTERS).decode()
    else:
        letters = _NO_LETTERS.sub("", unicodedata.normalize("NFKC", begun).casefold())
    return letters if len(letters.encode("utf-8", "surrogatepass")) >= SHORTEST else ""


def run_of(letters: str) -> int:
    """Return how many characters of these letters make a run."""
    return RUN if len(letters.encode("utf-8", "surrogatepass")) < 1.5 * len(letters) else RUN_WIDE


def _hashes(texts: Sequence[str], run: int) -> tuple[Hashes, Hashes]:
    """Return a hash of every run of every text, and where each text's hashes begin and end.

    All texts at once, as numbers: to cut strings took most of the time. A run's hash is a polynomial of its code
    points, mixed; what it need not resist is met by the cipher.
    """
    signs = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    lengths = np.array([len(text) for text in texts])
    ends = np.cumsum(lengths)
    count = len(signs) - run + 1
    hashes = np.zeros(count, dtype=np.uint64)
    for at in range(run):
        hashes = hashes * _FACTOR + signs[at : at + count]
    hashes = (hashes ^ hashes >> _HALF) * _MIXER
    is_whole = np.ones(len(signs), dtype=bool)
    for back in range(1, run):
        is_whole[ends - back] = False  # it would reach into the next text
    offsets = np.concatenate([[0], np.cumsum(lengths - run + 1)]).astype(np.uint64)
    return np.ascontiguousarray((hashes ^ hashes >> _HALF)[is_whole[:count]]), offsets


def slots_of(sketches: Sequence[bytes]) -> Slots:
    """Return sketches as rows of slots."""
    return np.frombuffer(b"".join(sketches), dtype="<u2").reshape(len(sketches), SLOTS)


def likeness(one: bytes, other: bytes) -> float:
    """Return the estimated similarity of two texts by their sketches, 0 to 1."""
    return float((slots_of([one]) == slots_of([other])).mean())


def alike(some: Sequence[bytes], others: Sequence[bytes]) -> tuple[int, ...]:
    """Return the places in `some` of sketches that nearly equal at least one of `others`."""
    if not some or not others:
        return ()
    theirs = slots_of(others)
    shares = [(theirs == mine).mean(axis=1).max() for mine in slots_of(some)]
    return tuple(at for at, share in enumerate(shares) if share >= ALIKE)


def groups(sketches: Sequence[bytes]) -> list[list[int]]:
    """Return the places of sketches that nearly equal, as groups of two or more, each in order.

    Within a band, sketches with the same four slots are candidates; each is held against the first of them.
    """
    if not sketches:
        return []
    slots = slots_of(sketches)
    bands = slots.view("<u8")
    leaders = list(range(len(sketches)))
    for band in range(bands.shape[1]):
        order = np.argsort(bands[:, band], kind="stable")
        values = bands[order, band]
        is_first = np.concatenate([[True], values[1:] != values[:-1]])
        firsts = order[np.maximum.accumulate(np.where(is_first, np.arange(len(order)), 0))]
        later = ~is_first
        some, first = order[later], firsts[later]
        near = (slots[some] == slots[first]).mean(axis=1) >= ALIKE
        for one, other in zip(some[near].tolist(), first[near].tolist(), strict=True):
            _join(leaders, one, other)
    together: dict[int, list[int]] = {}
    for at in range(len(leaders)):
        together.setdefault(_leader(leaders, at), []).append(at)
    return [places for places in together.values() if len(places) > 1]


def _leader(leaders: list[int], at: int) -> int:
    while leaders[at] != at:
        leaders[at] = leaders[leaders[at]]
        at = leaders[at]
    return at


def _join(leaders: list[int], one: int, other: int) -> None:
    one, other = _leader(leaders, one), _leader(leaders, other)
    leaders[max(one, other)] = min(one, other)
