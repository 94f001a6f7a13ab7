"""What a conversation's key opens: the marks of its blocks, and its content second by second. No Django.

    32 bytes ──HMAC──▶ mark key         by which resent history is known again, as long as the conversation lives
             ──HMAC──▶ tree of seconds  (`timetree`) from which the key of each turn's content comes

As long as nothing was destroyed, the 32 bytes are what is kept. After the first cut it is mark key and tree: from these
nothing leads back.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field

from sekisho.records.keystore.timetree import Span, Tree, leaf, pack, unpack, whole, without
from sekisho.records.keystore.wrapping import KEY_BYTES

_CUT = b"\x02"
"""Before a ring that was cut, so that its form can be told and can change."""


@dataclass(frozen=True, slots=True)
class Ring:
    marks: bytes = field(repr=False)
    tree: Tree = field(repr=False)

    def key_at(self, second: int) -> bytes | None:
        """Return the key of what was received in this second; None when it was destroyed."""
        return leaf(self.tree, second)

    def cut(self, spans: Iterable[Span]) -> bytes:
        """Return what is to be kept once these spans are destroyed, in the form that `ring_of` reads."""
        return _CUT + self.marks + pack(without(self.tree, spans))


def ring_of(secret: bytes) -> Ring:
    """Return the ring that a conversation key's bytes stand for."""
    if is_cut(secret):
        return Ring(secret[1 : 1 + KEY_BYTES], unpack(secret[1 + KEY_BYTES :]))
    return Ring(hmac.digest(secret, b"marks", "sha256"), whole(hmac.digest(secret, b"content", "sha256")))


def is_cut(secret: bytes) -> bool:
    """Return whether something of the conversation was destroyed already."""
    return len(secret) != KEY_BYTES
