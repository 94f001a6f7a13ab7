"""Identifiers: a short word for the kind, then 26 characters that sort by time."""

from __future__ import annotations

import os
import time
from functools import lru_cache

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, lower case: no letter that is mistaken for a digit."""


def new_id(kind: str) -> str:
    """Return a fresh id such as `dec_01k9…`: 48 bits of Unix milliseconds, then 80 random bits.

    The shape is a ULID's (github.com/ulid/spec), so ids of one kind sort by creation to the millisecond.
    """
    return f"{kind}_{_moment(time.time_ns() // 1_000_000)}{_drawn_letters()}"


@lru_cache(maxsize=1)
def _moment(milliseconds: int) -> str:
    """The ten letters of a moment: under load several ids are made in each."""
    return "".join([ALPHABET[milliseconds >> shift & 31] for shift in range(45, -1, -5)])


_drawn: list[str] = []
os.register_at_fork(after_in_child=_drawn.clear)  # parent and child must not hand out the same
_LETTERS = (ALPHABET * 8).encode()
"""A letter for each byte: eight bytes for each letter, so that all are as likely."""


def _drawn_letters() -> str:
    """Return sixteen random letters, out of four hundred times as many drawn at once.

    Each draw lets go of the interpreter's lock, and under load waits to get it back.
    """
    try:
        return _drawn.pop()
    except IndexError:
        pool = os.urandom(6_400).translate(_LETTERS).decode()
        first, *others = [pool[at : at + 16] for at in range(0, 6_400, 16)]
        _drawn.extend(others)
        return first
