"""An address as P2 may see it: `k•••@ex•••.jp` (R-SUP-093).

Shown are at most the first character of the name, the first two of the domain, and an ending of at most four letters;
never more than a third of what they stand in. The dots are always three: how long it is, is hidden too.
"""

from __future__ import annotations

import unicodedata

HIDDEN = "•••"
LONGEST_ENDING = 4
"""A longer ending is mostly a company's or a city's own, and names it."""


def masked_address(address: str) -> str:
    """Return the address with what matters hidden. Anything that is no address is hidden whole."""
    local, at, domain = unicodedata.normalize("NFC", address.strip()).rpartition("@")
    if not (at and local and domain):
        return HIDDEN
    name, dot, ending = _readable(domain).rpartition(".")
    if not (dot and name):
        return f"{_beginning(local, 1)}@{HIDDEN}"
    shown = f".{ending}" if 1 < len(ending) <= LONGEST_ENDING and ending.isalpha() else f".{HIDDEN}"
    return f"{_beginning(local, 1)}@{_beginning(name, 2)}{shown}"


def _beginning(words: str, most: int) -> str:
    """The first characters, at most a third of all, and none that would drag a mark along that belongs to it."""
    shown = words[: min(most, len(words) // 3)]
    if any(not one.isalnum() for one in shown) or unicodedata.combining(
        words[len(shown) : len(shown) + 1] or "a"
    ):
        shown = ""
    return shown + HIDDEN


def _readable(domain: str) -> str:
    """The domain as its owner writes it: `xn--…` shows nothing of what it stands for, and would show it whole to a
    machine."""
    try:
        return ".".join(_label(one) for one in domain.casefold().split("."))
    except UnicodeError:
        return HIDDEN


def _label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    return label[4:].encode("ascii").decode("punycode")
