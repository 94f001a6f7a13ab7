"""The Merkle tree over the audit log (R-DATA-251): hashes, proofs, and those who check proofs. No Django.

    size 5:            root
                      /    \\
                  (0..4)    4      A proof that leaf 2 is there: 3, (0..2), 4: what lies beside its way to the root.
                  /   \\            A proof that size 3 was a part of size 5: the pieces from which both roots follow.
             (0..2)   (2..4)
              / \\      / \\
             0   1    2   3

Source: RFC 6962, section 2.1 (tree, proofs), as restated in RFC 9162, sections 2.1.1 to 2.1.4 (and how to check them).
Leaves and nodes are hashed with different first bytes, so that no node can be passed off as a leaf.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""

Node = Callable[[int, int], bytes]
"""Gives the hash of the complete subtree of 2^level leaves that begins at leaf `index`·2^level: `node(level, index)`.
Level 0 are the leaves' own hashes."""


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(size: int, node: Node) -> bytes:
    """Return the root of the first `size` leaves."""
    return subtree(0, size, node) if size else EMPTY_ROOT


def subtree(begin: int, end: int, node: Node) -> bytes:
    """Return the hash of the leaves from `begin` to `end`, excluded. `begin` is where the tree would split."""
    pieces = list(_complete(begin, end))
    level, index = pieces.pop()
    found = node(level, index)
    for level, index in reversed(pieces):
        found = node_hash(node(level, index), found)
    return found


def _complete(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield level and index of the complete subtrees that make up the leaves from `begin` to `end`, largest first."""
    while begin < end:
        level = (end - begin).bit_length() - 1
        yield level, begin >> level
        begin += 1 << level


def inclusion(index: int, size: int, node: Node) -> tuple[bytes, ...]:
    """Return the proof that leaf `index` is among the first `size`: the hashes beside its way, from the bottom up.

    Raises `ValueError` for a leaf that is not among them.
    """
    if not 0 <= index < size:
        raise ValueError(f"Leaf {index} is not in a tree of {size} leaves. Ask for a later checkpoint.")
    begin, end, found = 0, size, []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            found.append(subtree(middle, end, node))
            end = middle
        else:
            found.append(subtree(begin, middle, node))
            begin = middle
    return tuple(reversed(found))


def consistency(first: int, second: int, node: Node) -> tuple[bytes, ...]:
    """Return the proof that the first `first` leaves of the tree of size `second` have stayed what they were.

    Empty where both are the same, or the earlier tree was empty. Raises `ValueError` where the first is the larger.
    """
    if not 0 <= first <= second:
        raise ValueError(f"A tree of {second} leaves does not contain one of {first}. Swap the two.")
    if first in (0, second):
        return ()
    begin, end, found = 0, second, []
    while end != first:
        middle = begin + _split(end - begin)
        if first <= middle:
            found.append(subtree(middle, end, node))
            end = middle
        else:
            found.append(subtree(begin, middle, node))
            begin = middle
    own = [subtree(begin, end, node)] if begin else []
    return (*own, *reversed(found))


def _split(size: int) -> int:
    """Return the largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def root_by_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root to which the proof leads from a leaf's hash; None where the proof has the wrong length.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        return None
    at, last, found = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return None
        if at & 1 or at == last:
            found = node_hash(beside, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        at, last = at >> 1, last >> 1
    return found if last == 0 else None


def is_consistent(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Return whether the proof shows that the tree with `second_root` has the one with `first_root` as its beginning.

    Source: RFC 9162, section 2.1.4.2.
    """
    if not 0 <= first <= second:
        return False
    if first in (0, second):
        same = first_root == (EMPTY_ROOT if first == 0 else second_root)
        return not proof and same
    pieces = list(proof) if first & (first - 1) else [first_root, *proof]
    return _roots(first, second, pieces) == (first_root, second_root)


def _roots(first: int, second: int, pieces: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Return both roots that follow from the pieces; None where there are too few or too many."""
    if not pieces:
        return None
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = pieces[0]
    for beside in pieces[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            old, new = node_hash(beside, old), node_hash(beside, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, beside)
        at, last = at >> 1, last >> 1
    return (old, new) if last == 0 else None


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the hash of a complete subtree whose children at some level these are: a power of two of them."""
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in list(pairwise(hashes))[::2]]
    return hashes[0]


class Growing:
    """A tree that is only added to: it holds one hash a level, and so counts a log of any size in constant memory."""

    def __init__(self) -> None:
        self.size = 0
        self._complete: list[bytes | None] = []

    def add(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        found, level = leaf, 0
        while level < len(self._complete) and (left := self._complete[level]) is not None:
            found, self._complete[level] = node_hash(left, found), None
            level += 1
        self._complete[level : level + 1] = [found]
        self.size += 1

    def root(self) -> bytes:
        """Return the root of what was added."""
        found: bytes | None = None
        for piece in self._complete:
            if piece is not None:
                found = piece if found is None else node_hash(piece, found)
        return EMPTY_ROOT if found is None else found
