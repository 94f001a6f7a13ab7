"""The hash chain under the audit log (P-071), and the verifier that needs no server. No Django.

    leaf 1 ──digest──▶ leaf 2 ──digest──▶ leaf 3 ──digest──▶ head

Each leaf names the digest of the one before it, so changing, removing, inserting or reordering leaves breaks
every digest that follows. One thing a chain cannot show by itself is a missing tail: what remains is still a
chain. So an export ends with its head, and a head that was kept elsewhere (printed, mailed, noted) can be
handed to `verify`, which then says whether the log still contains it.

Digest: SHA-256 over the canonical bytes of the leaf (JSON, UTF-8, keys sorted, no spaces), prefixed with a
word for the purpose, so that no other digest in the system can be passed off as a leaf.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

GENESIS = "0" * 64
"""What the first leaf names as the digest before it."""

_FIELDS = ("seq", "at", "actor", "action", "subject", "facts", "prev")
_PURPOSE = b"sekisho audit leaf v1\n"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One entry. `at` is ISO 8601 in UTC with microseconds; `facts` hold ids, words and numbers, never
    content."""

    seq: int
    """1, 2, 3, … without gaps."""
    at: str
    actor: str
    action: str
    subject: str
    facts: Mapping[str, object]
    prev: str
    """Digest of the leaf before it; `GENESIS` for the first."""

    @property
    def digest(self) -> str:
        return hashlib.sha256(_PURPOSE + canonical(self)).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """The last leaf of a log at some moment: enough to show later that nothing up to it was changed or
    dropped."""

    seq: int
    digest: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.digest}"


EMPTY = Head(0, GENESIS)


@dataclass(frozen=True, slots=True)
class Verified:
    head: Head


@dataclass(frozen=True, slots=True)
class Broken:
    """The log was altered, or is not one."""

    at: int
    """The line at which it first shows, from 1."""
    why: str


def canonical(leaf: Leaf) -> bytes:
    """Return the bytes that are hashed: equal leaves give equal bytes on every machine."""
    return _json([getattr(leaf, name) for name in _FIELDS]).encode()


def line(leaf: Leaf) -> str:
    """Return the leaf as one line of an export, with its digest."""
    return _json({name: getattr(leaf, name) for name in (*_FIELDS, "digest")})


def head_line(head: Head) -> str:
    """Return the line that ends an export."""
    return _json({"head": {"seq": head.seq, "digest": head.digest}})


def parse_head(words: str) -> Head:
    """Return the head that `str(head)` wrote. Raises `ValueError` on anything else."""
    seq, _, digest = words.strip().partition(":")
    if len(digest) != 64:
        raise ValueError(
            "A head reads SEQ:DIGEST, such as 41:9f2c…, with 64 hexadecimal digits after the colon."
        )
    return Head(int(seq), digest)


def verify(lines: Iterable[str], kept: Head | None = None) -> Verified | Broken:
    """Return whether `lines`, an export, are a whole and unaltered log that still contains the head `kept`.

    The export must end with its head line: without one, a dropped tail would not show. Reads line by line, so
    a log of any size is checked in constant memory.
    """
    head, ended = EMPTY, False
    number = 0
    for number, row in _rows(lines):
        if ended:
            return Broken(number, "There is a line after the head, which ends a log.")
        step = _ends(row, head) if _is_head(row) else _follows(row, head)
        if isinstance(step, str):
            return Broken(number, step)
        ended, head = _is_head(row), step
        if kept is not None and head.seq == kept.seq and head.digest != kept.digest:
            return Broken(number, f"Entry {kept.seq} is not the one whose digest was kept.")
    if not ended:
        return Broken(number + 1, "The log does not end with its head: its tail is missing.")
    if kept is not None and head.seq < kept.seq:
        return Broken(number + 1, f"The log ends at entry {head.seq}, but entry {kept.seq} was seen before.")
    return Verified(head)


def follows(leaf: Leaf, digest: str, head: Head) -> Head | str:
    """Return the head after `leaf`, or why it cannot follow `head`."""
    if leaf.seq != head.seq + 1:
        return f"Entry {leaf.seq} stands where entry {head.seq + 1} belongs."
    if leaf.prev != head.digest:
        return f"Entry {leaf.seq} does not follow the entry before it."
    if leaf.digest != digest:
        return f"Entry {leaf.seq} was changed after it was written."
    return Head(leaf.seq, digest)


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield each line's number and object; an empty object for a line that holds none."""
    for number, text in enumerate(lines, 1):
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            row = None
        yield number, row if isinstance(row, dict) else {}


def _is_head(row: dict[str, object]) -> bool:
    return row.keys() == {"head"}


def _ends(row: dict[str, object], head: Head) -> Head | str:
    if row["head"] != {"seq": head.seq, "digest": head.digest}:
        return (
            f"The head does not match entry {head.seq}, the last before it: entries are missing or changed."
        )
    return head


def _follows(row: dict[str, object], head: Head) -> Head | str:
    try:
        return follows(Leaf(**{name: row[name] for name in _FIELDS}), str(row["digest"]), head)  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError):
        return "This line is not an audit entry."


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
