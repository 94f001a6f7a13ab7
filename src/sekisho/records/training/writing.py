"""The files of an export, written record by record in constant memory. No Django.

They grow in a folder whose name begins with a dot and ends with `.partial`; the folder gets its own name only when
everything in it, the signed manifest last, is on the disk. So what has a version's name is whole, or was tampered with.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Protocol

from sekisho.base.errors import SekishoError
from sekisho.base.files import sync_folder
from sekisho.base.text import Text
from sekisho.records.training.plain import canonical, item_digest, record_of
from sekisho.records.training.types import Format, Record

MANIFEST = "manifest.json"
ITEMS = "items.jsonl"
"""One line an item: its name, and the digest of what it holds."""
NAMES = {Format.JSONL: "records.jsonl", Format.PARQUET: "records.parquet"}
ROW_GROUP = 256
"""Records of which Parquet makes one group: so many are in memory at once."""
NO_PARQUET = Text(
    "Writing Parquet needs pyarrow, which is not installed. Install `sekisho[parquet]`, or export as JSON Lines "
    "(`--format jsonl`).",
    "Parquet の書き出しには pyarrow が必要ですが、インストールされていません。`sekisho[parquet]` をインストールするか、"
    "JSON Lines（`--format jsonl`）で書き出してください。",
)


class Target(Protocol):
    """Something that takes records."""

    def write(self, record: dict[str, object]) -> None: ...

    def close(self) -> None: ...


class Files:
    """The files of one version while they are written."""

    def __init__(self, folder: Path, version: str, format: Format) -> None:
        self.folder, self._version = folder, version
        self._partial = partial(folder, version)
        self._partial.mkdir(parents=True, mode=0o700)
        self._names = (NAMES[format], ITEMS)
        self._records = target(self._partial / NAMES[format], format)
        self._items = (self._partial / ITEMS).open("wb")
        self._content = hashlib.sha256()

    def write(self, record: Record) -> None:
        plain = record_of(record)
        self._content.update(canonical(plain) + b"\n")
        self._records.write(plain)
        for item in record.items:
            self._items.write(canonical({"item": item.item, "digest": item_digest(item)}) + b"\n")

    def finish(self) -> tuple[str, dict[str, str]]:
        """Close the files and return the digest of all records, whatever the format, and of each file."""
        self._records.close()
        self._items.close()
        return self._content.hexdigest(), {name: digest_of(self._partial / name) for name in self._names}

    def publish(self, manifest: bytes) -> Path:
        """Add the manifest, make everything durable, and give the folder its name."""
        (self._partial / MANIFEST).write_bytes(manifest)
        for path in self._partial.iterdir():
            _sync(path)
        sync_folder(self._partial)
        final = self.folder / self._version
        os.rename(self._partial, final)
        sync_folder(self.folder)
        return final

    def drop(self) -> None:
        """Remove what was written."""
        with suppress(Exception):  # what stopped the writing may stop the closing as well
            self._records.close()
        self._items.close()
        shutil.rmtree(self._partial, ignore_errors=True)


def partial(folder: Path, version: str) -> Path:
    """Return where a version grows before it is whole."""
    return folder / f".{version}.partial"


def target(path: Path, format: Format) -> Target:
    return _Lines(path) if format is Format.JSONL else _Parquet(path)


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Lines:
    """JSON Lines."""

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("wb")

    def write(self, record: dict[str, object]) -> None:
        self._file.write(canonical(record) + b"\n")

    def close(self) -> None:
        self._file.close()


def require_format(format: Format) -> None:
    """Raise `SekishoError` (`parquet_missing`) where what writes the format is not installed."""
    if format is Format.PARQUET:
        try:
            import pyarrow.parquet  # noqa: F401
        except ImportError as problem:
            raise SekishoError("parquet_missing", NO_PARQUET) from problem


class _Parquet:
    """Parquet, compressed with Zstandard."""

    def __init__(self, path: Path) -> None:
        require_format(Format.PARQUET)
        import pyarrow
        from pyarrow import parquet

        self._arrow, self._waiting = pyarrow, list[dict[str, object]]()
        self._schema = _schema(pyarrow)
        self._writer = parquet.ParquetWriter(path, self._schema, compression="zstd")

    def write(self, record: dict[str, object]) -> None:
        self._waiting.append(record)
        if len(self._waiting) >= ROW_GROUP:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(self._arrow.Table.from_pylist(self._waiting, self._schema))
            self._waiting.clear()


def _schema(arrow: Any) -> Any:
    """Every field that a record may have; what a line of JSON leaves out is null here."""
    message = arrow.struct(
        [
            ("role", arrow.string()),
            ("kind", arrow.string()),
            ("text", arrow.string()),
            ("withheld", arrow.string()),
            ("repeats", arrow.bool_()),
            ("blocks", arrow.int64()),
        ]
    )
    turn = arrow.struct(
        [
            ("item", arrow.string()),
            ("model", arrow.string()),
            ("withheld", arrow.string()),
            ("prompt", arrow.list_(message)),
            ("answer", arrow.list_(message)),
        ]
    )
    return arrow.schema(
        [
            ("record", arrow.string()),
            ("product", arrow.string()),
            ("terms", arrow.string()),
            ("turns", arrow.list_(turn)),
        ]
    )


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
