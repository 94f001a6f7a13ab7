"""Undoing an encoding that a provider used although it was asked for none, a bounded piece at a time."""

from __future__ import annotations

import zlib

MOST_AT_ONCE = 256 * 1024
"""Bytes that one step makes at most. A kilobyte can hold a megabyte of zeros; nobody takes it all at once."""
IDENTITY = frozenset({b"", b"identity"})
GZIP = frozenset({b"gzip", b"x-gzip"})
"""Source: RFC 9110, section 8.4.1.3, which makes the two the same."""


class Inflater:
    """One body on its way to being readable. Raises `ValueError` for what is not what it claims to be."""

    def __init__(self, is_gzip: bool) -> None:
        self._is_gzip = is_gzip
        self._waiting = b""
        self._is_full = False
        """Whether the last piece was as large as it may be, so that more may wait inside the machine."""
        self._machine: zlib._Decompress | None = None

    def feed(self, encoded: bytes) -> None:
        """Take what came. `more` gives what it says."""
        self._waiting += encoded

    def more(self) -> bytes:
        """Return the next readable bytes, at most `MOST_AT_ONCE`; nothing until more is fed."""
        if not self._waiting and not self._is_full:
            return b""
        machine = self._machine = self._machine or self._begun(self._waiting[0])
        try:
            readable = machine.decompress(self._waiting, MOST_AT_ONCE)
        except zlib.error as problem:
            raise ValueError("The body is not encoded as it says.") from problem
        self._waiting = machine.unconsumed_tail
        self._is_full = len(readable) == MOST_AT_ONCE
        if machine.unused_data:
            raise ValueError("The body goes on after its end.")
        return readable

    def end(self) -> None:
        """Say that nothing follows. Raises `ValueError` when something is missing."""
        if self._machine is not None and not self._machine.eof:
            raise ValueError("The body ends before its end.")

    def _begun(self, first: int) -> zlib._Decompress:
        """`deflate` means zlib's wrapper, but some send what is inside it; the first byte tells which."""
        if self._is_gzip:
            return zlib.decompressobj(zlib.MAX_WBITS | 16)
        return zlib.decompressobj(zlib.MAX_WBITS if first & 0x0F == zlib.DEFLATED else -zlib.MAX_WBITS)


def inflater_for(encodings: bytes) -> Inflater | None:
    """Return what undoes the encodings of a `Content-Encoding`, None where there is nothing to undo.

    Raises `ValueError` for any that is not known here, and for one laid over another.
    """
    applied = [word.strip().lower() for word in encodings.split(b",")]
    applied = [word for word in applied if word not in IDENTITY]
    if not applied:
        return None
    if len(applied) > 1 or applied[0] not in GZIP | {b"deflate"}:
        raise ValueError("The body's encoding is not known here.")
    return Inflater(applied[0] in GZIP)
