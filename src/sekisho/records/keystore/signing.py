"""What this installation attests to is signed by a key of the keystore: handed down to the audit log, which stands
beneath."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.audit.signing import Signer
from sekisho.base.clock import system_clock
from sekisho.records.keystore.actions import ensure_signing_key


def signer() -> Signer:
    """Return the newest signing key; the first is made when it is first asked for."""
    key = Ed25519PrivateKey.from_private_bytes(ensure_signing_key(system_clock()))
    return Signer(key.public_key().public_bytes_raw(), key.sign)
