"""Whether a bundle is whole, unaltered and signed, by the zip alone: no database, no network, no Django."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sekisho.base.text import Text
from sekisho.records.rights.bundle.manifest import FORMAT, NAME, canonical

BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Whole:
    """Every file is as it was signed."""

    request: str
    files: int
    key: str
    """Base64 of the public key: compare it with the one that the operator publishes."""


@dataclass(frozen=True, slots=True)
class Flawed:
    why: Text


def verify(path: Path, trusted: str = "") -> Whole | Flawed:
    """Return whether the bundle is what its manifest says, and the manifest signed by `trusted` (base64 of the public
    key) or, without one, by the key that it names itself."""
    try:
        with ZipFile(path) as archive:
            manifest = json.loads(archive.read(NAME))
            return _signed(manifest, trusted) or _listed(archive, manifest) or _whole(manifest)
    except (BadZipFile, KeyError, ValueError, TypeError, OSError, binascii.Error):
        return Flawed(_UNREADABLE)


def _whole(manifest: dict[str, object]) -> Whole:
    files = manifest["files"]
    assert isinstance(files, list)
    return Whole(str(manifest["request"]), len(files), str(manifest["key"]))


def _signed(manifest: dict[str, object], trusted: str) -> Flawed | None:
    body = {name: value for name, value in manifest.items() if name != "signature"}
    key = trusted or str(manifest["key"])
    signature = base64.b64decode(str(manifest["signature"]), validate=True)
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True)).verify(
            signature, canonical(body)
        )
    except InvalidSignature:
        return Flawed(_UNSIGNED)
    return None if manifest["format"] == FORMAT else Flawed(_UNREADABLE)


def _listed(archive: ZipFile, manifest: dict[str, object]) -> Flawed | None:
    files = manifest["files"]
    assert isinstance(files, list)
    listed = {str(one["name"]): one for one in files}
    if sorted(archive.namelist()) != sorted([*listed, NAME]):
        return Flawed(_OTHER_FILES)
    for name, one in listed.items():
        if _digest(archive, name) != one["digest"]:
            return Flawed(_ALTERED.format(name=name))
    return None


def _digest(archive: ZipFile, name: str) -> str:
    found = hashlib.sha256()
    with archive.open(name) as file:
        while data := file.read(BLOCK):
            found.update(data)
    return found.hexdigest()


_UNREADABLE = Text(
    "This is no access bundle, or it was cut off. Ask for a new one.",
    "開示用ファイルではないか、途中で切れています。もう一度ご請求ください。",
)
_UNSIGNED = Text(
    "The manifest is not signed by this key: it was altered, or comes from somebody else.",
    "一覧の署名がこの鍵のものと一致しません。書き換えられたか、別の発行元のものです。",
)
_OTHER_FILES = Text(
    "The bundle holds other files than its manifest lists.",
    "一覧に記されたものと異なるファイルが含まれています。",
)
_ALTERED = Text("The file {name} was altered.", "ファイル {name} は書き換えられています。")
