"""By which name an organisation's end user is known here. No Django: gateways ask too."""

from __future__ import annotations

import hmac


def pseudonym(key: bytes, organisation: str, name: str) -> str:
    """Return the stable pseudonym of an organisation's end user: a keyed HMAC that only the operator can
    repeat (P-001).

    The name is separated from the organisation by a byte that no organisation id holds.
    """
    message = organisation.encode() + b"\0" + name.encode("utf-8", "surrogatepass")
    return hmac.digest(key, message, "sha256").hex()[:32]
