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
    number = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    return f"{kind}_{_base32(number)}"


_PAIRS = tuple(high + low for high in ALPHABET for low in ALPHABET)


def _base32(number: int) -> str:
    """Return 26 characters, two at a time: three ids are made for each request through the gate."""
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])
