"""Turn content to ciphertext and back. The one place where content and key meet."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from sekisho.records.bodies import Body, Repeated, pack, unpack
from sekisho.records.keystore.queries import OpenKey
from sekisho.records.keystore.rings import Ring, is_cut, ring_of
from sekisho.records.keystore.timetree import second_of
from sekisho.records.keystore.wrapping import bound, decrypt, encrypt
from sekisho.records.types import ContentClass, Part, StoredBlock

FORMAT = 2
"""1: under the conversation's key itself, neither compressed nor bound to class and tenant. Only read any more.
2: under the key of the second of receipt, compressed, everything bound."""

MARK_BYTES = 15
"""Of the HMAC that is a block's mark: 2^60 blocks until two are likely to be alike. A multiple of three needs no
padding."""

_BYTES_FORMAT = "2"
_first_format = msgspec.msgpack.Decoder(tuple[StoredBlock, ...])


@dataclass(frozen=True, slots=True)
class Place:
    """Where content belongs. All of it is bound into the ciphertext: moved anywhere else, it does not open."""

    tenant: str
    subject: str
    conversation: str
    turn: str
    content_class: ContentClass
    received_at: datetime


class Safe:
    """A conversation's key, made ready once for all that is shut and opened with it."""

    def __init__(self, key: OpenKey) -> None:
        self.id = key.id
        self._secret = key.secret
        self._ring: Ring = ring_of(key.secret)
        self._latest: tuple[int, bytes | None] = (-1, None)

    def opens(self, received_at: datetime) -> bool:
        """Return whether content that was received then can still be shut and opened."""
        return self._key_at(received_at) is not None

    def shut(self, place: Place, part: Part, body: Iterable[StoredBlock | Repeated]) -> bytes | None:
        """Return the body encrypted; None when the key of its second was destroyed already."""
        key = self._key_at(place.received_at)
        return encrypt(key, pack(body), _bound(place, part)) if key is not None else None

    def open_(self, place: Place, part: Part, ciphertext: bytes, format: int = FORMAT) -> Body | None:
        """Return the body; None when its key was destroyed.

        Raises `UnreadableError` when the ciphertext is of another place, or was altered.
        """
        if format == 1:
            return self._open_first_format(place, part, ciphertext)
        key = self._key_at(place.received_at)
        return unpack(decrypt(key, ciphertext, _bound(place, part))) if key is not None else None

    def mark_of(self, digest: str) -> str:
        """Return the mark by which this conversation knows the block again."""
        mark = hmac.digest(self._ring.marks, b"block " + digest.encode(), "sha256")[:MARK_BYTES]
        return urlsafe_b64encode(mark).decode()

    def _key_at(self, moment: datetime) -> bytes | None:
        second = second_of(moment)
        if self._latest[0] != second:
            self._latest = (second, self._ring.key_at(second))
        return self._latest[1]

    def _open_first_format(self, place: Place, part: Part, ciphertext: bytes) -> Body | None:
        if is_cut(self._secret):
            return None
        where = f"{place.subject} {place.conversation} {place.turn}"
        return _first_format.decode(decrypt(self._secret, ciphertext, f"content v1 {where} {part.value}"))


def safes(keys: Mapping[str, OpenKey]) -> dict[str, Safe]:
    return {name: Safe(key) for name, key in keys.items()}


def seal_bytes(key: OpenKey, context: str | tuple[str, ...], data: bytes) -> bytes:
    """Return the bytes encrypted, for rooms that keep content of their own. `context` says what and whose they are,
    such as `("feedback", report, "transcript")`, and is bound in."""
    return encrypt(key.secret, data, _context(context))


def unseal_bytes(key: OpenKey, context: str | tuple[str, ...], sealed: bytes) -> bytes:
    """Return what `seal_bytes` was given. Raises `UnreadableError` for another context, or altered bytes."""
    return decrypt(key.secret, sealed, _context(context))


def _context(context: str | tuple[str, ...]) -> str:
    words = (context,) if isinstance(context, str) else context
    return bound("bytes", _BYTES_FORMAT, *words)


def _bound(place: Place, part: Part) -> str:
    return bound(
        "content",
        place.tenant,
        place.subject,
        place.conversation,
        place.turn,
        part.value,
        place.content_class.value,
        str(FORMAT),
    )
