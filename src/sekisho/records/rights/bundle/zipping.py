"""One zip out of chunks, made while it is read: nothing is written down, and memory holds one chunk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

Chunk = tuple[str, bytes]
"""Name of the file, and some more of it."""


def zipped(chunks: Iterable[Chunk], at: datetime) -> Iterator[bytes]:
    """Yield a zip of the files. Chunks of one file come one after another."""
    sink = _Sink()
    archive = ZipFile(sink, "w", ZIP_DEFLATED)
    for name, pieces in groupby(chunks, key=lambda chunk: chunk[0]):
        with archive.open(_info(name, at), "w", force_zip64=True) as file:
            for _, data in pieces:
                file.write(data)
                yield sink.taken()
        yield sink.taken()
    archive.close()
    yield sink.taken()


def _info(name: str, at: datetime) -> ZipInfo:
    info = ZipInfo(name, date_time=(at.year, at.month, at.day, at.hour, at.minute, at.second))
    info.compress_type, info.external_attr = ZIP_DEFLATED, 0o600 << 16
    return info


class _Sink:
    """Takes what a zip writes until it is fetched. It cannot seek, so the zip is written from front to back."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes, /) -> int:
        self._held += data
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        data = bytes(self._held)
        self._held.clear()
        return data
