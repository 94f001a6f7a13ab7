"""A bundle at rest: always ciphertext.

    purpose key (keystore, below the subject's) ──wraps──▶ bundle's own key ──encrypts──▶ chunks
                + secret of the link, once there is one

The bundle's own key is fresh. Until its link is made it is wrapped by the purpose key; from then on by both, and the
copy that the purpose key alone opened is overwritten: database and keystore together do not open it without the link.
When the link is used, the purpose key is destroyed first, and nothing opens it ever again.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import zlib

from sekisho.records.keystore.wrapping import decrypt, encrypt

SECRET_BYTES = 32


def new_secret() -> str:
    """Return the secret of a link: 256 bits, written for an address."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str) -> str:
    """Return by what a link is known again. A fast hash is right for 256 random bits (`accounts.keys.digest`)."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def wrapped(own: bytes, purpose_key: bytes, request: str, secret: str = "") -> bytes:
    return encrypt(_wrapping(purpose_key, secret), own, f"bundle {request}")


def unwrapped(data: bytes, purpose_key: bytes, request: str, secret: str = "") -> bytes:
    """Return the bundle's own key. Raises `UnreadableError` for another link's secret."""
    return decrypt(_wrapping(purpose_key, secret), data, f"bundle {request}")


def shut(own: bytes, request: str, number: int, file: str, plain: bytes) -> bytes:
    return encrypt(own, zlib.compress(plain, 6), f"bundle {request} {number} {file}")


def open_(own: bytes, request: str, number: int, file: str, ciphertext: bytes) -> bytes:
    """Return a chunk. Raises `UnreadableError` for one of another place, and for an altered one."""
    return zlib.decompress(decrypt(own, ciphertext, f"bundle {request} {number} {file}"))


def _wrapping(purpose_key: bytes, secret: str) -> bytes:
    if not secret:
        return purpose_key
    return hmac.digest(purpose_key, b"link " + secret.encode("utf-8", "surrogatepass"), "sha256")
