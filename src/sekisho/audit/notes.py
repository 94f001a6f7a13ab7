"""Checkpoints of the log as signed text (R-DATA-251). No Django.

    sekisho.example/audit          whose log it is
    1024                           how many entries
    qqYg…=                         Base64 of the tree's root
    time 2026-11-23T18:00:00Z

    — sekisho.example/audit Az3g…= Base64 of four bytes that name the key, then the Ed25519 signature

Source: C2SP tlog-checkpoint and signed-note (c2sp.org/tlog-checkpoint, c2sp.org/signed-note), so that other people's
witnesses can read it. The line with the time is one of the extension lines which that format allows.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519 = b"\x01"
"""The kind of key, as signed notes number it."""
_SIGNED_BY = "— "


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the log was at one moment."""

    origin: str
    """Whose log: a name without spaces and plus signs, such as `sekisho.example/audit`."""
    size: int
    root: bytes
    at: datetime


class NoteError(ValueError):
    """The text is no checkpoint that one of the keys has signed: `unreadable`, `other_key` or `altered`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name under which it signs."""

    name: str
    raw: bytes

    @property
    def mark(self) -> bytes:
        """Four bytes by which a signature line says which key it is of."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.raw).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.mark.hex()}+{_words(ED25519 + self.raw)}"


def parse_key(words: str) -> VerifierKey:
    """Return the key that `str(key)` wrote. Raises `NoteError` (`unreadable`)."""
    name, _, rest = words.strip().partition("+")
    mark, _, encoded = rest.partition("+")
    raw = _bytes(encoded)
    key = VerifierKey(name, raw[1:])
    if not name or raw[:1] != ED25519 or len(raw) != 33 or key.mark.hex() != mark:
        raise NoteError("unreadable")
    return key


def body(checkpoint: Checkpoint) -> str:
    """Return the text that is signed."""
    at = checkpoint.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return f"{checkpoint.origin}\n{checkpoint.size}\n{_words(checkpoint.root)}\ntime {at}\n"


def signed(checkpoint: Checkpoint, raw_key: bytes, sign: Callable[[bytes], bytes]) -> str:
    """Return the checkpoint as a signed note. `raw_key` is the public key that belongs to `sign`."""
    text = body(checkpoint)
    key = VerifierKey(checkpoint.origin, raw_key)
    return f"{text}\n{_SIGNED_BY}{key.name} {_words(key.mark + sign(text.encode()))}\n"


def opened(note: str, keys: Collection[VerifierKey]) -> Checkpoint:
    """Return the checkpoint that the note states, once a signature of one of the keys holds. Raises `NoteError`."""
    text, found, lines = note.rpartition("\n\n")
    if not found:
        raise NoteError("unreadable")
    text += "\n"
    by_mark = {(key.name, key.mark): key for key in keys}
    mine = [(key, rest) for name, mark, rest in _signatures(lines) if (key := by_mark.get((name, mark)))]
    if not mine:
        raise NoteError("other_key")
    for key, signature in mine:
        if not holds(key.raw, signature, text.encode()):
            raise NoteError("altered")
    return read(text)


def read(text: str) -> Checkpoint:
    """Return what a checkpoint's text states, signed or not. Raises `NoteError` (`unreadable`)."""
    origin, size, words, *others = text.split("\n")
    time = next((line[5:] for line in others if line.startswith("time ")), "")
    root = _bytes(words)
    if not origin or not size.isascii() or not size.isdecimal() or len(root) != 32:
        raise NoteError("unreadable")
    try:
        return Checkpoint(origin, int(size), root, datetime.fromisoformat(time))
    except ValueError:
        raise NoteError("unreadable") from None


def holds(raw_key: bytes, signature: bytes, data: bytes) -> bool:
    """Return whether the signature over the data is that key's."""
    try:
        Ed25519PublicKey.from_public_bytes(raw_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _signatures(lines: str) -> list[tuple[str, bytes, bytes]]:
    """Return name, mark and signature of each signature line."""
    found = []
    for line in lines.splitlines():
        name, _, words = line.removeprefix(_SIGNED_BY).partition(" ")
        raw = _bytes(words)
        if not line.startswith(_SIGNED_BY) or not name or len(raw) < 5:
            raise NoteError("unreadable")
        found.append((name, raw[:4], raw[4:]))
    return found


def _words(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(words: str) -> bytes:
    try:
        return base64.b64decode(words, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError("unreadable") from None
