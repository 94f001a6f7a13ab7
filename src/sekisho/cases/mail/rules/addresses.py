"""Addresses, compared as they are written. Pure.

Two addresses are one only if they are the same letters, where `A` is `a` and nothing else is anything else. Unicode
knows letters that look like others, or that its own folding makes into others (the Kelvin sign becomes `k`): whoever
registers such an address must never be taken for the person whose address it imitates.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from string import ascii_lowercase, ascii_uppercase
from typing import Final

LONGEST: Final = 254
"""Characters of an address. Source: RFC 5321, section 4.5.3.1.3, less the angle brackets."""
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")


def plain(written: str) -> str:
    """Return the address alone, ASCII letters in lower case; empty for what is none.

    Takes `Chie <chie@example.test>` as well as the address. What holds blanks, controls or letters that nobody sees is
    none.
    """
    address = "" if _CONTROL.search(written) else parseaddr(written)[1].translate(_LOWER)
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or len(address) > LONGEST or _UNSEEN.search(address):
        return ""
    return address


def same(one: str, other: str) -> bool:
    """Return whether both are one address. Two that are none are not the same."""
    return bool(plain(one)) and plain(one) == plain(other)


def local_of(address: str) -> str:
    return plain(address).rpartition("@")[0]


def domain_of(address: str) -> str:
    return plain(address).rpartition("@")[2]


def is_among(address: str, listed: Collection[str]) -> bool:
    """Return whether the address stands on a list of addresses and domains; `example.org` covers what is beneath it,
    such as `mail.example.org`, and never `badexample.org`."""
    mine, domain = plain(address), domain_of(address)
    names = {one.strip().lstrip("@").translate(_LOWER) for one in listed}
    return bool(mine) and (
        mine in names or any(domain == one or domain.endswith(f".{one}") for one in names if one)
    )


def looks_like_another(address: str) -> bool:
    """Return whether the address holds letters other than ASCII's: staff are told, as it may imitate somebody's."""
    return not address.isascii()


def is_sendable(address: str) -> bool:
    """Return whether mail can be handed over to it: well-formed, and in letters that every server takes."""
    mine = plain(address)
    try:
        return bool(mine) and mine.isascii() and Address(addr_spec=mine).addr_spec == mine
    except (HeaderParseError, ValueError, IndexError):
        return False
