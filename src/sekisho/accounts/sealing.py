"""Secrets at rest that have to be read again: encrypted, so that a stolen database does not hand them over."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(secret: str, purpose: str = "sign-in") -> str:
    """Return the secret encrypted. What is sealed for one purpose opens for no other."""
    return _box(purpose).encrypt(secret.encode()).decode()


def unseal(sealed: str, purpose: str = "sign-in") -> str:
    """Return the secret. Raises `InvalidToken` when `secret_key` has changed since."""
    return _box(purpose).decrypt(sealed.encode()).decode()


def _box(purpose: str) -> Fernet:
    """Return the box for a purpose; its key follows from `secret_key` (HKDF, RFC 5869)."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"sekisho {purpose} secrets".encode())
    return Fernet(base64.urlsafe_b64encode(kdf.derive(settings.SECRET_KEY.encode())))
