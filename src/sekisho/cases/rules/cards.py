"""Numbers of payment cards, taken out of every text before it is stored (R-SUP-094). Pure."""

from __future__ import annotations

import re
import unicodedata

MASK = "•"


def mask_cards(text: str) -> str:
    """Return the text with every number that could be a card's masked but for its last four digits.

    A number counts when its check digit is right (Luhn, ISO/IEC 7812-1 annex B), however its digits are written: full
    width ones and separators too. Nothing else changes, and masking twice is masking once.
    """
    plain = "".join(_digit(letter) for letter in text)
    pieces, end = [], 0
    for start, stop in _cards(plain):
        pieces += [text[end:start], _masked(text[start:stop])]
        end = stop
    return "".join([*pieces, text[end:]])


def has_card(text: str) -> bool:
    """Return whether a card's number stands in the text."""
    return bool(_cards("".join(_digit(letter) for letter in text)))


def _cards(plain: str) -> list[tuple[int, int]]:
    """Return where card numbers stand: of a longer run of digits, the first stretch that checks."""
    found: list[tuple[int, int]] = []
    for run in re.finditer(r"\d(?:[ \-‐-―−ー.\u00a0\u2009\u3000]?\d){12,}", plain):
        places = [run.start() + at for at, letter in enumerate(run[0]) if letter.isdigit()]
        found += _in_run(plain, places)
    return found


def _in_run(plain: str, places: list[int]) -> list[tuple[int, int]]:
    found, first = [], 0
    while first + 13 <= len(places):
        length = next(
            (
                n
                for n in range(min(19, len(places) - first), 12, -1)
                if _checks(plain, places[first : first + n])
            ),
            0,
        )
        if length:
            found.append((places[first], places[first + length - 1] + 1))
        first += length or 1
    return found


def _checks(plain: str, places: list[int]) -> bool:
    digits = [int(plain[place]) for place in places]
    if len(set(digits)) == 1:
        return False
    doubled = (2 * one - 9 * (one > 4) if at % 2 else one for at, one in enumerate(reversed(digits)))
    return sum(doubled) % 10 == 0


def _digit(letter: str) -> str:
    """Return any script's digit as ASCII, so that positions stay; other letters as they are."""
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    return letter


def _masked(number: str) -> str:
    digits = [at for at, letter in enumerate(number) if letter.isdecimal()]
    hidden = set(digits[:-4])
    return "".join(MASK if at in hidden else letter for at, letter in enumerate(number))
