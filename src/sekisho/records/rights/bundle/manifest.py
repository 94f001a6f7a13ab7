"""The list of a bundle's files with their digests, signed: what shows that a copy is whole and ours. Pure."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from itertools import groupby

from sekisho.records.rights.types import FileEntry

FORMAT = "sekisho access bundle v1"
NAME = "manifest.json"
SCHEMAS = {
    "consents.jsonl": "ISO/IEC TS 27560:2023",
    "receipts/": "sekisho receipt v1",
    "explain.jsonl": "sekisho explanation v1",
    "conversations/": "sekisho conversation v1",
}


def entries(chunks: Iterable[tuple[str, bytes, int]]) -> list[FileEntry]:
    """Return each file's entry, out of its chunks in order: name, bytes, records."""
    return [_entry(name, pieces) for name, pieces in groupby(chunks, key=lambda chunk: chunk[0])]


def _entry(name: str, pieces: Iterable[tuple[str, bytes, int]]) -> FileEntry:
    found, size, records = hashlib.sha256(), 0, 0
    for _, data, count in pieces:
        found.update(data)
        size, records = size + len(data), records + count
    return FileEntry(name, found.hexdigest(), size, records)


def signed(
    about: Mapping[str, object], files: Iterable[FileEntry], public: bytes, sign: Callable[[bytes], bytes]
) -> bytes:
    """Return the manifest. The signature (Ed25519) is over the canonical JSON of everything but itself."""
    body = {
        "format": FORMAT,
        **about,
        "schemas": SCHEMAS,
        "files": [asdict(one) for one in files],
        "key": base64.b64encode(public).decode(),
    }
    told = {**body, "signature": base64.b64encode(sign(canonical(body))).decode()}
    return json.dumps(told, ensure_ascii=False, indent=2).encode() + b"\n"


def canonical(body: Mapping[str, object]) -> bytes:
    """Return the bytes that are signed: sorted names, no spaces, UTF-8."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
