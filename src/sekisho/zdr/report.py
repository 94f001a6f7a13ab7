"""The result of a proof, as a document that can be checked later: signed, with what was and what was not looked at
(R-DATA-143)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text


class Layer(StrEnum):
    """Where canaries are looked for."""

    SYSCALLS = "syscalls"
    DISK = "disk"
    OPENS = "opens"
    WIRE = "wire"


class Result(StrEnum):
    PROVED = "proved"
    """Nothing was found, everything was looked at, and the controls show that what is there is found."""
    FOUND = "found"
    NOT_PROVED = "not_proved"
    """Nothing was found, but a control failed, a road was not taken, or a layer could not be looked at."""


class Finding(msgspec.Struct, frozen=True):
    """A canary outside the network, or something else that must not be."""

    layer: Layer
    place: str
    """Descriptor, file or position. Names of files of the harness's own."""
    what: str
    """Which road and which field: `stream: system`."""


class Looked(msgspec.Struct, frozen=True):
    """How much a layer was given to look at."""

    layer: Layer
    items: int
    """Calls, files, opens, or entries."""
    bytes: int = 0


class Road(msgspec.Struct, frozen=True):
    """One road through one gateway."""

    name: str
    requests: int
    canaries: int
    statuses: tuple[int, ...]
    was_taken: bool
    """Whether a request had this road's answer, and came to the provider where it has to. A control keeps, so what zero
    retention refuses is served there: its roads are only counted."""


class Run(msgspec.Struct, frozen=True):
    """One gateway."""

    mode: str
    roads: tuple[Road, ...]
    looked: tuple[Looked, ...]
    findings: tuple[Finding, ...]
    policy: tuple[str, ...] = ()
    """What its answers said of their data, each once."""

    @property
    def is_complete(self) -> bool:
        return all(road.was_taken for road in self.roads)


class Report(msgspec.Struct, frozen=True):
    harness: str
    release: str
    started_at: datetime
    took_s: float
    kernel: str
    fields: tuple[str, ...]
    """Where canaries were put."""
    runs: tuple[Run, ...]
    controls: Mapping[str, bool]
    """Each control, and whether it showed what it had to."""
    not_done: tuple[str, ...]
    result: Result


class Signed(msgspec.Struct, frozen=True):
    """A report with its signature over its canonical JSON."""

    report: msgspec.Raw
    public_key: str
    """Ed25519, base64."""
    signature: str


_encoder = msgspec.json.Encoder(order="sorted")


def sign(report: Report, private_key: bytes | None = None) -> bytes:
    """Return the report as a signed document. Without a key it is signed with a new one, which shows that it was not
    altered, and not by whom it was made."""
    key = Ed25519PrivateKey.from_private_bytes(private_key) if private_key else Ed25519PrivateKey.generate()
    body = _encoder.encode(report)
    told = Signed(msgspec.Raw(body), _text(key.public_key().public_bytes_raw()), _text(key.sign(body)))
    return _encoder.encode(told) + b"\n"


def verified(document: bytes, public_key: bytes | None = None) -> Report:
    """Return the report in a document. Raises `SekishoError` when it is not as it was signed, or was signed by another
    than `public_key`."""
    try:
        told = msgspec.json.decode(document, type=Signed)
        signer = base64.b64decode(told.public_key)
        Ed25519PublicKey.from_public_bytes(signer).verify(
            base64.b64decode(told.signature), bytes(told.report)
        )
        report = msgspec.json.decode(told.report, type=Report)
    except (msgspec.DecodeError, InvalidSignature, ValueError) as problem:
        raise SekishoError("report_altered", _ALTERED) from problem
    if public_key is not None and signer != public_key:
        raise SekishoError("report_of_another", _OF_ANOTHER)
    return report


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


_ALTERED = Text(
    "This is no report as it was signed. Get it again from where it was made.",
    "署名された時点の報告書と一致しません。作成元からもう一度入手してください。",
)
_OF_ANOTHER = Text(
    "The report is sound, and was signed with another key than the one you named.",
    "報告書に改変はありませんが、指定された鍵とは別の鍵で署名されています。",
)
