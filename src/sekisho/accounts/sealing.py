"""Secrets of sign-in at rest: encrypted, so that a stolen database does not hand them over."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Return the secret. Raises `InvalidToken` when `secret_key` has changed since."""
    return _box().decrypt(sealed.encode()).decode()


def _box() -> Fernet:
    """Return the box for sign-in secrets; its key follows from `secret_key` (HKDF, RFC 5869)."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"sekisho sign-in secrets")
    return Fernet(base64.urlsafe_b64encode(kdf.derive(settings.SECRET_KEY.encode())))
