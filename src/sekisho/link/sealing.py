"""Sealing: what a gateway writes into the journal it cannot read back. No Django.

The control plane has an X25519 key pair, and its public half is in the snapshot. A gateway opens *sealing
sessions* to it: a fresh ephemeral key, one Diffie-Hellman exchange, and a chain of keys that only runs
forward.

    ephemeral ─X25519─▶ shared ─HKDF─▶ chain 0 ──hash──▶ chain 1 ──hash──▶ chain 2 ─▶ …
                                          │                 │                 │
                                          ▼                 ▼                 ▼
                                       key 0             key 1             key 2      one entry each,
                                       AES-256-GCM

After an entry the gateway keeps only the next link of the chain. Whoever takes the process over later cannot
walk back to what was sealed before (forward secrecy); Python may leave copies in freed memory, so the promise
is about what the program holds, not about a memory dump of that very instant. The exchange costs 100 µs and
is shared by up to `SESSION_ENTRIES` entries, which makes sealing one of them cost a few.

Sealed bytes: version (1) · recipient (8, start of SHA-256 of its public key) · ephemeral public key (32) ·
index (2, big endian) · ciphertext and tag. The header, the entry id, the organisation and the API key are
bound as associated data, so sealed content cannot be moved to another entry. Each key is used once, hence the
fixed nonce.

Sources: RFC 7748 (X25519), RFC 5869 (HKDF), RFC 7693 (keyed BLAKE2b, the step), NIST SP 800-38D (GCM); the
chain is the symmetric ratchet of the Double Ratchet specification, section 2.2.
"""

from __future__ import annotations

import hashlib
import struct
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = 1
SESSION_ENTRIES = 1024
"""Entries sealed in one session. Also the most steps that opening can take, whatever a header claims."""
SESSION_S = 300.0
"""Seconds after which a session is replaced, even a quiet one."""
CACHED_SESSIONS = 256
"""Sessions whose keys an opener remembers; at most 8 MiB."""

_HEADER = struct.Struct(">B8s32sH")
_NONCE = bytes(12)
_TAG_BYTES = 16


class UnsealError(ValueError):
    """The content cannot be opened: sealed to another key, altered, or moved from another entry."""


class Sealer:
    """Seals content to one public key. Not for use from several threads at once."""

    def __init__(self, public_key: bytes, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.public_key = public_key
        self._recipient = X25519PublicKey.from_public_bytes(public_key)
        self._name = recipient_name(public_key)
        self._monotonic = monotonic
        self._index = SESSION_ENTRIES
        self._until = 0.0
        self._chain = b""
        self._ephemeral = b""

    def seal(self, content: bytes, *, entry: str, organisation: str, key: str) -> bytes:
        """Return `content` sealed for the journal entry with these ids."""
        if self._index >= SESSION_ENTRIES or self._monotonic() >= self._until:
            self._open_session()
        header = _HEADER.pack(VERSION, self._name, self._ephemeral, self._index)
        once, self._chain = _step(self._chain)
        self._index += 1
        return header + AESGCM(once).encrypt(_NONCE, content, _bound(header, entry, organisation, key))

    def _open_session(self) -> None:
        ephemeral = X25519PrivateKey.generate()
        self._ephemeral = ephemeral.public_key().public_bytes_raw()
        self._chain = _first_link(ephemeral.exchange(self._recipient), self._ephemeral, self.public_key)
        self._index, self._until = 0, self._monotonic() + SESSION_S


class Opener:
    """Opens what was sealed to any of the control plane's keys. Not for use from several threads at once."""

    def __init__(self, private_keys: Iterable[bytes]) -> None:
        loaded = [X25519PrivateKey.from_private_bytes(data) for data in private_keys]
        self._keys = {recipient_name(public_half(key)): key for key in loaded}
        self._sessions: OrderedDict[bytes, _Session] = OrderedDict()

    def open(self, sealed: bytes, *, entry: str, organisation: str, key: str) -> bytes:
        """Return the content. Raises `UnsealError` when it is not exactly what was sealed for this entry."""
        if len(sealed) < _HEADER.size + _TAG_BYTES:
            raise UnsealError("Too short to be sealed content.")
        version, recipient, ephemeral, index = _HEADER.unpack_from(sealed)
        if version != VERSION or index >= SESSION_ENTRIES:
            raise UnsealError(f"Sealed in a form that this release does not read (version {version}).")
        header = sealed[: _HEADER.size]
        once = self._session(recipient, ephemeral).key(index)
        try:
            return AESGCM(once).decrypt(
                _NONCE, sealed[_HEADER.size :], _bound(header, entry, organisation, key)
            )
        except InvalidTag:
            raise UnsealError("Altered, or sealed for another entry.") from None

    def _session(self, recipient: bytes, ephemeral: bytes) -> _Session:
        name = recipient + ephemeral
        session = self._sessions.get(name) or self._derive(recipient, ephemeral)
        self._sessions[name] = session
        self._sessions.move_to_end(name)
        if len(self._sessions) > CACHED_SESSIONS:
            self._sessions.popitem(last=False)
        return session

    def _derive(self, recipient: bytes, ephemeral: bytes) -> _Session:
        private = self._keys.get(recipient)
        if private is None:
            raise UnsealError("Sealed to a key that this control plane does not have.")
        try:
            shared = private.exchange(X25519PublicKey.from_public_bytes(ephemeral))
        except ValueError:
            raise UnsealError("The ephemeral key is no point to exchange with.") from None
        return _Session(_first_link(shared, ephemeral, public_half(private)))


class _Session:
    """The keys of one session, derived as far as they were asked for."""

    __slots__ = ("_chain", "_keys")

    def __init__(self, chain: bytes) -> None:
        self._chain = chain
        self._keys: list[bytes] = []

    def key(self, index: int) -> bytes:
        while len(self._keys) <= index:
            once, self._chain = _step(self._chain)
            self._keys.append(once)
        return self._keys[index]


def generate_private_key() -> bytes:
    """Return a fresh X25519 private key, 32 bytes."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_key_of(private_key: bytes) -> bytes:
    return public_half(X25519PrivateKey.from_private_bytes(private_key))


def public_half(private: X25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def recipient_name(public_key: bytes) -> bytes:
    """Return the 8 bytes by which sealed content names the key it was sealed to."""
    return hashlib.sha256(public_key).digest()[:8]


def _first_link(shared: bytes, ephemeral: bytes, recipient: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=ephemeral + recipient, info=b"sekisho journal seal v1").derive(shared)


def _step(chain: bytes) -> tuple[bytes, bytes]:
    """Return the key for this entry, and the next link of the chain. Neither leads back to `chain`."""
    both = hashlib.blake2b(key=chain, person=b"sekisho seal v1").digest()
    return both[:32], both[32:]


def _bound(header: bytes, *names: str) -> bytes:
    """Return header and names as one string in which no two different lists look alike: lengths come
    first."""
    return header + "".join([f"{len(name)}:{name}" for name in names]).encode()
