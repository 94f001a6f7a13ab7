"""Numbers of payment cards, taken out of every text before it is stored (R-SUP-094). Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

MASK = "•"
MOST = 19
"""Digits of the longest number."""
_RUN = re.compile(r"[0-9](?:[ \-‐-―−ー.\u00a0\u2009\u3000]?[0-9]){12,}")
_GROUP = re.compile(r"[0-9]+")
_DOUBLED = str.maketrans("0123456789", "0246813579")
"""Each digit twice, and the digits of that added up."""
_NOT_DIGIT = re.compile(r"[^0-9]")


def mask_cards(text: str) -> str:
    """Return the text with every number that could be a card's masked but for its last four digits.

    A number counts when it has thirteen to nineteen digits (ISO/IEC 7812-1) with the right check digit (Luhn, its annex
    B), however they are grouped: full width digits and separators too. A group belongs to a number whole or not at all,
    so that a day before a card hides neither. Nothing else changes, and masking twice is masking once.
    """
    plain = "".join(map(_digit, text))
    hidden = {at for run in _RUN.finditer(plain) for at in _in_cards(run[0], run.start())}
    return "".join(MASK if at in hidden else letter for at, letter in enumerate(text)) if hidden else text


def has_card(text: str) -> bool:
    """Return whether a card's number stands in the text."""
    return mask_cards(text) != text


def _in_cards(run: str, offset: int) -> Iterator[int]:
    """Yield where digits of cards stand that are to be masked: one pass over the groups of a run. What is left of a
    number that was masked may begin another with what follows."""
    groups = [(one.start(), one.end()) for one in _GROUP.finditer(run)]
    at = 0
    while at < len(groups):
        start = groups[at][0]
        last = next(
            (to for to in _ends(at, groups) if _checks(_NOT_DIGIT.sub("", run[start : groups[to][1]]))), None
        )
        if last is None:
            at += 1
            continue
        digits = [place for place in range(start, groups[last][1]) if run[place].isdecimal()]
        yield from (offset + place for place in digits[:-4])
        kept = [(first, end) for first, end in groups[at : last + 1] if end > digits[-4]]
        groups[at : last + 1] = [(max(first, digits[-4]), end) for first, end in kept]


def _ends(at: int, groups: Sequence[tuple[int, int]]) -> Iterator[int]:
    """Return the groups with which a number may end that begins with this one, the last first."""
    return reversed(range(at, min(at + MOST, len(groups))))


def _checks(digits: str) -> bool:
    """Return whether so many digits could be a card's, and the last one checks the others."""
    if not 13 <= len(digits) <= MOST or len(set(digits)) == 1:
        return False
    doubled = (
        2 * int(one) - 9 * (one > "4") if at % 2 else int(one) for at, one in enumerate(reversed(digits))
    )
    return sum(doubled) % 10 == 0


def _digit(letter: str) -> str:
    """Return any script's digit as ASCII, so that positions stay; other letters as they are."""
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
