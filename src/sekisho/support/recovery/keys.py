"""The key under which addresses, networks, codes and payments are compared. It lives in the keystore, apart."""

from __future__ import annotations

import hmac
from datetime import datetime

from sekisho.base.networks import network_of
from sekisho.records.keystore.actions import make_pseudonym_key
from sekisho.records.keystore.queries import pseudonym_key


def digest_key(at: datetime) -> bytes:
    """Return the key, made on first use."""
    if (root := pseudonym_key()) is None:
        make_pseudonym_key(at)
        root = pseudonym_key()
    assert root is not None  # just made
    return hmac.digest(root, b"sekisho recovery v1", "sha256")


def of_address(key: bytes, address: str) -> str:
    """Return the mark of an address that somebody named, whether or not there is an account."""
    return f"account:{_digest(key, 'address', address.strip().lower())}"


def of_network(key: bytes, peer: str) -> str:
    """Return the mark of the network that asks: an IPv4 address, or the 64 bits of IPv6 that a household has."""
    return f"network:{_digest(key, 'network', network_of(peer))}"


def _digest(key: bytes, what: str, words: str) -> str:
    return hmac.digest(key, f"{what}\0{words}".encode("utf-8", "replace"), "sha256").hex()[:48]
