"""What staff see of a person's data before they ask for more (R-SUP-082). Pure."""

from __future__ import annotations

import re

HIDDEN = "•••"
_CONTACT = re.compile(
    r"(?P<mail>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"
    r"|(?P<number>(?<!\w)(?<!\d\.)[+＋]?\d(?:[ \-‐-―ー()（）]{0,2}\d){8,18}(?!\w|\.\d))"
)
"""Addresses and numbers of nine digits and more, such as telephones. Too much may be masked: unmasking is there."""


def mask_address(email: str) -> str:
    """Return an address with which its owner recognises it and nobody else reaches it: `k•••@ex•••.jp`.

    Source of the shape: R-SUP-093. Empty for none.
    """
    local, at, domain = email.rpartition("@")
    if not at:
        return HIDDEN if email else ""
    name, _, top = domain.rpartition(".")
    shown = f"{name[:2]}{HIDDEN}.{top}" if name and top.isalpha() else HIDDEN
    return f"{local[:1]}{HIDDEN}@{shown}"


def mask_text(text: str) -> str:
    """Return the text with addresses and long numbers masked."""
    return _CONTACT.sub(lambda found: mask_address(found[0]) if found["mail"] else HIDDEN, text)
