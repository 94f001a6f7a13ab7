"""One-time codes: how they look, and how they are compared. Pure: the random bytes are handed in."""

from __future__ import annotations

import hmac
import unicodedata

from sekisho.support.recovery.rules.locks import CODE_DIGITS


def code_from(drawn: bytes) -> str:
    """Return a code of `CODE_DIGITS` digits from at least 16 random bytes: no code is more likely than another by more
    than 2⁻¹⁰⁰."""
    if len(drawn) < 16:
        raise ValueError("A code needs 16 random bytes or more.")
    return f"{int.from_bytes(drawn, 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def spaced(code: str) -> str:
    """Return the code as people read it: in groups of four."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def typed(words: str) -> str:
    """Return what somebody typed as digits alone: full-width ones, spaces and hyphens are as good."""
    return "".join(one for one in unicodedata.normalize("NFKC", words) if one in "0123456789")


def digest(key: bytes, claim: str, code: str) -> str:
    """Return what is kept of a code: bound to its claim, and to a key that lives elsewhere."""
    return hmac.digest(key, f"recovery code v1\0{claim}\0{code}".encode(), "sha256").hex()


def is_right(key: bytes, claim: str, said: str, kept: str) -> bool:
    """Return whether what was typed is the code. The same work whether or not there is one."""
    return hmac.compare_digest(digest(key, claim, typed(said)), kept or "-" * 64)
