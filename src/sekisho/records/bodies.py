"""What a turn keeps of a part, as bytes: the blocks that it holds itself, and runs of numbers for those that an earlier
turn holds. No Django.

An agent sends its whole history with every request, so of a turn late in a session all but the last blocks are there
already. Every different block of a conversation has a number, in the order in which it was first seen, and resent
history repeats that order: so a run of a hundred blocks is one number and their shapes. The bytes are compressed
before they are encrypted; what is kept of a resent block is a fraction of a byte (`benchmarks/storage.py`).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from sekisho.records.types import StoredBlock

_AS_IS, _DEFLATED = b"\x00", b"\x01"
_WORTH_DEFLATING = 64
"""Bytes from which compressing saves anything."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """A block that an earlier turn holds under this number."""

    role: str
    kind: str
    number: int


Body = tuple[StoredBlock | Repeated, ...]


class _Held(msgspec.Struct, array_like=True, tag="h", frozen=True):
    shape: int
    text: str
    digest: str
    number: int


class _Run(msgspec.Struct, array_like=True, tag="r", frozen=True):
    first: int
    shapes: list[int]


class _Body(msgspec.Struct, array_like=True, frozen=True):
    shapes: list[tuple[str, str]]
    """Roles and kinds, each pair once."""
    items: list[_Held | _Run]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Body)


def pack(body: Iterable[StoredBlock | Repeated]) -> bytes:
    """Return the body as bytes, compressed where that makes it smaller."""
    shapes: dict[tuple[str, str], int] = {}
    items: list[_Held | _Run] = []
    for block in body:
        shape = shapes.setdefault((block.role, block.kind), len(shapes))
        if isinstance(block, StoredBlock):
            items.append(_Held(shape, block.text, block.digest, block.number))
        elif items and isinstance(run := items[-1], _Run) and run.first + len(run.shapes) == block.number:
            run.shapes.append(shape)
        else:
            items.append(_Run(block.number, [shape]))
    plain = _encoder.encode(_Body(list(shapes), items))
    deflated = zlib.compress(plain) if len(plain) >= _WORTH_DEFLATING else plain
    return _DEFLATED + deflated if len(deflated) < len(plain) else _AS_IS + plain


def unpack(data: bytes) -> Body:
    """Return what `pack` was given. Raises `ValueError` for what it did not make."""
    plain = zlib.decompress(data[1:]) if data[:1] == _DEFLATED else data[1:]
    body = _decoder.decode(plain)
    return tuple(block for item in body.items for block in _blocks(item, body.shapes))


def _blocks(item: _Held | _Run, shapes: Sequence[tuple[str, str]]) -> Iterable[StoredBlock | Repeated]:
    if isinstance(item, _Held):
        role, kind = shapes[item.shape]
        yield StoredBlock(role, kind, item.text, item.digest, number=item.number)
    else:
        for number, shape in enumerate(item.shapes, item.first):
            yield Repeated(*shapes[shape], number)
