"""A key for every second, of which any span can be destroyed while the rest lives on. No Django.

                        secret                         kept while nothing is destroyed: 32 bytes
             ┌──────┬─────┴─┬──────┐
             0      1       2      3                   a seed makes four seeds, by a hash that leads nowhere back
         ┌──┬┴─┬──┐
         0  1  2  3     …  16 levels: a leaf for each second until 2106

Turns of one conversation die one after the other, each at its own deadline, while later ones live on. With a key a
turn the keystore would be as long as the traffic; with a key a conversation its first turn would live as long as its
last. So the conversation's one row holds a tree. To destroy a span, the seeds above it are replaced by those of their
children that do not lead to it, and what is left leads to every other second and to none of these. A cut at one moment
leaves some thirty seeds at most, about 1 KB, whatever number of turns fell.

Source: Goldreich, Goldwasser, Micali, "How to construct random functions" (JACM 33, 1986) for the tree; Boneh and
Waters, "Constrained pseudorandom functions" (ASIACRYPT 2013) for handing on a part of it.
"""

from __future__ import annotations

import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b

LEVELS = 16
WIDTH_BITS = 2
LAST = (1 << LEVELS * WIDTH_BITS) - 1

Node = tuple[int, int, bytes]
"""Level (0 for the root), place among those of its level, and seed."""
Tree = tuple[Node, ...]
"""Nodes of which none is above another, in the order of time."""
Span = tuple[int, int]
"""The first and the last second, both in it."""

_NODE = struct.Struct(">BI32s")
_DIGITS = tuple(bytes([digit]) for digit in range(1 << WIDTH_BITS))


def second_of(moment: datetime) -> int:
    """Return the second of a moment, as trees count: since 1970, those before and after the tree at its ends."""
    return min(max(int(moment.timestamp()), 0), LAST)


def whole(seed: bytes) -> Tree:
    """Return the tree that leads to every second."""
    return ((0, 0, seed),)


def leaf(tree: Tree, second: int) -> bytes | None:
    """Return the key of the second, 32 bytes; None when it was destroyed."""
    for level, place, seed in tree:
        if second >> _below(level) == place:
            for shift in range(_below(level) - WIDTH_BITS, -1, -WIDTH_BITS):
                seed = blake2b(seed + _DIGITS[second >> shift & 3], digest_size=32).digest()
            return seed
    return None


def without(tree: Tree, spans: Iterable[Span]) -> Tree:
    """Return what is left of the tree when these spans are destroyed."""
    for span in spans:
        tree = tuple(kept for node in tree for kept in _outside(node, span))
    return tree


def pack(tree: Tree) -> bytes:
    return b"".join(_NODE.pack(*node) for node in tree)


def unpack(data: bytes) -> Tree:
    return tuple(_NODE.iter_unpack(data))


def spans(dead: Iterable[int], living: Iterable[int]) -> list[Span]:
    """Return the fewest spans that hold every dead second and no living one, in order.

    The first begins with time itself when nothing lives before it, so that a conversation whose turns die in the order
    in which they came keeps one cut and not many. A second in which something lives stays: what died in it waits.
    """
    spared = sorted(set(living))
    found: list[Span] = []
    for second in sorted(set(dead).difference(spared)):
        between = _lives_between(spared, found[-1][1] if found else -1, second)
        if not between:
            found[-1:] = [(found[-1][0] if found else 0, second)]
        else:
            found.append((second, second))
    return found


def _lives_between(spared: list[int], after: int, before: int) -> bool:
    return bisect_left(spared, before) > bisect_right(spared, after)


def _outside(node: Node, span: Span) -> Iterable[Node]:
    level, place, _ = node
    first = place << _below(level)
    last = first + (1 << _below(level)) - 1
    if last < span[0] or span[1] < first:
        return (node,)
    if span[0] <= first and last <= span[1]:
        return ()
    return (kept for digit in range(4) for kept in _outside(_child(node, digit), span))


def _child(node: Node, digit: int) -> Node:
    level, place, seed = node
    return (
        level + 1,
        place << WIDTH_BITS | digit,
        blake2b(seed + _DIGITS[digit], digest_size=32).digest(),
    )


def _below(level: int) -> int:
    """How many bits of a second are still open at the level."""
    return (LEVELS - level) * WIDTH_BITS
