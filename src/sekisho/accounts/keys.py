"""The shape of API keys. Pure: randomness and digests, no rows."""

from __future__ import annotations

import hashlib
import secrets

PREFIX = "sk-sekisho-"
"""How every key begins, so that secret scanners and people recognise one on sight."""

RANDOM_BYTES = 32
"""256 bits, written as 43 characters of URL-safe base 64 (RFC 4648, section 5)."""

PATTERN = r"sk-sekisho-[A-Za-z0-9_-]{43}"
"""A whole key, for secret scanners."""

SHOWN_CHARS = len(PREFIX) + 6
"""How much of a key stays visible. Six random characters tell keys apart and leave 220 bits unknown."""


def new_key() -> str:
    """Return a fresh key such as `sk-sekisho-…`, 54 characters."""
    return PREFIX + secrets.token_urlsafe(RANDOM_BYTES)


def digest(key: str) -> str:
    """Return the lower-case hexadecimal SHA-256 of the whole key, by which gateways look it up.

    A fast hash without salt is right here and wrong for passwords: a password is guessed from few likely
    ones, so each guess must cost; a key is 256 random bits, and no number of guesses finds one. Slow hashing
    would only make every request through the gate slower. (NIST SP 800-63B, section 5.1.2: look-up secrets of
    112 bits and more need only an approved one-way function.)
    """
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def shown(key: str) -> str:
    """Return the first characters of the key, by which its owner recognises it."""
    return key[:SHOWN_CHARS]
