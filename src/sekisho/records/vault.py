"""Turn content to ciphertext and back. The one place where content and key meet."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

import msgspec

from sekisho.records.keystore.queries import OpenKey
from sekisho.records.keystore.wrapping import bound, decrypt, encrypt
from sekisho.records.types import Part, StoredBlock

FORMAT = 1

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[StoredBlock, ...])


def shut(key: OpenKey, place: str, part: Part, blocks: Sequence[StoredBlock]) -> bytes:
    """Return the blocks encrypted. `place` names organisation, subject, conversation and turn
    (`place_of`)."""
    return encrypt(key.secret, _encoder.encode(tuple(blocks)), _purpose(place, part))


def open_(key: OpenKey, place: str, part: Part, ciphertext: bytes) -> tuple[StoredBlock, ...]:
    """Return the blocks. Raises `UnreadableError` when the ciphertext is of another place, or was altered."""
    return _decoder.decode(decrypt(key.secret, ciphertext, _purpose(place, part)))


def seal_bytes(key: OpenKey, context: str | tuple[str, ...], data: bytes) -> bytes:
    """Return the bytes encrypted, for rooms that keep content of their own. `context` says what and whose they are,
    such as `("feedback", report, "transcript")`, and is bound in."""
    return encrypt(key.secret, data, _bound(context))


def unseal_bytes(key: OpenKey, context: str | tuple[str, ...], sealed: bytes) -> bytes:
    """Return what `seal_bytes` was given. Raises `UnreadableError` for another context, or altered bytes."""
    return decrypt(key.secret, sealed, _bound(context))


def _bound(context: str | tuple[str, ...]) -> str:
    words = (context,) if isinstance(context, str) else context
    return bound("bytes", str(FORMAT), *words)


def place_of(subject: str, conversation: str, turn: str) -> str:
    """Return the name of a turn's place. A subject begins with its organisation."""
    return f"{subject} {conversation} {turn}"


def tag_of(key: OpenKey, digest: str) -> str:
    """Return the mark by which this conversation knows the block again."""
    return hmac.digest(key.secret, b"block " + digest.encode(), "sha256").hex()


def _purpose(place: str, part: Part) -> str:
    return f"content v{FORMAT} {place} {part.value}"
