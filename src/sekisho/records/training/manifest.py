"""The signed document that says what a version is. No Django.

{"manifest": {…}, "key": "<public key>", "signature": "<Ed25519 over the manifest's canonical JSON>"}
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from sekisho.audit.notes import holds
from sekisho.audit.signing import Signer
from sekisho.records.training.plain import canonical
from sekisho.records.training.types import Sums
from sekisho.records.training.writing import MANIFEST, digest_of

FORMAT = "sekisho dataset v1"
NOTICE = (
    "May be used for the purpose named, until it expires or is recalled. Before each run: `sekisho dataset verify`, "
    "`sekisho dataset run register`. Every copy expires with it."
)


def stated(
    *,
    version: str,
    purpose: str,
    as_of: datetime,
    built_at: datetime,
    expires_at: datetime,
    calendar: str,
    high_water: int,
    sums: Sums,
    content: str,
    files: Mapping[str, str],
) -> dict[str, object]:
    """Return what the manifest states, as JSON takes it."""
    return {
        "format": FORMAT,
        "version": version,
        "purpose": purpose,
        "as_of": _moment(as_of),
        "built_at": _moment(built_at),
        "expires_at": _moment(expires_at),
        "calendar": calendar,
        "events": high_water,
        **asdict(sums),
        "content": content,
        "files": dict(files),
        "notice": NOTICE,
    }


def signed(manifest: Mapping[str, object], signer: Signer) -> bytes:
    document = {
        "manifest": manifest,
        "key": base64.b64encode(signer.public).decode(),
        "signature": base64.b64encode(signer.sign(canonical(manifest))).decode(),
    }
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"


def is_signed(document: bytes, keys: Collection[bytes]) -> bool:
    """Return whether one of the keys has signed the document."""
    try:
        read = json.loads(document)
        key, signature = base64.b64decode(read["key"]), base64.b64decode(read["signature"])
        return key in keys and holds(key, signature, canonical(read["manifest"]))
    except (ValueError, KeyError, TypeError):
        return False


def is_whole(folder: Path, document: bytes) -> bool:
    """Return whether the folder holds this manifest and, unaltered, all the files that it names."""
    try:
        files = json.loads(document)["manifest"]["files"]
        same = (folder / MANIFEST).read_bytes() == document
        return same and all(digest_of(folder / name) == digest for name, digest in files.items())
    except OSError:
        return False


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
