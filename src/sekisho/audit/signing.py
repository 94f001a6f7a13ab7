"""Who signs what the log attests to. The keys are kept floors above: the keystore hands in how to use them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signer:
    """One key (Ed25519) that signs."""

    public: bytes
    """Raw."""
    sign: Callable[[bytes], bytes]


_provided: list[tuple[Callable[[], Signer], Callable[[], Sequence[bytes]]]] = []


def provide(signer: Callable[[], Signer], public_keys: Callable[[], Sequence[bytes]]) -> None:
    """Sign with the key that `signer` gives from now on. Called once, when the installation starts."""
    _provided[:] = [(signer, public_keys)]


def signer() -> Signer:
    """Return the key that signs now."""
    return _provided[0][0]()


def public_keys() -> Sequence[bytes]:
    """Return the public keys (raw) of everything that was ever signed, newest first."""
    return _provided[0][1]()
