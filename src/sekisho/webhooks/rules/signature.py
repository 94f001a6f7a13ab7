"""Signing and verifying, as Standard Webhooks 1.0.0 has it (github.com/standard-webhooks/standard-webhooks).

    webhook-id: msg_…                the same however often the message is sent
    webhook-timestamp: 1674087231    seconds since 1970, of this sending
    webhook-signature: v1,K5oZ…      Base64 of HMAC-SHA256 over `id.timestamp.body`; several, with spaces between

Replays are found by two things that are signed: a timestamp too far from now, and an id that was seen before.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

PREFIX = "whsec_"
SECRET_BYTES, LEAST_BYTES = 32, 24
"""Bytes of a secret of ours, and the least that are believed. Source: Standard Webhooks, "Signature scheme": 24 to 64
random bytes."""

TOLERANCE = timedelta(minutes=5)
"""How far a timestamp may be from now. As the specification's own libraries have it."""


def new_secret() -> str:
    """Return a fresh signing secret such as `whsec_MfKQ…`."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def headers(message: str, at: datetime, body: bytes, signing: Sequence[str]) -> dict[str, str]:
    """Return the three headers of a message that is sent at the moment `at`, signed with each of the secrets."""
    stamp = str(int(at.timestamp()))
    return {
        "webhook-id": message,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(signature(secret, message, stamp, body) for secret in signing),
    }


def signature(secret: str, message: str, stamp: str, body: bytes) -> str:
    said = f"{message}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(_key(secret), said, "sha256")).decode()


def is_authentic(secret: str, received: Mapping[str, str], body: bytes, at: datetime) -> bool:
    """Return whether a message was signed with `secret` not long before or after `at`. A secret that is empty or cut
    short signs nothing, as anybody could guess it.

    `received` holds the request's headers, with names in lower case. Whoever receives must also remember the ids
    of the last `TOLERANCE` and do nothing for one that comes again.
    """
    message, stamp = received.get("webhook-id", ""), received.get("webhook-timestamp", "")
    try:
        sent = datetime.fromtimestamp(int(stamp), UTC)
        wanted = signature(secret, message, stamp, body).encode()
    except (ValueError, OverflowError, OSError, binascii.Error):
        return False
    given = received.get("webhook-signature", "").encode("utf-8", "replace").split()
    is_secret = len(_key(secret)) >= LEAST_BYTES
    return (
        is_secret and abs(at - sent) <= TOLERANCE and any(hmac.compare_digest(wanted, one) for one in given)
    )


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX))
