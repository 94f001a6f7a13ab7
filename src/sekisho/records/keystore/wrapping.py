"""Wrapping keys by keys, and content by keys: AES-256-GCM, a fresh nonce each, the name of what it is for
bound in."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


class UnreadableError(ValueError):
    """The ciphertext does not open with this key and for this purpose: wrong root key, or altered data."""


def fresh_key() -> bytes:
    return os.urandom(KEY_BYTES)


def bound(*words: str) -> str:
    """Return the words as one in which no two different lists look alike: lengths come first."""
    return "".join([f"{len(word)}:{word}" for word in words])


def encrypt(key: bytes, plain: bytes, purpose: str) -> bytes:
    """Return nonce and ciphertext. `purpose` names what and whose it is; decrypting asks for the same.

    Nonces are random, which is safe for 2^32 messages a key (NIST SP 800-38D, section 8.3); a conversation
    has far fewer, and so has a root key subjects below it.
    """
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, purpose.encode())


def decrypt(key: bytes, data: bytes, purpose: str) -> bytes:
    """Return the plain bytes. Raises `UnreadableError` without a word about key or content."""
    try:
        return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], purpose.encode())
    except (InvalidTag, ValueError):
        raise UnreadableError("The data does not open with this key and for this purpose.") from None
