"""Identifiers: a short word for the kind, then 26 characters that sort by time."""

from __future__ import annotations

import os
import time

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, lower case: no letter that is mistaken for a digit."""


def new_id(kind: str) -> str:
    """Return a fresh id such as `dec_01k9…`: 48 bits of Unix milliseconds, then 80 random bits.

    The shape is a ULID's (github.com/ulid/spec), so ids of one kind sort by creation to the millisecond.
    """
    number = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(_ten_bytes())
    return f"{kind}_{_base32(number)}"


_drawn: list[bytes] = []
os.register_at_fork(after_in_child=_drawn.clear)  # parent and child must not hand out the same


def _ten_bytes() -> bytes:
    """Return ten random bytes, out of four hundred tens drawn at once.

    Each draw lets go of the interpreter's lock, and under load waits to get it back.
    """
    try:
        return _drawn.pop()
    except IndexError:
        pool = os.urandom(4_000)
        first, *others = [pool[at : at + 10] for at in range(0, 4_000, 10)]
        _drawn.extend(others)
        return first


_PAIRS = tuple(high + low for high in ALPHABET for low in ALPHABET)


def _base32(number: int) -> str:
    """Return 26 characters, two at a time: three ids are made for each request through the gate."""
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])
