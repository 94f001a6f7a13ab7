"""In place of the sealer, where nothing is kept: there is nothing that it would seal."""

from __future__ import annotations

from sekisho.link.sealing import Sealer


class SealedUnderZeroRetentionError(RuntimeError):
    """Somebody asked for content to be sealed in a gateway that keeps none. A fault of the gate: the request ends."""


class NullVault(Sealer):
    """A `Sealer` that seals nothing, and has no key to do it with."""

    def __init__(self, public_key: bytes = b"") -> None:
        self.public_key = public_key

    def seal(self, content: bytes, *, entry: str, organisation: str, key: str) -> bytes:
        """Raises `SealedUnderZeroRetentionError`, always."""
        raise SealedUnderZeroRetentionError("Content was about to be sealed under zero retention.")
