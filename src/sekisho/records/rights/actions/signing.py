"""What goes to controllers is signed by the installation's own key (Ed25519, FIPS 186-5), as receipts are."""

from __future__ import annotations

import base64
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sekisho.audit import signing
from sekisho.records.rights.statuses import public_url

DOMAIN, SIGNATURE = "X-OpenDSR-Processor-Domain", "X-OpenDSR-Signature"


def signed_headers(body: bytes) -> dict[str, str]:
    """Return the two headers of an answer or a callback: whose it is, and the signature of these very bytes."""
    return {
        DOMAIN: urlsplit(public_url()).hostname or "",
        SIGNATURE: base64.b64encode(signing.signer().sign(body)).decode(),
    }


def public_keys_pem() -> bytes:
    """Return the public keys of everything that was ever signed, newest first, as PEM."""
    keys = [Ed25519PublicKey.from_public_bytes(raw) for raw in signing.public_keys()]
    if not keys:
        keys = [Ed25519PublicKey.from_public_bytes(signing.signer().public)]
    return b"".join(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) for key in keys)
