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

from sekisho.base.text import Text

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
    why: Text


AFTER_HEAD = Text(
    "There is a line after the head, which ends a log.",
    "ログの最後であるはずの末尾の値の後に、行が続いています。",
)
OTHER_THAN_KEPT = Text(
    "Entry {seq} is not the one whose digest was kept.",
    "記録 {seq} が、控えておいたダイジェストと一致しません。",
)
NO_HEAD = Text(
    "The log does not end with its head: its tail is missing.",
    "ログが末尾の値で終わっていません。最後の部分が失われています。",
)
CUT_OFF = Text(
    "The log ends at entry {last}, but entry {kept} was seen before.",
    "ログは記録 {last} で終わっていますが、以前は記録 {kept} まで確認されています。",
)
MISPLACED = Text(
    "Entry {seq} stands where entry {belongs} belongs.",
    "記録 {belongs} があるはずの位置に、記録 {seq} があります。",
)
UNLINKED = Text(
    "Entry {seq} does not follow the entry before it.", "記録 {seq} が、直前の記録とつながっていません。"
)
CHANGED = Text(
    "Entry {seq} was changed after it was written.", "記録 {seq} は、書き込まれた後に変更されています。"
)
OTHER_HEAD = Text(
    "The head does not match entry {last}, the last before it: entries are missing or changed.",
    "末尾の値が、直前の記録 {last} と一致しません。記録が欠けているか、変更されています。",
)
NO_ENTRY = Text("This line is not an audit entry.", "この行は監査ログの記録ではありません。")


def canonical(leaf: Leaf) -> bytes:
    """Return the bytes that are hashed: equal leaves give equal bytes on every machine."""
    return canonical_json([getattr(leaf, name) for name in _FIELDS]).encode()


def line(leaf: Leaf) -> str:
    """Return the leaf as one line of an export, with its digest."""
    return canonical_json({name: getattr(leaf, name) for name in (*_FIELDS, "digest")})


def head_line(head: Head) -> str:
    """Return the line that ends an export."""
    return canonical_json({"head": {"seq": head.seq, "digest": head.digest}})


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
            return Broken(number, AFTER_HEAD)
        step = _ends(row, head) if _is_head(row) else _follows(row, head)
        if isinstance(step, Text):
            return Broken(number, step)
        ended, head = _is_head(row), step
        if kept is not None and head.seq == kept.seq and head.digest != kept.digest:
            return Broken(number, OTHER_THAN_KEPT.format(seq=kept.seq))
    if not ended:
        return Broken(number + 1, NO_HEAD)
    if kept is not None and head.seq < kept.seq:
        return Broken(number + 1, CUT_OFF.format(last=head.seq, kept=kept.seq))
    return Verified(head)


def follows(leaf: Leaf, digest: str, head: Head) -> Head | Text:
    """Return the head after `leaf`, or why it cannot follow `head`."""
    if leaf.seq != head.seq + 1:
        return MISPLACED.format(seq=leaf.seq, belongs=head.seq + 1)
    if leaf.prev != head.digest:
        return UNLINKED.format(seq=leaf.seq)
    if leaf.digest != digest:
        return CHANGED.format(seq=leaf.seq)
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


def _ends(row: dict[str, object], head: Head) -> Head | Text:
    if row["head"] != {"seq": head.seq, "digest": head.digest}:
        return OTHER_HEAD.format(last=head.seq)
    return head


def _follows(row: dict[str, object], head: Head) -> Head | Text:
    try:
        return follows(Leaf(**{name: row[name] for name in _FIELDS}), str(row["digest"]), head)  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError):
        return NO_ENTRY


def canonical_json(value: object) -> str:
    """Return the one way in which what is hashed or signed is written: UTF-8, keys sorted, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
